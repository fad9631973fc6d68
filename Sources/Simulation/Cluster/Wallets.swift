import Chain
import Ledger
import Primitives
import Replica
import Trade
import Wire

/// Buyers who pay each other; each waits for its payment to become final before the next.
struct Wallets: Sendable {
    struct Wallet: Sendable {
        let key: SigningKey
        var sequence = Sequence(0)
        var open: Transaction?
        var openSince: UInt64 = 0
        var itemCount: UInt64 = 0
    }

    private let chain: Digest
    private let asset: AssetID
    private let scheme: SignatureScheme
    private var dice: Dice
    private var wallets: [Wallet]
    private let governor: SigningKey
    private let governorAccount: AccountID
    private var governed = Sequence(0)
    private let workload: Workload
    private var restsUntil: UInt64 = 0
    /// Sums of the shares of wallets, in order.
    private let shares: [UInt64]
    private var owners: [Digest: Int] = [:]
    private(set) var delays: [UInt64] = []
    private(set) var submittedCount = 0
    /// No more payments begin.
    var isClosed = false

    /// Whether a payment is under way.
    var isWaiting: Bool { wallets.contains { $0.open != nil } }

    var accounts: [AccountID] { wallets.map { AccountID($0.key.publicKey) } }

    init(_ founding: Founding, _ scenario: Scenario, seed: UInt64) {
        chain = founding.founded.state.chain
        asset = founding.asset
        scheme = scenario.scheme
        workload = scenario.workload
        dice = Dice(seed: seed, concern: .workload)
        wallets = founding.walletKeys.dropLast().map { Wallet(key: $0) }
        guard let last = founding.walletKeys.last else {
            preconditionFailure("a network has wallets")
        }
        governor = last
        governorAccount = AccountID(last.publicKey)
        var sum: UInt64 = 0
        shares = wallets.indices.map { index in
            sum += 1_000_000 / UInt64(index + 1)
            return sum
        }
    }

    /// What is done at one moment: as a rule one payment, at times by everybody, at times nothing.
    mutating func payments(at now: UInt64, height: Height) -> [(Int, Transaction)] {
        guard !isClosed, restsUntil <= now else { return [] }
        if happens(workload.restPerMille) {
            restsUntil = now + dice.below(workload.restMilliseconds * 1_000_000)
        }
        let count = happens(workload.burstPerMille) ? wallets.count : 1
        var list: [(Int, Transaction)] = []
        for _ in 0..<count {
            guard let (payer, transaction) = pay(at: now, height: height) else { break }
            list.append((payer, transaction))
            guard happens(workload.doubleSpendPerMille) else { continue }
            let rival = sign(by: payer, payment(), height: height)
            owners[rival.id] = payer
            list.append((payer, rival))
        }
        return list
    }

    /// Draws only for what is on.
    private mutating func happens(_ perMille: UInt64) -> Bool {
        perMille > 0 && dice.happens(perMille: perMille)
    }

    /// A payment of a wallet that has none under way.
    private mutating func pay(at now: UInt64, height: Height) -> (Int, Transaction)? {
        let start = dice.index(of: wallets.count)
        let order = (0..<wallets.count).map { (start + $0) % wallets.count }
        guard let payer = order.first(where: { wallets[$0].open == nil }) else { return nil }
        let action = happens(workload.itemPerMille) ? telling(by: payer) : payment()
        let transaction = sign(by: payer, action, height: height)
        wallets[payer].open = transaction
        wallets[payer].openSince = now
        owners[transaction.id] = payer
        submittedCount += 1
        return (payer, transaction)
    }

    private mutating func payment() -> Action {
        let recipient = wallets[receiver()].key.publicKey
        return Action(
            .payment(
                Payment(
                    asset: asset,
                    outputs: [
                        Payment.Output(
                            recipient: AccountID(recipient),
                            amount: Amount(minorUnits: 1 + dice.below(100)))
                    ])))
    }

    private mutating func receiver() -> Int {
        if happens(workload.merchantPerMille) { return 0 }
        guard workload.isSkewed, let sum = shares.last else { return dice.index(of: wallets.count) }
        let place = dice.below(sum)
        return shares.firstIndex { place < $0 } ?? 0
    }

    /// A step in the history of a thing: its beginning, or that it was seen.
    private mutating func telling(by owner: Int) -> Action {
        let event = Digest(hashing: Array("event \(submittedCount)".utf8), in: .seed)
        let known = wallets[owner].itemCount
        guard known > 0, dice.below(4) > 0 else {
            wallets[owner].itemCount += 1
            return Action(
                .beginItems(BeginItems(event: event, items: [.init(key: thing(known, of: owner))])))
        }
        let item = thing(dice.below(known), of: owner)
        return Action(.observeItems(ObserveItems(event: event, items: [item])))
    }

    private func thing(_ number: UInt64, of owner: Int) -> Digest {
        Digest(hashing: Array("thing \(number) of \(owner)".utf8), in: .seed)
    }

    private func sign(by payer: Int, _ action: Action, height: Height) -> Transaction {
        let wallet = wallets[payer]
        let body = Body(
            chain: chain, account: AccountID(wallet.key.publicKey),
            sequence: wallet.sequence.next, expiry: height.adding(100_000), feeAsset: asset,
            feeLimit: Amount(minorUnits: 100_000), actions: [action])
        return Transaction(signing: body, with: [wallet.key], scheme: scheme)
    }

    /// A transaction of those who govern, paid for by an account of its own.
    func govern(_ change: ChangeValidators, with owners: [SigningKey]) -> Transaction {
        let body = Body(
            chain: chain, account: governorAccount,
            sequence: governed.next, expiry: Height(100_000), feeAsset: asset,
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
        if transaction.body.account == governorAccount { governed = transaction.body.sequence }
        guard let owner = owners.removeValue(forKey: transaction.id) else { return }
        wallets[owner].sequence = transaction.body.sequence
        // Of two with one sequence, one is final, and the other never.
        guard wallets[owner].open?.body.sequence == transaction.body.sequence else { return }
        wallets[owner].open = nil
        delays.append((now - wallets[owner].openSince) / 1_000_000)
    }

    mutating func node(of count: Int) -> Int { dice.index(of: count) }
}

extension Cluster {
    /// Wallets pay, each through a random node.
    mutating func pay() {
        agenda.schedule(
            .pay, at: record.now + 1_000_000_000 / max(1, scenario.paymentsPerSecond))
        for (account, transaction) in wallets.payments(
            at: record.now, height: record.finalHeight)
        {
            hand(transaction, of: account)
        }
    }

    /// Those who govern let a follower in among the validators, or send it away again.
    mutating func govern() {
        agenda.schedule(.govern, at: record.now + 3_000_000_000)
        let voters = Array(scenario.weights.indices)
        var weights: [Int: UInt64] = [:]
        for node in voters { weights[node] = scenario.weights[node] }
        let guest = scenario.weights.count + wallets.node(of: scenario.followerCount)
        let node = wallets.node(of: nodes.count)
        guard !wallets.isClosed, nodes[node].isUp, isHonest(node),
            let set = nodes[node].replica?.epoch.set
        else { return }
        if set.seat(of: founding.voteKeys[guest].publicKey) == nil { weights[guest] = 1 }
        submitValidators(weights: weights, approvedBy: voters, at: node)
    }

    /// A payment that is not final after a while is handed to another node.
    mutating func resubmit(_ account: Int, _ id: Digest) {
        if let transaction = wallets.open(account, id) { hand(transaction, of: account) }
    }

    private mutating func hand(_ transaction: Transaction, of account: Int) {
        let node = wallets.node(of: nodes.count)
        if nodes[node].isUp, isHonest(node) {
            record.submissions.hand(
                transaction, to: node, life: nodes[node].life, isRepeated: true)
            deliver(.submitted([transaction], Ticket(UInt64(account))), to: node)
        }
        agenda.schedule(
            .resubmit(account: account, id: transaction.id), at: record.now + 3_000_000_000)
    }
}
