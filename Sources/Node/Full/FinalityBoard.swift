public import Chain
public import Primitives

/// What became of a transaction in a final block.
public struct FinalOutcome: Sendable {
    public let height: Height
    public let receipt: Receipt
}

/// Wakes those who wait for a transaction to become final.
public actor FinalityBoard {
    /// Waiters at a time; later ones are told to ask again.
    public static let waiterLimit = 16_384

    private struct Waiter {
        let number: UInt64
        let id: Digest
        let done: CheckedContinuation<FinalOutcome?, Never>
    }

    private var waiters: [Digest: [Waiter]] = [:]
    private var count = 0
    private var lastNumber: UInt64 = 0
    private var isClosed = false
    /// Heights of transactions that became final lately, in two generations; the index of all
    /// follows a little later.
    private var young: [Digest: Height] = [:]
    private var old: [Digest: Height] = [:]
    private static let recentLimit = 1 << 15
    /// The last final blocks, which most questions are about.
    private var blocks: [RecentBlock] = []
    private static let blockLimit = 3

    /// A block that became final a moment ago, and what it did.
    struct RecentBlock: Sendable {
        let block: Block
        let receipts: [Receipt]
    }

    public init() {}

    /// Tells what a final block did.
    func publish(_ step: FinalStep) {
        if blocks.count >= Self.blockLimit { blocks.removeFirst() }
        blocks.append(RecentBlock(block: step.block, receipts: step.receipts))
        for receipt in step.receipts {
            if young.count >= Self.recentLimit {
                old = young
                young = Dictionary(minimumCapacity: Self.recentLimit)
            }
            young[receipt.transaction] = step.height
            guard !waiters.isEmpty,
                let waiting = waiters.removeValue(forKey: receipt.transaction)
            else { continue }
            count -= waiting.count
            for waiter in waiting {
                waiter.done.resume(
                    returning: FinalOutcome(height: step.height, receipt: receipt))
            }
        }
    }

    /// One of the last final blocks.
    func block(at height: Height) -> RecentBlock? {
        blocks.first { $0.block.header.height == height }
    }

    /// The block of a transaction that became final lately.
    public func height(of id: Digest) -> Height? { young[id] ?? old[id] }

    /// Waits until the transaction is in a final block.
    ///
    /// - Returns: `nil` when the time runs out first, or too many wait.
    public func outcome(of id: Digest, within limit: Duration) async -> FinalOutcome? {
        guard count < Self.waiterLimit, !isClosed else { return nil }
        lastNumber += 1
        let number = lastNumber
        let alarm = Task {
            do { try await Task.sleep(for: limit) } catch { return }
            giveUp(number, on: id)
        }
        defer { alarm.cancel() }
        return await withCheckedContinuation { done in
            count += 1
            waiters[id, default: []].append(Waiter(number: number, id: id, done: done))
        }
    }

    private func giveUp(_ number: UInt64, on id: Digest) {
        guard let index = waiters[id]?.firstIndex(where: { $0.number == number }),
            let waiter = waiters[id]?.remove(at: index)
        else { return }
        if waiters[id]?.isEmpty == true { waiters[id] = nil }
        count -= 1
        waiter.done.resume(returning: nil)
    }

    func close() {
        isClosed = true
        for waiter in waiters.values.joined() { waiter.done.resume(returning: nil) }
        waiters = [:]
        count = 0
    }
}
