import Chain
import Ledger
import Primitives
import Replica
import Wire

/// Buyers who pay each other; each waits for its payment to become final before the next.
struct Wallets: Sendable {
    struct Wallet: Sendable {
        let key: SigningKey
        var sequence = Sequence(0)
        var open: Transaction?
        var openSince: UInt64 = 0
    }

    private let chain: Digest
    private let asset: AssetID
    private let scheme: SignatureScheme
    private var dice: Dice
    private var wallets: [Wallet]
    private let governor: SigningKey
    private var owners: [Digest: Int] = [:]
    private(set) var delays: [UInt64] = []
    private(set) var refusals: [Digest: SubmissionVerdict] = [:]
    private(set) var submittedCount = 0
    /// No more payments begin.
    var isClosed = false

    /// Whether a payment is under way.
    var isWaiting: Bool { wallets.contains { $0.open != nil } }

    init(_ founding: Founding, seed: UInt64) {
        chain = founding.founded.state.chain
        asset = founding.asset
        scheme = .simulated
        dice = Dice(seed: seed, concern: .workload)
        wallets = founding.walletKeys.dropLast().map { Wallet(key: $0) }
        guard let last = founding.walletKeys.last else {
            preconditionFailure("a network has wallets")
        }
        governor = last
    }

    /// A payment of a wallet that has none under way.
    mutating func pay(at now: UInt64, height: Height, scheme: SignatureScheme) -> (
        Int, Transaction
    )? {
        guard !isClosed else { return nil }
        let start = dice.index(of: wallets.count)
        let order = (0..<wallets.count).map { (start + $0) % wallets.count }
        guard let payer = order.first(where: { wallets[$0].open == nil }) else { return nil }
        let recipient = wallets[dice.index(of: wallets.count)].key.publicKey
        let wallet = wallets[payer]
        let payment = Payment(
            asset: asset,
            outputs: [
                Payment.Output(
                    recipient: AccountID(recipient),
                    amount: Amount(minorUnits: 1 + dice.below(100)))
            ])
        let body = Body(
            chain: chain, account: AccountID(wallet.key.publicKey),
            sequence: wallet.sequence.next, expiry: height.adding(100_000), feeAsset: asset,
            feeLimit: Amount(minorUnits: 100_000), actions: [Action(.payment(payment))])
        let transaction = Transaction(signing: body, with: [wallet.key], scheme: scheme)
        wallets[payer].open = transaction
        wallets[payer].openSince = now
        owners[transaction.id] = payer
        submittedCount += 1
        return (payer, transaction)
    }

    /// A transaction of those who govern, paid for by an account of its own.
    func govern(_ change: ChangeValidators, with owners: [SigningKey]) -> Transaction {
        let body = Body(
            chain: chain, account: AccountID(governor.publicKey),
            sequence: Sequence(1), expiry: Height(100_000), feeAsset: asset,
            feeLimit: Amount(minorUnits: 1_000_000),
            actions: [Action(.changeValidators(change))])
        return Transaction(signing: body, with: [governor] + owners, scheme: scheme)
    }

    /// The payment that a wallet still waits for, if it is this one.
    func open(_ account: Int, _ id: Digest) -> Transaction? {
        wallets[account].open?.id == id ? wallets[account].open : nil
    }

    /// A payment is final for the first time at some node.
    mutating func finalized(_ transaction: Transaction, at now: UInt64) {
        guard let owner = owners.removeValue(forKey: transaction.id) else { return }
        wallets[owner].sequence = transaction.body.sequence
        guard wallets[owner].open?.id == transaction.id else { return }
        wallets[owner].open = nil
        delays.append((now - wallets[owner].openSince) / 1_000_000)
    }

    mutating func note(_ ticket: Ticket, _ id: Digest, _ verdict: SubmissionVerdict) {
        if case .refused = verdict, refusals.count < 1_000 { refusals[id] = verdict }
    }

    mutating func node(of count: Int) -> Int { dice.index(of: count) }
}

extension Cluster {
    /// A wallet pays through a random node.
    mutating func pay() {
        agenda.schedule(
            .pay, at: record.now + 1_000_000_000 / max(1, scenario.paymentsPerSecond))
        guard
            let (account, transaction) = wallets.pay(
                at: record.now, height: record.finalHeight, scheme: scenario.scheme)
        else { return }
        hand(transaction, of: account)
    }

    /// A payment that is not final after a while is handed to another node.
    mutating func resubmit(_ account: Int, _ id: Digest) {
        if let transaction = wallets.open(account, id) { hand(transaction, of: account) }
    }

    private mutating func hand(_ transaction: Transaction, of account: Int) {
        let node = wallets.node(of: nodes.count)
        if nodes[node].isUp, isHonest(node) {
            deliver(.submitted([transaction], Ticket(UInt64(account))), to: node)
        }
        agenda.schedule(
            .resubmit(account: account, id: transaction.id), at: record.now + 3_000_000_000)
    }
}
