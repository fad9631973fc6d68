import Foundation
import Primitives
import StateTree
import Testing
import Wire

/// Vectors that `Tests/Vectors/StateTree/make.py` wrote from the rules alone.
@Suite("State tree: vectors of another implementation")
struct VectorTests {
    private let vectors: [String: String]

    init() throws {
        let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().appendingPathComponent("Vectors/StateTree/state_tree.hex")
        let text = try String(contentsOf: file, encoding: .utf8)
        vectors = Dictionary(
            uniqueKeysWithValues: text.split(separator: "\n").compactMap { line in
                let parts = line.split(separator: ":", omittingEmptySubsequences: false)
                return parts.count == 2
                    ? (String(parts[0]), parts[1].trimmingCharacters(in: .whitespaces)) : nil
            })
    }

    private func expect(_ name: String, _ bytes: [UInt8]) {
        #expect(vectors[name] == Hex.encode(bytes), "\(name)")
    }

    private static func model(_ count: UInt64) -> Model {
        var model = Model()
        for number in 0..<count {
            model.values[.numbered(number)] = [UInt8(truncatingIfNeeded: number), 9]
        }
        return model
    }

    private static func items(_ count: Int) -> [Digest] {
        (0..<count).map { Digest(hashing: Array("\($0)".utf8), in: .body) }
    }

    @Test("Keys, leaves, roots and proofs have the bytes that the rules give")
    func state() throws {
        expect("key 7", LeafKey.numbered(7).bytes.array)
        expect("leaf 7", StateTree.leafHash(.numbered(7), value: [7, 9]).bytes.array)
        for count in [0, 1, 2, 9, 100] as [UInt64] {
            expect("state root \(count)", Self.model(count).tree.root.bytes.array)
        }
        for (count, number) in [(1, 0), (1, 5), (9, 3), (100, 7), (100, 1_000), (100, 1_003)] {
            let model = Self.model(UInt64(count))
            let key = LeafKey.numbered(UInt64(number))
            let proof = try #require(model.tree.proof(of: key) { model.values[$0] })
            expect("state proof \(count) \(number)", proof.wire)
        }
    }

    @Test("Roots and paths of lists and histories have the bytes that the rules give")
    func lists() throws {
        for count in [0, 1, 2, 3, 8, 21] {
            let items = Self.items(count)
            var history = HistoryRange()
            for item in items { history.append(item) }
            expect("list root \(count)", MerkleList.root(of: items).bytes.array)
            expect("history root \(count)", history.root.bytes.array)
        }
        for (count, index) in [(1, 0), (21, 0), (21, 15), (21, 20)] {
            let items = Self.items(count)
            let list = try #require(MerkleList.proof(of: index, in: items))
            expect("list path \(count) \(index)", list.wire)
            var (history, nodes) = (HistoryRange(), [Digest]())
            for item in items { nodes += history.append(item) }
            let found = HistoryRange.proof(of: UInt64(index), count: UInt64(count)) {
                nodes[Int($0)]
            }
            expect("history path \(count) \(index)", try #require(found).wire)
        }
    }

    @Test("Journals fold to the heads that the rules give")
    func journals() {
        for count in [0, 1, 3] {
            var journal = JournalHead()
            for (index, item) in Self.items(count).enumerated() {
                journal.append(event: item, at: Height(UInt64(10 + index)))
            }
            expect("journal \(count)", journal.wire)
        }
    }
}
