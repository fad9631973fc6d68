import Chain
import Ledger
import Node

/// Hands transactions in until they are final, so many at a time.
struct SubmissionDesk: Sendable {
    /// Transactions of all accounts that are under way at a time.
    static let totalLimit = 96
    /// How long a transaction is handed in again and again before it counts as failed.
    static let patience = Duration.seconds(300)

    let light: LightNode
    private let permits = Permits(SubmissionDesk.totalLimit)

    enum Outcome: Sendable {
        /// In a final block, whatever its receipt says.
        case final(ProvedOutcome)
        case failed(String)
    }

    init(_ light: LightNode) { self.light = light }

    /// Hands a transaction in until it is final; the ledger takes it once, however often it comes.
    func submit(_ transaction: Transaction, provingReceipt: Bool = true) async -> Outcome {
        await permits.take()
        let deadline = ContinuousClock.now + Self.patience
        var result = Outcome.failed("not final in time")
        while ContinuousClock.now < deadline, !Task.isCancelled {
            do throws(LightNodeError) {
                result = .final(
                    try await light.submit(
                        transaction, within: .seconds(30), provingReceipt: provingReceipt))
                break
            } catch {
                result = .failed("\(error)")
                if error.isLasting { break }
                try? await Task.sleep(for: .milliseconds(250))
            }
        }
        await permits.give()
        return result
    }
}

/// Lets so many go on at a time; the others wait in the order in which they came.
actor Permits {
    private var free: Int
    private var waiting: [CheckedContinuation<Void, Never>] = []

    init(_ count: Int) { free = count }

    func take() async {
        if free > 0 {
            free -= 1
        } else {
            await withCheckedContinuation { waiting.append($0) }
        }
    }

    func give() {
        if waiting.isEmpty { free += 1 } else { waiting.removeFirst().resume() }
    }
}

extension LightNodeError {
    /// Whether the same transaction will never be taken.
    fileprivate var isLasting: Bool {
        switch self {
        case .refused(.tooManyPending), .refused(.sequenceAhead), .refused(.pendingNotCovered),
            .refused(.stateUnreadable), .refused(.feeLimitTooLow):
            // The price falls again with the load.
            false
        case .refused, .halted: true
        default: false
        }
    }
}
