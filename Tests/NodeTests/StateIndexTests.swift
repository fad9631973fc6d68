import Leftovers
import Node
import Primitives
import StateTree
import Storage
import Testing
import Wire

@Suite("The indexes of a running node", .tidy)
struct StateIndexTests {
    private static let leaves = (0..<40).map { number in
        LeafKey(FixedBytes(repeating: UInt8(number % 8)))
    }

    /// A block in which each of some journals grows by one entry.
    private func page(_ height: UInt64, _ numbers: inout [LeafKey: UInt64]) -> StateStore.IndexPage
    {
        var random = Chance(seed: height)
        let entries = Self.leaves.shuffled(using: &random).prefix(20).map { leaf in
            numbers[leaf, default: 0] += 1
            return JournalEntry(
                leaf: leaf, number: numbers[leaf, default: 0], height: Height(height),
                event: [UInt8(truncatingIfNeeded: height)])
        }
        return StateStore.IndexPage(
            height: Height(height), transactions: [Digest(FixedBytes(repeating: UInt8(height)))],
            entries: entries, evidence: height.isMultiple(of: 3) ? [[UInt8(height)]] : [])
    }

    @Test("What waits and what is written are read as one, in every state of writing")
    func reading() throws {
        let stores = try Stores(try freshHome(), chain: .zero)
        let (index, all) = (
            StateIndex(StateStore(stores.state)),
            StateStore(try Stores(freshHome(), chain: .zero).state)
        )
        var numbers: [LeafKey: UInt64] = [:]
        for height in 1...30 as ClosedRange<UInt64> {
            let page = page(height, &numbers)
            index.add(page)
            try all.index([page])
            if height.isMultiple(of: 7) { try index.write() }
            for leaf in Set(Self.leaves) {
                for (first, limit) in [(1, 1_000), (1, 2), (3, 5), (9, 1)] as [(UInt64, Int)] {
                    #expect(
                        try index.entries(of: leaf, from: first, limit: limit)
                            == all.entries(of: leaf, from: first, limit: limit),
                        "height \(height), from \(first)")
                }
            }
            for limit in [1, 4, 100] {
                #expect(
                    try index.evidence(limit: limit).map(\.height)
                        == all.evidence(limit: limit).map(\.height))
            }
        }
        try index.write()
        let store = StateStore(stores.state)
        #expect(try store.indexedHeight() == Height(30))
        #expect(try store.place(of: Digest(FixedBytes(repeating: 30)))?.height == Height(30))
    }

    @Test("It is due after so many blocks, and after a write no more")
    func due() throws {
        let stores = try Stores(try freshHome(), chain: .zero)
        let index = StateIndex(StateStore(stores.state))
        var numbers: [LeafKey: UInt64] = [:]
        for height in 1..<UInt64(StateIndex.blockLimit) { index.add(page(height, &numbers)) }
        #expect(!index.isDue)
        index.add(page(UInt64(StateIndex.blockLimit), &numbers))
        #expect(index.isDue)
        try index.write()
        #expect(!index.isDue)
    }
}
