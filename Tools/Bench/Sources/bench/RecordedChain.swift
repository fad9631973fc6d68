import Chain
import Ledger
import Node
import Primitives
import StateTree
import Wire

/// A chain of full blocks of payments, made once and then replayed.
///
/// Every sender pays once before the part that is timed, so that keys are admitted there: that is
/// a cost of an account, not of a payment.
struct RecordedChain: Sendable {
    static let money = Amount(minorUnits: 1 << 44)

    struct Recorded: Sendable {
        let bytes: [UInt8]
        let digest: Digest
        let stateRoot: Digest
    }

    let genesis: Genesis
    let founded: GenesisState
    let asset: AssetID
    /// Blocks before the timed ones.
    let warmUp: [Recorded]
    let blocks: [Recorded]
    /// Payments in the timed blocks.
    let count: Int
    /// More payments, valid after the last block, that are in none.
    let waiting: [[UInt8]]
    /// The state after the last block, and its leaves.
    let state: ChainState
    let leaves: MemoryLeaves

    init(senders: Int, holders: Int, blocks blockCount: Int, perBlock: Int) throws {
        let founding = Founding(senders: senders, holders: holders, validators: [])
        genesis = founding.genesis
        founded = try GenesisState(genesis)
        asset = founding.asset
        var payer = PaymentMaker(founding)
        var state = founded.state
        var leaves = MemoryLeaves(founded.updates)
        func record(_ transactions: [Transaction]) throws -> Recorded {
            let body = BlockBody(transactions: transactions)
            let slot = ProposalSlot(
                view: View(state.final.header.height.number + 1), parentView: View(0),
                time: Timestamp(0), leader: Seat(0))
            let block = Block(
                header: try state.header(
                    for: body, after: state.final.digest, slot, reading: leaves),
                body: body)
            let outcome = try state.execute(
                block, isVerified: { _ in true }, reading: leaves)
            guard outcome.receipts.allSatisfy({ $0.rejection == nil }) else {
                throw BenchError("a recorded payment failed")
            }
            _ = try state.finalize(block.digest)
            leaves.apply(outcome.updates)
            return Recorded(
                bytes: block.wire, digest: block.digest, stateRoot: outcome.stateRoot)
        }
        warmUp = [try record((0..<senders).map { _ in payer.next() })]
        blocks = try (0..<blockCount).map { _ in
            try record((0..<perBlock).map { _ in payer.next() })
        }
        count = blockCount * perBlock
        waiting = (0..<senders * 4).map { _ in payer.next().bytes }
        self.state = state
        self.leaves = leaves
    }
}

/// A network whose accounts have money.
struct Founding: Sendable {
    let genesis: Genesis
    let asset: AssetID
    let senders: [SigningKey]
    let recipients: [AccountID]
    let chain: Digest

    /// Accounts that send, accounts that only receive, and who votes; by default four of our own.
    init(senders count: Int, holders: Int, validators: [ValidatorRecord]) {
        guard let code = AssetCode("GBP") else { preconditionFailure("a code of three letters") }
        let issuer = AccountID(SigningKey.numbered(1 << 40).publicKey)
        let asset = AssetID(issuer: issuer, code: code)
        senders = (0..<count).map { SigningKey.numbered(1 << 41 | $0) }
        recipients = (0..<holders).map { AccountID(Digest(numbered: 1 << 42 | $0).bytes) }
        self.asset = asset
        let accounts = senders.map { AccountID($0.publicKey) } + recipients
        let own = (0..<4).map { SigningKey.numbered(1 << 43 | $0).publicKey }
        let records =
            validators.isEmpty
            ? own.enumerated().map { place, key in
                ValidatorRecord(
                    key: key, weight: 100, account: AccountID(key), name: "validator-\(place)")
            } : validators
        genesis = Genesis(
            network: .local, time: Clocks.wall,
            validators: records.sorted { $0.key < $1.key },
            assets: [.init(issuer: issuer, code: code, decimals: 2, powers: [])],
            endowments: accounts.map {
                Endowment(account: $0, asset: asset, amount: RecordedChain.money)
            },
            parameters: Parameters(
                epochLength: 100_000, receiptTerm: 100_000,
                feeList: [
                    FeeListEntry(asset: asset, price: 1_000, deposit: Amount(minorUnits: 2))
                ]))
        chain = genesis.digest
    }
}

/// Makes signed payments: the senders take turns, each to a random account.
struct PaymentMaker: Sendable {
    private let founding: Founding
    private let recipients: [AccountID]
    private var random: Chance
    private var turn = 0

    init(_ founding: Founding, seed: UInt64 = 3) {
        self.founding = founding
        random = Chance(seed: seed)
        recipients = founding.recipients
    }

    mutating func next() -> Transaction {
        let sender = turn % founding.senders.count
        let sequence = UInt64(turn / founding.senders.count + 1)
        turn += 1
        return payment(of: sender, sequence: Sequence(sequence))
    }

    mutating func payment(of sender: Int, sequence: Sequence) -> Transaction {
        let key = founding.senders[sender]
        let recipient = recipients[Int(random.next() % UInt64(recipients.count))]
        let output = Payment.Output(
            recipient: recipient, amount: Amount(minorUnits: 1 + random.next() % 10_000),
            reference: FixedBytes(repeating: 7))
        let body = Body(
            chain: founding.chain, account: AccountID(key.publicKey), sequence: sequence,
            expiry: Height(1_000_000), feeAsset: founding.asset,
            feeLimit: Amount(minorUnits: 1_000_000),
            actions: [Action(.payment(Payment(asset: founding.asset, outputs: [output])))])
        return Transaction(signing: body, with: [key])
    }
}
