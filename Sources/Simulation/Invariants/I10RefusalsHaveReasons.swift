import Chain
import Ledger
import Primitives
import Replica

/// I10: every transaction that is handed to an honest node is answered; what is refused is refused for
/// a reason that holds by the books, and what is not is final in the end or makes room for another of
/// its sequence.
struct RefusalsHaveReasons: Sendable {
    static let name: StaticString = "I10"

    /// A transaction at a node, in one life of it.
    private struct Submission: Hashable, Comparable, Sendable {
        let node: Int
        let life: Int
        let id: Digest

        static func < (left: Submission, right: Submission) -> Bool {
            (left.node, left.life, left.id) < (right.node, right.life, right.id)
        }
    }

    private struct Handed: Sendable {
        let account: AccountID
        let sequence: UInt64
        /// What is wrong with its bytes alone.
        let flaw: Rejection?
        /// Whether it is handed in again until it is final.
        let isRepeated: Bool
        var isFinal = false
        /// Who keeps it; a crash forgets it.
        var keepers: [Submission] = []
    }

    private var handed: [Digest: Handed] = [:]
    /// What has no answer yet, and how often it was asked.
    private var open: [Submission: Int] = [:]

    mutating func hand(
        _ transaction: Transaction, to node: Int, life: Int, isRepeated: Bool
    ) {
        if handed[transaction.id] == nil {
            handed[transaction.id] = Handed(
                account: transaction.body.account, sequence: transaction.body.sequence.number,
                flaw: Self.flaw(of: transaction), isRepeated: isRepeated)
        }
        open[Submission(node: node, life: life, id: transaction.id), default: 0] += 1
    }

    private static func flaw(of transaction: Transaction) -> Rejection? {
        do throws(Rejection) {
            try transaction.check()
            return nil
        } catch { return error }
    }

    mutating func noteFinal(_ id: Digest) { handed[id]?.isFinal = true }

    /// - Returns: what is wrong with an answer.
    mutating func answer(
        _ id: Digest, _ verdict: SubmissionVerdict, by node: Int, life: Int, _ books: NaiveLedger
    ) -> String? {
        let submission = Submission(node: node, life: life, id: id)
        guard let count = open[submission], let transaction = handed[id] else {
            return "node \(node) answers about \(id), which nobody asked"
        }
        open[submission] = count > 1 ? count - 1 : nil
        let last = books.sequences[transaction.account, default: 0]
        switch verdict {
        case .accepted:
            if !transaction.isRepeated { handed[id]?.keepers.append(submission) }
            return nil
        case .known, .full: return nil
        case .sequenceTaken:
            // Another of the same sequence waits: only who signs two hears this.
            let rivals = handed.values.filter { other in
                other.account == transaction.account && other.sequence == transaction.sequence
            }
            return rivals.count > 1 ? nil : "node \(node) sees a rival of \(id) that nobody signed"
        case .refused(.sequenceUsed):
            return last >= transaction.sequence
                ? nil : "node \(node) calls the sequence of \(id) used, and it is not"
        case .refused(.sequenceAhead):
            // A node that has not got as far as the wallet.
            return last + 1 >= transaction.sequence
                ? nil : "node \(node) calls the sequence of \(id) too high, and it is not"
        case .refused(let rejection):
            return rejection == transaction.flaw
                ? nil : "node \(node) refuses \(id) without reason: \(rejection)"
        case .uncovered:
            return "node \(node) says that \(id) is not covered, and it is"
        }
    }

    /// After a drain: nothing is left without an answer, and nothing has got lost.
    ///
    /// What is handed in once only may be lost with the last node that kept it.
    func leftover(_ lives: [Int], _ books: NaiveLedger) -> String? {
        let unanswered = open.keys.filter { lives[$0.node] == $0.life }.min()
        if let unanswered {
            return "node \(unanswered.node) never answered about \(unanswered.id)"
        }
        for (id, transaction) in handed.sorted(by: { $0.key < $1.key })
        where !transaction.isFinal && transaction.flaw == nil
            && books.sequences[transaction.account, default: 0] < transaction.sequence
            && (transaction.isRepeated
                || transaction.keepers.contains { lives[$0.node] == $0.life })
        {
            return "transaction \(id) is neither final nor refused"
        }
        return nil
    }
}
