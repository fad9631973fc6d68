public import Chain
import Primitives

/// Checks signatures on all cores, and never the same one twice (design section 3).
///
/// Work crosses threads in batches, since handing over one signature costs as much as checking it.
public actor SignaturePool {
    /// The fewest transactions of one batch, where there are so many.
    static let batchCount = 64
    /// Batches that are checked at a time; one per core of the machine that we are made for.
    static let workerCount = 2
    /// Checked transactions that are remembered, in each of two generations.
    static let rememberedLimit = 1 << 17

    /// A check that is under way, and the place of a transaction among its verdicts.
    private struct Flight {
        let task: Task<[Bool], Never>
        let place: Int
    }

    /// By envelope: a block may need what admission is just checking.
    private var flights: [Digest: Flight] = [:]
    private var young: Set<Digest> = []
    private var old: Set<Digest> = []
    /// Signatures checked since the start, for the figures.
    public private(set) var checkedCount: UInt64 = 0

    public init() {}

    /// Whether all signatures of each transaction are valid, in the order given.
    ///
    /// What was checked is remembered by envelope, which names the signatures too; by the id alone
    /// a forged signature would pass for one that was checked before.
    public func verify(_ transactions: [Transaction]) async -> [Bool] {
        var verdicts = transactions.map { isRemembered($0.envelope) }
        var open: [Transaction] = []
        var opened: [Int] = []
        var joined: [(index: Int, flight: Flight)] = []
        for index in transactions.indices where !verdicts[index] {
            if let flight = flights[transactions[index].envelope] {
                joined.append((index, flight))
            } else {
                open.append(transactions[index])
                opened.append(index)
            }
        }
        for (index, isValid) in zip(opened, await check(open)) { verdicts[index] = isValid }
        for (index, flight) in joined { verdicts[index] = await flight.task.value[flight.place] }
        return verdicts
    }

    /// Checks what nobody has checked or is checking.
    private func check(_ open: [Transaction]) async -> [Bool] {
        guard !open.isEmpty else { return [] }
        let perWorker = (open.count + Self.workerCount - 1) / Self.workerCount
        let size = max(Self.batchCount, min(perWorker, Self.batchCount * 4))
        let batches = stride(from: 0, to: open.count, by: size).map { start in
            Array(open[start..<min(start + size, open.count)])
        }
        let task = Task { await Self.check(batches) }
        for (place, transaction) in open.enumerated() {
            flights[transaction.envelope] = Flight(task: task, place: place)
        }
        let verdicts = await task.value
        for (transaction, isValid) in zip(open, verdicts) {
            flights[transaction.envelope] = nil
            if isValid { remember(transaction.envelope) }
        }
        checkedCount &+= UInt64(open.count)
        return verdicts
    }

    private func remember(_ envelope: Digest) {
        if young.count >= Self.rememberedLimit {
            old = young
            young = []
        }
        young.insert(envelope)
    }

    private func isRemembered(_ envelope: Digest) -> Bool {
        young.contains(envelope) || old.contains(envelope)
    }

    /// The verdicts on all transactions, batch after batch.
    private static func check(_ batches: [[Transaction]]) async -> [Bool] {
        await withTaskGroup(of: (batch: Int, verdicts: [Bool]).self) { group in
            var next = 0
            var verdicts = [[Bool]](repeating: [], count: batches.count)
            func start() {
                guard next < batches.count else { return }
                let (number, batch) = (next, batches[next])
                next += 1
                group.addTask { (number, batch.map { $0.hasValidSignatures(.ed25519) }) }
            }
            for _ in 0..<workerCount { start() }
            while let checked = await group.next() {
                verdicts[checked.batch] = checked.verdicts
                start()
            }
            return verdicts.flatMap { $0 }
        }
    }
}
