public import Chain
public import Ledger
public import Primitives

/// Answers ``Replica/Effect/admit`` from the state after the newest final block.
///
/// It keeps what it read; a world makes a new one after each final block.
public struct Admitter: Sendable {
    public enum Answer: Sendable {
        /// Everything else holds; now check the signatures and ask again.
        case needsSignatures
        case decided(AdmissionResult.Verdict)
    }

    private var admission: Admission
    private var draft: Draft

    public init(_ draft: Draft, chain: Digest) {
        admission = Admission(draft, chain: chain)
        self.draft = draft
    }

    /// Checks what bytes and state tell of one transaction.
    ///
    /// What is pending is the mempool's to count, so a sequence a little ahead passes here.
    public mutating func check(_ transaction: Transaction, signatures: SignatureStatus) -> Answer {
        let last = draft.account(transaction.body.account)?.sequence ?? Sequence(0)
        var sender = Pending()
        let ahead = transaction.body.sequence.number &- last.number
        if transaction.body.sequence > last, ahead <= UInt64(Pending.countLimit) {
            for _ in 1..<ahead { sender.add([]) }
        }
        switch admission.verdict(on: transaction, signatures: signatures, sender: sender) {
        case .needsSignatures: return .needsSignatures
        case .rejected(let rejection): return .decided(.refused(rejection))
        case .unready: return .decided(.unready)
        case .admitted(let demands):
            let covers = demands.map { demand in
                AccountStanding.Cover(
                    balance: demand.balance, needed: demand.amount,
                    available: draft.balance(demand.balance)?.amount ?? .zero)
            }
            return .decided(.admissible(AccountStanding(sequence: last, covers: covers)))
        }
    }
}
