import Primitives
import StateTree
import Testing
import Wire

@Suite("State tree")
struct StateTreeTests {
    @Test("An empty tree has the zero root, and one leaf is its own root (S3)")
    func smallest() {
        var tree = StateTree()
        #expect(tree.root == .zero)
        let key = LeafKey.numbered(1)
        tree.apply([LeafChange(key: key, value: [7])])
        #expect(tree.root == Digest(hashing: key.bytes.array + [7], in: .leaf))
        #expect(tree.count == 1)
        tree.apply([LeafChange(key: key, value: nil)])
        #expect(tree.root == .zero && tree.count == 0)
    }

    @Test("Any changes give the root that the definition gives", arguments: 0..<24 as Range<UInt64>)
    func model(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        var (tree, model) = (StateTree(), Model())
        let range = UInt64(1) << UInt64.random(in: 2...9, using: &random)
        for _ in 0..<30 {
            var changes: [LeafKey: [UInt8]?] = [:]
            for _ in 0..<Int.random(in: 0...60, using: &random) {
                let key = LeafKey.numbered(UInt64.random(in: 0..<range, using: &random))
                changes[key] =
                    Bool.random(using: &random)
                    ? .some(nil) : .some([UInt8.random(in: 0...255, using: &random)])
            }
            let before = tree
            let rootBefore = tree.root
            tree.apply(changes)
            model.apply(changes)
            #expect(tree.root == model.root, "seed \(seed)")
            #expect(tree.count == model.values.count, "seed \(seed)")
            #expect(before.root == rootBefore, "an old version stays as it was")
            for (key, value) in changes {
                let hash = value.map { StateTree.leafHash(key, value: $0) }
                #expect(tree[key] == hash, "seed \(seed)")
            }
        }
        #expect(tree.root == model.tree.root, "seed \(seed)")
    }
}
