import Primitives
import StateTree

/// Batches of changes of a large tree.
struct TreeUpdates {
    static let batchCount = 20_000
    let leafCount: Int

    func figures() -> [Figure] {
        var random = Chance(seed: 2)
        let keys = (0..<leafCount).map { LeafKey(Digest(numbered: $0).bytes) }.sorted()
        var tree = StateTree(sorted: keys.map { Leaf(key: $0, hash: Digest(numbered: 1)) })
        let rounds = 15
        let batches: [[(LeafKey, [UInt8])]] = (0..<rounds).map { _ in
            var chosen: Set<Int> = []
            while chosen.count < Self.batchCount {
                chosen.insert(Int(random.next() % UInt64(leafCount)))
            }
            return chosen.map { (keys[$0], random.bytes(64)) }
        }
        var apply: [Stopwatch.Reading] = []
        var whole: [Stopwatch.Reading] = []
        for batch in batches {
            var sorting = Stopwatch.Reading(wall: 0, cpu: 0)
            var changes: [LeafChange] = []
            sorting = Stopwatch.measure {
                changes = batch.map { LeafChange(key: $0.0, value: $0.1) }
                    .sorted { $0.key < $1.key }
            }
            let one = Stopwatch.measure { tree.apply(changes) }
            apply.append(one)
            whole.append(
                Stopwatch.Reading(wall: one.wall + sorting.wall, cpu: one.cpu + sorting.cpu))
        }
        return [
            Figure(
                name: "tree_updates", value: apply.median.rate(Self.batchCount), unit: "1/s",
                note: "\(leafCount) leaves, \(Self.batchCount) a batch, one core; "
                    + "\(Int(apply.median.coreRate(Self.batchCount))) by cpu"),
            Figure(
                name: "tree_updates_hashed_and_sorted",
                value: whole.median.rate(Self.batchCount), unit: "1/s",
                note: "from unsorted values; \(Int(whole.median.coreRate(Self.batchCount))) by cpu"
            ),
        ]
    }
}
