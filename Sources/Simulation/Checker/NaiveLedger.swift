import Chain
import Ledger
import Primitives
import Trade
import Wire

/// What everybody has, in plain dictionaries.
///
/// It follows the rules of the ledger's specification and shares no code with the ledger: no leaf, no
/// tree, no draft, no table of fees. Where the two differ, one of them does not do what the rules say.
///
/// - Source: I8 of `consensus.md` 4.2; rules L7, L14, L20, L40 to L46, C10, C30.
struct NaiveLedger: Sendable {
    /// What a transaction that fails leaves as it was.
    struct Books: Sendable {
        var balances: [AccountID: UInt64] = [:]
        /// Of the epoch, not yet paid out.
        var fees: UInt64 = 0
        var deposits: UInt64 = 0
        var things = NaiveThings()
        /// This epoch's validators, the next one's, and those of the one after.
        var rosters: [[Member]] = []
    }

    struct Member: Hashable, Sendable {
        let account: AccountID
        let weight: UInt64
    }

    /// Prices, and where epochs end.
    struct Terms: Sendable {
        let asset: AssetID
        let price: UInt64
        let deposit: UInt64
        let epochLength: UInt64
        let supply: UInt64
    }

    private let terms: Terms
    private(set) var books = Books()
    private(set) var sequences: [AccountID: UInt64] = [:]
    private(set) var load: UInt64 = 1
    private(set) var height: UInt64 = 0

    init(_ founding: Founding) {
        let genesis = founding.genesis
        let members = genesis.validators.map { Member(account: $0.account, weight: $0.weight) }
        books.rosters = [members, members, members]
        for endowment in genesis.endowments {
            books.balances[endowment.account, default: 0] += endowment.amount.minorUnits
        }
        terms = Terms(
            asset: founding.asset, price: genesis.parameters.feeList[0].price,
            deposit: genesis.parameters.feeList[0].deposit.minorUnits,
            epochLength: genesis.parameters.epochLength,
            supply: books.balances.values.reduce(0, +))
    }

    /// Takes the next final block.
    ///
    /// - Returns: for each transaction, whether it does what it says; if not it pays its fee only.
    /// - Throws: ``NaiveFault`` for what may not be in a block.
    mutating func apply(_ block: Block) throws(NaiveFault) -> [Bool] {
        height += 1
        guard block.header.height.number == height else { throw NaiveFault("a block is missing") }
        var results: [Bool] = []
        for transaction in block.body.transactions {
            results.append(try apply(transaction))
        }
        changeLoad(after: block.body)
        if height % terms.epochLength == 0 { endEpoch() }
        return results
    }

    private mutating func apply(_ transaction: Transaction) throws(NaiveFault) -> Bool {
        let body = transaction.body
        let name = "transaction \(transaction.id)"
        guard body.sequence.number == sequences[body.account, default: 0] + 1 else {
            throw NaiveFault("\(name) takes another sequence than the next")
        }
        sequences[body.account] = body.sequence.number
        guard body.expiry.number >= height, body.feeAsset == terms.asset else {
            throw NaiveFault("\(name) may not be in the block")
        }
        let payer = body.sponsor ?? body.account
        let fee = try fee(of: transaction)
        guard fee <= body.feeLimit.minorUnits, books.balances[payer, default: 0] >= fee else {
            throw NaiveFault("\(name) does not cover its fee")
        }
        books.balances[payer, default: 0] -= fee
        books.fees += fee
        let paid = books
        var entryCount: UInt64 = 0
        for action in body.actions {
            let source = action.source ?? body.account
            guard try carryOut(action.kind, by: source, &entryCount) else {
                books = paid
                return false
            }
        }
        let deposit = entryCount * terms.deposit
        guard deposit <= body.feeLimit.minorUnits - fee, move(deposit, from: payer) else {
            books = paid
            return false
        }
        books.deposits += deposit
        return true
    }

    /// One unit a byte, 200 a signature, 100 an entry; a price for a million, rounded up (L40).
    private func fee(of transaction: Transaction) throws(NaiveFault) -> UInt64 {
        var weight = UInt64(transaction.bytes.count)
        weight += 200 * UInt64(transaction.signatures.count) + 100
        for action in transaction.body.actions {
            weight += 100 * (try Self.entryCount(of: action.kind))
        }
        return (weight * load * terms.price + 999_999) / 1_000_000
    }

    private static func entryCount(of kind: Action.Kind) throws(NaiveFault) -> UInt64 {
        switch kind {
        case .payment(let payment): 1 + UInt64(payment.outputs.count)
        case .changeValidators(let change): 1 + 2 * UInt64(change.records.count)
        default:
            if let count = NaiveThings.entryCount(of: kind) {
                count
            } else {
                throw NaiveFault("no wallet of the simulator does \(kind)")
            }
        }
    }

    private mutating func carryOut(
        _ kind: Action.Kind, by source: AccountID, _ entryCount: inout UInt64
    ) throws(NaiveFault) -> Bool {
        switch kind {
        case .payment(let payment):
            guard payment.asset == terms.asset else { return false }
            for output in payment.outputs {
                guard move(output.amount.minorUnits, from: source) else { return false }
                if books.balances[output.recipient] == nil { entryCount += 1 }
                books.balances[output.recipient, default: 0] += output.amount.minorUnits
            }
            return true
        case .changeValidators(let change):
            let current = books.rosters[0]
            let weights = change.approvers.map { approver in
                current.first { $0.account == approver }?.weight
            }
            guard !weights.contains(nil),
                3 * weights.compactMap(\.self).reduce(0, +)
                    > 2 * current.map(\.weight).reduce(0, +)
            else { return false }
            books.rosters[2] = change.records.map {
                Member(account: $0.account, weight: $0.weight)
            }
            return true
        default: return books.things.carryOut(kind, by: source, &entryCount) ?? false
        }
    }

    private mutating func move(_ amount: UInt64, from account: AccountID) -> Bool {
        let held = books.balances[account, default: 0]
        guard held >= amount else { return false }
        if amount > 0 { books.balances[account] = held - amount }
        return true
    }

    /// An eighth up after a block over half full, an eighth down after one under it (L41).
    private mutating func changeLoad(after body: BlockBody) {
        let signatures = body.transactions.reduce(0) { $0 + $1.signatures.count }
        let fullness = max(body.wire.count * 1_000 / (2 << 20), signatures * 1_000 / 8_192)
        let step = max(1, load / 8)
        if fullness > 500 {
            load = min(64, load + step)
        } else if fullness < 500 {
            load = load > step ? load - step : 1
        }
    }

    /// Each validator's part of the fees by weight, rounded down; the lists move up (L45, L46).
    private mutating func endEpoch() {
        let pot = books.fees
        let total = books.rosters[0].reduce(0) { $0 + $1.weight }
        for member in books.rosters[0] {
            let share = UInt64(UInt128(pot) * UInt128(member.weight) / UInt128(total))
            guard share > 0 else { continue }
            books.fees -= share
            books.balances[member.account, default: 0] += share
        }
        books.rosters = [books.rosters[1], books.rosters[2], books.rosters[2]]
    }
}

/// What the plain books do not allow.
struct NaiveFault: Error {
    let sentence: String

    init(_ sentence: String) { self.sentence = sentence }
}

extension NaiveLedger {
    /// Compares the books with a state of the ledger.
    ///
    /// - Returns: the first difference, in order of account.
    func difference(from leaves: MemoryLeaves) -> String? {
        do {
            for account in books.balances.keys.sorted() {
                let id = LeafID.balance(BalanceID(account, terms.asset))
                let held = try Self.read(BalanceLeaf.self, id, leaves)?.amount.minorUnits
                guard held == books.balances[account] else {
                    return difference("account \(account)", held, books.balances[account])
                }
            }
            for account in sequences.keys.sorted() {
                let last = try Self.read(AccountLeaf.self, .account(account), leaves)
                guard last?.sequence.number == sequences[account] else {
                    return difference(
                        "the sequence of \(account)", last?.sequence.number, sequences[account])
                }
            }
            let pot = try Self.read(PotLeaf.self, .pot(terms.asset), leaves) ?? PotLeaf()
            guard pot.fees.minorUnits == books.fees else {
                return difference("the fees", pot.fees.minorUnits, books.fees)
            }
            guard pot.deposits.minorUnits == books.deposits else {
                return difference("the deposits", pot.deposits.minorUnits, books.deposits)
            }
            let factor = try Self.read(Load.self, .load, leaves)?.factor
            guard factor == load else { return difference("the load", factor, load) }
            if let sentence = try books.things.difference(from: leaves) { return sentence }
        } catch { return "a leaf cannot be read: \(error)" }
        // Nobody beside these has anything.
        let held = books.balances.values.reduce(0, +)
        return held + books.fees + books.deposits == terms.supply
            ? nil : "the books do not add up to the supply at height \(height)"
    }

    private func difference(_ what: String, _ theirs: UInt64?, _ ours: UInt64?) -> String {
        "\(what) is \(theirs.map(String.init) ?? "absent") in the state and"
            + " \(ours.map(String.init) ?? "absent") in the books at height \(height)"
    }

    static func read<Value: LeafValue>(
        _ type: Value.Type, _ id: LeafID, _ leaves: MemoryLeaves
    ) throws -> Value? {
        try leaves.leaf(id.key).map { try Value(wire: $0) }
    }
}
