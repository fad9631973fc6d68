import Primitives
import StateTree
import Testing
import Wire

@Suite("Lists and histories")
struct MerkleTests {
    private static let counts = [1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 33, 100, 255, 256, 257]

    private static func items(_ count: Int) -> [Digest] {
        (0..<count).map { Digest(hashing: Array("\($0)".utf8), in: .body) }
    }

    /// Rule S11 as it is written.
    private static func top(_ items: ArraySlice<Digest>, _ domain: HashDomain) -> Digest {
        guard items.count > 1 else { return items.first ?? .zero }
        var half = 1
        while half * 2 < items.count { half *= 2 }
        let middle = items.startIndex + half
        let (left, right) = (top(items[..<middle], domain), top(items[middle...], domain))
        return Digest(hashing: left.bytes.array + right.bytes.array, in: domain)
    }

    private static func root(
        _ items: [Digest], _ inner: HashDomain, _ outer: HashDomain
    ) -> Digest {
        let count = (0..<8).reversed().map { UInt8(truncatingIfNeeded: items.count >> (8 * $0)) }
        return Digest(hashing: count + top(items[...], inner).bytes.array, in: outer)
    }

    @Test("Attack 35: 512, 513, 514 and 2^n ± 1 items have the roots that the rule gives")
    func sizes() {
        for count in Self.counts + [0, 511, 512, 513, 514, 1_023, 1_024, 1_025] {
            let items = Self.items(count)
            #expect(MerkleList.root(of: items) == Self.root(items, .listNode, .list), "\(count)")
            var history = HistoryRange()
            for item in items { history.append(item) }
            #expect(history.root == Self.root(items, .historyNode, .history), "\(count)")
        }
    }

    @Test("Attack 34: repeating the last items changes the root")
    func repeated() {
        for count in 1...40 {
            let items = Self.items(count)
            for tail in 1...count {
                let longer = items + items.suffix(tail)
                #expect(MerkleList.root(of: longer) != MerkleList.root(of: items))
            }
        }
        #expect(MerkleList.root(of: []) != MerkleList.root(of: [.zero]))
    }

    @Test("Every item is proved at its index, and at no other")
    func listProofs() throws {
        for count in Self.counts where count <= 33 {
            let items = Self.items(count)
            let root = MerkleList.root(of: items)
            for (index, item) in items.enumerated() {
                let path = try #require(MerkleList.proof(of: index, in: items))
                let decoded = try MerklePath(wire: path.wire)
                try MerkleList.verify(item, at: decoded, root: root)
                for other in 0..<UInt64(count) + 2 where other != UInt64(index) {
                    let moved = MerklePath(
                        index: other, count: path.count, siblings: path.siblings)
                    #expect(throws: ProofError.self) {
                        try MerkleList.verify(item, at: moved, root: root)
                    }
                }
            }
            #expect(MerkleList.proof(of: count, in: items) == nil)
            #expect(MerkleList.proof(of: -1, in: items) == nil)
        }
    }

    @Test("Whoever keeps the nodes proves any item under any later root")
    func historyProofs() throws {
        let items = Self.items(70)
        var (history, nodes) = (HistoryRange(), [Digest]())
        for (index, item) in items.enumerated() {
            #expect(history.nodeCount == UInt64(nodes.count))
            nodes += history.append(item)
            let count = UInt64(index + 1)
            #expect(try HistoryRange(wire: history.wire) == history)
            for place in 0..<count {
                let found = HistoryRange.proof(of: place, count: count) { position in
                    position < UInt64(nodes.count) ? nodes[Int(position)] : nil
                }
                let path = try #require(found)
                try HistoryRange.verify(items[Int(place)], at: path, root: history.root)
                #expect(nodes[Int(HistoryRange.position(ofItem: place))] == items[Int(place)])
            }
            #expect(HistoryRange.proof(of: count, count: count) { _ in Digest.zero } == nil)
        }
        let early = try #require(
            HistoryRange.proof(of: 3, count: 21) { nodes[Int($0)] })
        var then = HistoryRange()
        for item in items.prefix(21) { then.append(item) }
        try HistoryRange.verify(items[3], at: early, root: then.root)
    }

    @Test("No change of a single bit of a path is accepted")
    func mutations() throws {
        let items = Self.items(21)
        let root = MerkleList.root(of: items)
        for index in [0, 15, 16, 20] {
            let bytes = try #require(MerkleList.proof(of: index, in: items)).wire
            for place in bytes.indices {
                for bit in 0..<8 {
                    var changed = bytes
                    changed[place] ^= 1 << UInt8(bit)
                    guard let path = try? MerklePath(wire: changed) else { continue }
                    #expect(throws: ProofError.self, "byte \(place), bit \(bit)") {
                        try MerkleList.verify(items[index], at: path, root: root)
                    }
                }
            }
        }
    }

    @Test("Paths with extreme indices and counts are refused without a trap")
    func extremes() {
        let numbers: [UInt64] = [0, 1, 2, 1 << 61, 1 << 62, 1 << 63, .max - 1, .max]
        for index in numbers {
            for count in numbers {
                for length in [0, 1, 63, 64, 65] {
                    let path = MerklePath(
                        index: index, count: count,
                        siblings: [Digest](repeating: .zero, count: length))
                    #expect(throws: ProofError.self) {
                        try HistoryRange.verify(.zero, at: path, root: .zero)
                    }
                }
            }
        }
    }

    @Test("A history whose tops do not fit its count does not decode")
    func peaks() {
        var writer = WireWriter()
        writer.uint64(1, 3)
        writer.fixedList(2, [Digest.zero])
        let bytes = writer.bytes
        #expect(throws: WireError.self) { try HistoryRange(wire: bytes) }
    }
}

@Suite("Journal head")
struct JournalTests {
    @Test("The head is the hash of 80 bytes in a fixed layout")
    func layout() throws {
        var journal = JournalHead()
        #expect(journal.count == 0 && journal.head == .zero)
        let event = Digest(hashing: [5], in: .event)
        journal.append(event: event, at: Height(0x0102))
        let input =
            [UInt8](repeating: 0, count: 32) + [0, 0, 0, 0, 0, 0, 0, 1] + event.bytes.array
            + [0, 0, 0, 0, 0, 0, 1, 2]
        #expect(journal.head == Digest(hashing: input, in: .journal))
        #expect(journal.count == 1)
        #expect(try JournalHead(wire: journal.wire) == journal)
    }

    @Test("Leaving out, adding or moving an event, or another height, changes the head")
    func order() {
        let events = (0..<4 as Range<UInt8>).map { Digest(hashing: [$0], in: .event) }
        func head(_ order: [Int], height: UInt64 = 1) -> Digest {
            var journal = JournalHead()
            for index in order { journal.append(event: events[index], at: Height(height)) }
            return journal.head
        }
        let honest = head([0, 1, 2])
        for order in [
            [0, 1], [0, 2], [1, 2], [0, 2, 1], [1, 0, 2], [0, 1, 2, 3], [0, 1, 2, 2],
        ] {
            #expect(head(order) != honest)
        }
        #expect(head([0, 1, 2], height: 2) != honest)
    }

    @Test("Joining two hashes is hashing their 64 bytes")
    func joining() {
        let (left, right) = (Digest(hashing: [1], in: .leaf), Digest(hashing: [2], in: .leaf))
        let expected = Digest(hashing: left.bytes.array + right.bytes.array, in: .node)
        #expect(Digest.joining(left, right, in: .node) == expected)
        #expect(Digest(left, right, in: .node) == expected)
    }
}
