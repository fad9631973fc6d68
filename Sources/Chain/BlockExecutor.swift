import Ledger
import Primitives

/// Applies transactions to a draft, one after the other.
///
/// The same for a block that is executed and one that is being built, so that a leader never builds
/// what it would refuse.
struct BlockExecutor: Sendable {
    private(set) var draft: Draft
    private let chain: Digest
    private let schedule: FeeSchedule

    /// - Returns: `nil` when the state holds no parameters, which is a fault of the store.
    init?(_ draft: Draft, chain: Digest, expecting transactionCount: Int) {
        var draft = draft
        draft.reserve(transactionCount)
        guard let parameters = draft.parameters(), let load = draft.load() else { return nil }
        schedule = FeeSchedule(parameters: parameters, load: load)
        self.draft = draft
        self.chain = chain
    }

    /// Applies one transaction whose signatures hold.
    ///
    /// - Throws: ``Rejection`` when it may not enter the block; then nothing changed. A transaction
    ///   that may enter and fails pays its fee, and its receipt says why.
    mutating func enter(_ transaction: Transaction) throws(Rejection) -> Receipt {
        let before = draft.mark()
        let body = transaction.body
        let fee: Amount
        do throws(Rejection) {
            fee = try admit(transaction)
        } catch {
            draft.rollBack(to: before)
            draft.settle()
            throw error
        }
        let paid = draft.mark()
        var rejection: Rejection?
        var reached = 0
        do throws(Rejection) {
            for action in body.actions {
                draft.beginAction(reached)
                try action.kind.apply(to: &draft, by: action.source ?? body.account)
                reached += 1
            }
            // The fee is at most the limit.
            let rest = Amount(minorUnits: body.feeLimit.minorUnits - fee.minorUnits)
            try draft.chargeDeposits(limit: rest)
        } catch {
            draft.rollBack(to: paid)
            rejection = error
        }
        let payments = rejection == nil ? draft.scope?.payments ?? [] : []
        draft.settle()
        return Receipt(
            transaction: transaction.id, rejection: rejection,
            failedAction: rejection == nil ? 0 : UInt32(reached), fee: fee, payments: payments)
    }

    /// Checks in the order of design section 3, takes the sequence, charges the fee.
    private mutating func admit(_ transaction: Transaction) throws(Rejection) -> Amount {
        let body = transaction.body
        try transaction.checkAlone(for: chain, at: draft.height)
        try draft.authorise(
            signers: transaction.signatures.map(\.key), for: body.signingAccounts)
        let leaf = draft.account(body.account)
        let last = leaf?.sequence ?? Sequence(0)
        guard body.sequence > last else { throw .sequenceUsed }
        guard body.sequence == last.next else { throw .sequenceAhead }
        var next = leaf ?? AccountLeaf(sequence: body.sequence)
        next.sequence = body.sequence
        draft.set(next, of: body.account)
        let (listIndex, fee) = try schedule.fee(of: transaction)
        draft.begin(
            TransactionScope(
                transaction: transaction.id, feePayer: body.feePayer, feeAsset: body.feeAsset,
                listIndex: UInt32(listIndex),
                depositPrice: schedule.parameters.feeList[listIndex].deposit,
                attachments: body.attachments.map(\.hash)))
        try draft.chargeFee(fee)
        return fee
    }

    /// Ends the block: what its leader has opened, the load of the next block, and at the end of an
    /// epoch fees, rosters and seeds.
    mutating func finish(_ header: BlockHeader, fullness: UInt64) {
        if let roster = draft.roster(.current), let record = roster.record(of: header.leader) {
            draft.take(reveal: header.reveal, by: record)
        }
        draft.set(schedule.load.after(fullness: fullness))
        if schedule.parameters.isLastOfEpoch(draft.height) { draft.endEpoch() }
        draft.settle()
    }
}

extension FeeSchedule {
    /// Where the fee asset stands on the list, and what the transaction costs.
    func fee(of transaction: Transaction) throws(Rejection) -> (listIndex: Int, fee: Amount) {
        let body = transaction.body
        guard let listIndex = parameters.listIndex(of: body.feeAsset) else {
            throw .feeAssetNotListed
        }
        guard let fee = fee(weight: transaction.weight, at: listIndex), fee <= body.feeLimit else {
            throw .feeLimitTooLow
        }
        return (listIndex, fee)
    }
}

extension Transaction {
    /// Everything that needs no state: size, form, network, expiry.
    func checkAlone(for chain: Digest, at height: Height) throws(Rejection) {
        try check()
        guard body.chain == chain else { throw .wrongNetwork }
        guard height <= body.expiry else { throw .expired }
    }
}

// The most frequent kind takes no detour over the protocol: that would cost a box each time.
extension Action.Kind {
    func check() throws(Rejection) {
        if case .payment(let payment) = self { try payment.check() } else { try rules.check() }
    }

    var entryCount: Int {
        if case .payment(let payment) = self { payment.entryCount } else { rules.entryCount }
    }

    /// Applies the kind.
    func apply(to draft: inout Draft, by source: AccountID) throws(Rejection) {
        if case .payment(let payment) = self {
            try payment.apply(to: &draft, by: source)
        } else {
            try rules.apply(to: &draft, by: source)
        }
    }
}
