public import Ledger
public import Primitives

/// What is known of a transaction's signatures.
public enum SignatureStatus: Sendable {
    case unchecked, valid, invalid
}

/// What an account has waiting already: the next sequence, and what its transactions may take.
public struct Pending: Sendable {
    /// Transactions of one account that a node keeps waiting.
    public static let countLimit = 16

    public private(set) var count = 0
    /// The most that waiting transactions take out of each balance.
    private var promised: [BalanceID: Amount] = [:]

    public init() {}

    /// Counts in a transaction that was admitted; a sum that does not fit stays at the largest.
    public mutating func add(_ demands: [Demand]) {
        count += 1
        for demand in demands {
            let held = promised[demand.balance] ?? .zero
            let sum = (try? held.adding(demand.amount)) ?? Amount(minorUnits: .max)
            promised[demand.balance] = sum
        }
    }

    public func promised(_ id: BalanceID) -> Amount { promised[id] ?? .zero }
}

/// The most that a transaction takes out of one balance.
public struct Demand: Hashable, Sendable {
    public let balance: BalanceID
    public let amount: Amount

    public init(balance: BalanceID, amount: Amount) {
        self.balance = balance
        self.amount = amount
    }
}

public enum AdmissionVerdict: Equatable, Sendable {
    /// It can wait for a block; these are the amounts that it may take.
    case admitted([Demand])
    /// Everything else holds; now check the signatures and ask again.
    case needsSignatures
    case rejected(Rejection)
    /// This node could not read its state.
    case unready(SourceError)
}

/// Says whether a transaction may wait for a block, in the order of design section 3.
///
/// It keeps what it read; make a new one after each final block.
public struct Admission: Sendable {
    /// Leaves that are kept in memory; when there are more, all are read anew.
    public static let leafLimit = 100_000

    private let start: Draft
    private var draft: Draft
    private let chain: Digest

    /// Takes the state after the newest block, from ``ChainState/draft(after:reading:)``.
    public init(_ draft: Draft, chain: Digest) {
        start = draft
        self.draft = draft
        self.chain = chain
    }

    /// Checks that need no state, before anything else is spent on a transaction.
    public static func rejection(
        of transaction: Transaction, chain: Digest, at height: Height
    ) -> Rejection? {
        do throws(Rejection) {
            try transaction.checkAlone(for: chain, at: height)
            return nil
        } catch { return error }
    }

    /// Size, form, network, expiry, keys, signatures, sequence, fee cover.
    ///
    /// Unchecked signatures are asked for last, so that nobody makes a node check signatures of
    /// what it would refuse anyway (attack 76).
    /// `sender` is what the account of the transaction has waiting, `payer` what the fee payer has;
    /// without a sponsor only `sender` is looked at.
    public mutating func verdict(
        on transaction: Transaction, signatures: SignatureStatus, sender: Pending = Pending(),
        payer: Pending = Pending()
    ) -> AdmissionVerdict {
        if draft.leafCount > Self.leafLimit { draft = start }
        do throws(Rejection) {
            let demands = try check(transaction, signatures, sender: sender, payer: payer)
            if let fault = draft.fault { return .unready(fault) }
            return signatures == .valid ? .admitted(demands) : .needsSignatures
        } catch {
            if let fault = draft.fault { return .unready(fault) }
            return .rejected(error)
        }
    }

    /// The sequence of the account's last transaction in the state that admission reads.
    public mutating func sequence(of account: AccountID) -> Sequence {
        draft.account(account)?.sequence ?? Sequence(0)
    }

    /// What a balance holds in the state that admission reads.
    public mutating func amount(in balance: BalanceID) -> Amount {
        draft.balance(balance)?.amount ?? .zero
    }

    private mutating func check(
        _ transaction: Transaction, _ signatures: SignatureStatus, sender: Pending, payer: Pending
    ) throws(Rejection) -> [Demand] {
        let body = transaction.body
        try transaction.checkAlone(for: chain, at: draft.height)
        try draft.authorise(
            signers: transaction.signatures.map(\.key), for: body.signingAccounts)
        if signatures == .invalid { throw .signatureInvalid }
        let last = draft.account(body.account)?.sequence ?? Sequence(0)
        guard body.sequence > last else { throw .sequenceUsed }
        guard sender.count < Pending.countLimit else { throw .tooManyPending }
        guard body.sequence == last.adding(UInt64(sender.count) + 1) else { throw .sequenceAhead }
        guard let parameters = draft.parameters(), let load = draft.load() else {
            throw .stateUnreadable
        }
        _ = try FeeSchedule(parameters: parameters, load: load).fee(of: transaction)
        let demands = body.demands
        for demand in demands {
            let held = draft.balance(demand.balance)?.amount ?? .zero
            let pending = demand.balance.account == body.account ? sender : payer
            let promised = pending.promised(demand.balance)
            guard demand.amount <= held else {
                let isFee = demand.balance == BalanceID(body.feePayer, body.feeAsset)
                throw isFee && held < body.feeLimit ? .feeNotCovered : .balanceShort
            }
            let left = (try? held.subtracting(promised)) ?? .zero
            guard demand.amount <= left else { throw .pendingNotCovered }
        }
        return demands
    }
}

extension Body {
    /// What the account and the fee payer may lose at most, by balance, ascending.
    ///
    /// Amounts of other sources are theirs to cover when the block is executed.
    public var demands: [Demand] {
        var sums: [(balance: BalanceID, amount: Amount)] = [
            (BalanceID(feePayer, feeAsset), feeLimit)
        ]
        for action in actions where action.source == nil || action.source == account {
            for (asset, amount) in action.kind.rules.spending {
                let id = BalanceID(account, asset)
                if let index = sums.firstIndex(where: { $0.balance == id }) {
                    let sum = try? sums[index].amount.adding(amount)
                    sums[index].amount = sum ?? Amount(minorUnits: .max)
                } else {
                    sums.append((id, amount))
                }
            }
        }
        return sums.map { Demand(balance: $0.balance, amount: $0.amount) }
    }
}
