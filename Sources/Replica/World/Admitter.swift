public import Chain
public import Ledger
public import Primitives

/// Answers ``Replica/Effect/admit`` from the state after the newest final block.
///
/// It keeps what it read; a world makes a new one after each final block.
public struct Admitter: Sendable {
    public enum Answer: Sendable {
        /// Everything else holds; it is admissible with this standing if the signatures are valid,
        /// and else refused.
        case needsSignatures(AccountStanding)
        case decided(AdmissionResult.Verdict)
    }

    private var admission: Admission

    public init(_ draft: Draft, chain: Digest) { admission = Admission(draft, chain: chain) }

    /// Checks what bytes and state tell of one transaction.
    ///
    /// What is pending is the mempool's to count, so a sequence a little ahead passes here.
    public mutating func check(_ transaction: Transaction, signatures: SignatureStatus) -> Answer {
        let last = admission.sequence(of: transaction.body.account)
        var sender = Pending()
        let ahead = transaction.body.sequence.number &- last.number
        if transaction.body.sequence > last, ahead <= UInt64(Pending.countLimit) {
            for _ in 1..<ahead { sender.add([]) }
        }
        switch admission.verdict(on: transaction, signatures: signatures, sender: sender) {
        case .needsSignatures:
            return .needsSignatures(standing(transaction.body.demands, after: last))
        case .rejected(let rejection): return .decided(.refused(rejection))
        case .unready: return .decided(.unready)
        case .admitted(let demands):
            return .decided(.admissible(standing(demands, after: last)))
        }
    }

    private mutating func standing(
        _ demands: [Demand], after last: Sequence
    ) -> AccountStanding {
        AccountStanding(
            sequence: last,
            covers: demands.map { demand in
                AccountStanding.Cover(
                    balance: demand.balance, needed: demand.amount,
                    available: admission.amount(in: demand.balance))
            })
    }
}
