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
        let open = transactions.indices.filter { !verdicts[$0] }
        guard !open.isEmpty else { return verdicts }
        let perWorker = (open.count + Self.workerCount - 1) / Self.workerCount
        let size = max(Self.batchCount, min(perWorker, Self.batchCount * 4))
        let batches = stride(from: 0, to: open.count, by: size).map { start in
            open[start..<min(start + size, open.count)].map { ($0, transactions[$0]) }
        }
        for (index, isValid) in await Self.check(batches) where isValid {
            verdicts[index] = true
            remember(transactions[index].envelope)
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

    private static func check(_ batches: [[(Int, Transaction)]]) async -> [(Int, Bool)] {
        await withTaskGroup(of: [(Int, Bool)].self) { group in
            var next = 0
            var results: [(Int, Bool)] = []
            func start() {
                guard next < batches.count else { return }
                let batch = batches[next]
                next += 1
                group.addTask { batch.map { ($0.0, $0.1.hasValidSignatures(.ed25519)) } }
            }
            for _ in 0..<workerCount { start() }
            while let checked = await group.next() {
                results += checked
                start()
            }
            return results
        }
    }
}
