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

    /// A check that is under way: the envelopes whose signatures turned out valid.
    private typealias Flight = Task<Set<Digest>, Never>

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
        var joined: [(index: Int, flight: Flight)] = []
        for index in transactions.indices where !verdicts[index] {
            if let flight = flights[transactions[index].envelope] {
                joined.append((index, flight))
            } else {
                open.append(transactions[index])
            }
        }
        let valid = await check(open)
        for index in transactions.indices where !verdicts[index] {
            verdicts[index] = valid.contains(transactions[index].envelope)
        }
        for (index, flight) in joined {
            verdicts[index] = await flight.value.contains(transactions[index].envelope)
        }
        return verdicts
    }

    /// Checks what nobody has checked or is checking.
    private func check(_ open: [Transaction]) async -> Set<Digest> {
        guard !open.isEmpty else { return [] }
        let perWorker = (open.count + Self.workerCount - 1) / Self.workerCount
        let size = max(Self.batchCount, min(perWorker, Self.batchCount * 4))
        let batches = stride(from: 0, to: open.count, by: size).map { start in
            Array(open[start..<min(start + size, open.count)])
        }
        let flight = Flight { await Self.check(batches) }
        for transaction in open { flights[transaction.envelope] = flight }
        let valid = await flight.value
        for transaction in open {
            flights[transaction.envelope] = nil
            if valid.contains(transaction.envelope) { remember(transaction.envelope) }
        }
        checkedCount &+= UInt64(open.count)
        return valid
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

    private static func check(_ batches: [[Transaction]]) async -> Set<Digest> {
        await withTaskGroup(of: [Digest].self) { group in
            var next = 0
            var valid: Set<Digest> = []
            func start() {
                guard next < batches.count else { return }
                let batch = batches[next]
                next += 1
                group.addTask {
                    batch.filter { $0.hasValidSignatures(.ed25519) }.map(\.envelope)
                }
            }
            for _ in 0..<workerCount { start() }
            while let checked = await group.next() {
                valid.formUnion(checked)
                start()
            }
            return valid
        }
    }
}
