import Chain
import Ledger
import Primitives
import StateTree
import Testing
import Wire

extension SigningKey {
    /// The key number so and so of the tests.
    static func numbered(_ number: UInt32) -> SigningKey {
        SigningKey(
            seed: Digest(hashing: [UInt8(number & 255), UInt8(number >> 8)], in: .seed).bytes)
    }

    var account: AccountID { AccountID(publicKey) }
}

func units(_ count: UInt64) -> Amount { Amount(minorUnits: count) }

/// A chain in memory whose laws are checked after every block.
struct TestNetwork {
    static let issuer = SigningKey.numbered(1)
    static let alice = SigningKey.numbered(2)
    static let bob = SigningKey.numbered(3)
    static let carol = SigningKey.numbered(4)
    static let operators = (10..<14).map { SigningKey.numbered($0) }
    static let voters = (20..<24).map { SigningKey.numbered($0) }

    static let pound = AssetID(issuer: issuer.account, code: code("GBP"))
    static let dollar = AssetID(issuer: issuer.account, code: code("USD"))

    static func code(_ text: String) -> AssetCode {
        guard let code = AssetCode(text) else { preconditionFailure("a test's code is valid") }
        return code
    }

    var state: ChainState
    var leaves: MemoryLeaves
    let genesis: Genesis
    var view: UInt64 = 0

    init(
        price: UInt64 = 1_000, deposit: UInt64 = 5, epochLength: UInt64 = 1_000,
        powers: Powers = .all.subtracting(.authorise), endowment: UInt64 = 1_000_000,
        pledges: Bool = true
    ) throws {
        let holders = [Self.issuer, Self.alice, Self.bob] + Self.operators
        genesis = Genesis(
            network: .local, time: Timestamp(1_700_000_000_000),
            validators: Self.records(Self.voters.count, pledges: pledges),
            assets: [
                .init(
                    issuer: Self.issuer.account, code: Self.code("GBP"), decimals: 2,
                    powers: powers),
                .init(
                    issuer: Self.issuer.account, code: Self.code("USD"), decimals: 2,
                    powers: powers),
            ],
            endowments: holders.flatMap { holder in
                [Self.pound, Self.dollar].map {
                    Endowment(account: holder.account, asset: $0, amount: units(endowment))
                }
            },
            parameters: Parameters(
                epochLength: epochLength, receiptTerm: 100,
                feeList: [FeeListEntry(asset: Self.pound, price: price, deposit: units(deposit))]))
        let founded = try GenesisState(genesis)
        try Invariants.check(LedgerStep(founded))
        state = founded.state
        leaves = MemoryLeaves(founded.updates)
    }

    static func records(_ count: Int, pledges: Bool = true) -> [ValidatorRecord] {
        (0..<count).map {
            ValidatorRecord(
                key: voters[$0].publicKey, weight: 10, account: operators[$0].account,
                name: "merchant \($0)",
                pledge: pledges ? RevealChain(voters[$0]).pledge : nil)
        }.sorted { $0.key < $1.key }
    }

    // MARK: Reading

    var draft: Draft {
        get throws { try state.draft(after: state.final.digest, reading: leaves) }
    }

    func balance(_ holder: SigningKey, _ asset: AssetID = pound) throws -> UInt64 {
        var draft = try draft
        return draft.balance(BalanceID(holder.account, asset))?.amount.minorUnits ?? 0
    }

    func leaf(_ holder: SigningKey, _ asset: AssetID = pound) throws -> BalanceLeaf? {
        var draft = try draft
        return draft.balance(BalanceID(holder.account, asset))
    }

    func pot() throws -> PotLeaf {
        var draft = try draft
        return draft.pot(Self.pound)
    }

    func nextSequence(_ account: AccountID) throws -> Sequence {
        var draft = try draft
        return (draft.account(account)?.sequence ?? Sequence(0)).next
    }

    // MARK: Writing

    func body(
        _ sender: SigningKey, _ actions: [Action], sequence: Sequence? = nil,
        limit: UInt64 = 1_000, sponsor: SigningKey? = nil, expiry: UInt64 = 1_000_000,
        feeAsset: AssetID = pound, chain: Digest? = nil
    ) throws -> Body {
        Body(
            chain: chain ?? state.chain, account: sender.account,
            sequence: try sequence ?? nextSequence(sender.account), expiry: Height(expiry),
            feeAsset: feeAsset, feeLimit: units(limit), sponsor: sponsor?.account,
            actions: actions)
    }

    func transaction(
        _ sender: SigningKey, _ kinds: [Action.Kind], sequence: Sequence? = nil,
        limit: UInt64 = 1_000
    ) throws -> Transaction {
        let actions = kinds.map { Action($0) }
        return Transaction(
            signing: try body(sender, actions, sequence: sequence, limit: limit), with: [sender])
    }

    static func pay(
        _ recipient: SigningKey, _ amount: UInt64, _ asset: AssetID = pound, receipt: Bool = false
    ) -> Action.Kind {
        .payment(
            Payment(
                asset: asset,
                outputs: [
                    .init(
                        recipient: recipient.account, amount: units(amount),
                        leavesReceipt: receipt)
                ]))
    }

    func block(_ transactions: [Transaction], after parent: Digest? = nil) throws -> Block {
        let body = BlockBody(transactions: transactions)
        let parent = parent ?? state.final.digest
        let slot = ProposalSlot(
            view: View(1), parentView: View(0), time: Timestamp(0), leader: Seat(0))
        return Block(
            header: try state.header(for: body, after: parent, slot, reading: leaves), body: body)
    }

    /// Executes a block, makes it final, and checks every law.
    @discardableResult
    mutating func run(_ transactions: [Transaction]) throws -> BlockOutcome {
        try run(block: block(transactions))
    }

    @discardableResult
    mutating func run(block: Block) throws -> BlockOutcome {
        let outcome = try state.execute(block, reading: leaves)
        try Invariants.check(LedgerStep(block, outcome, before: leaves))
        let final = try state.finalize(block.digest)
        #expect(final.map(\.digest) == [block.digest])
        leaves.apply(outcome.updates)
        return outcome
    }

    /// Sends one transaction of one account and gives its receipt.
    @discardableResult
    mutating func send(_ sender: SigningKey, _ kinds: Action.Kind...) throws -> Receipt {
        try #require(try run([transaction(sender, kinds)]).receipts.first)
    }

    /// What an admission pool would say.
    func verdict(
        _ transaction: Transaction, _ signatures: SignatureStatus = .valid,
        sender: Pending = Pending(), payer: Pending = Pending()
    ) throws -> AdmissionVerdict {
        var admission = Admission(try draft, chain: state.chain)
        return admission.verdict(
            on: transaction, signatures: signatures, sender: sender, payer: payer)
    }

    /// Why a block with these transactions is refused.
    mutating func fault(_ transactions: [Transaction]) throws -> BlockFault? {
        do {
            _ = try state.execute(block(transactions), reading: leaves)
            return nil
        } catch let fault as BlockFault { return fault }
    }
}
