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
        var random = Chance(seed: seed)
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

    @Test(
        "One leaf changed gives the root of the tree built anew, whatever came and went before",
        arguments: 0..<24 as Range<UInt64>)
    func oneLeafAtATime(seed: UInt64) {
        var random = Chance(seed: seed)
        var (tree, model) = (StateTree(), Model())
        let range = UInt64(1) << UInt64.random(in: 2...6, using: &random)
        for _ in 0..<200 {
            let key = LeafKey.numbered(UInt64.random(in: 0..<range, using: &random))
            let isGone = UInt8.random(in: 0..<8, using: &random) == 0
            let value: [UInt8]? = isGone ? nil : [UInt8.random(in: 0...255, using: &random)]
            tree.apply([LeafChange(key: key, value: value)])
            model.values[key] = value
            #expect(tree.root == model.root, "seed \(seed)")
        }
        #expect(tree.root == model.tree.root, "seed \(seed)")
    }
}

@Suite("State tree, hostile and extreme")
struct StateTreeExtremeTests {
    @Test("How changes are batched does not matter (S4)", arguments: 0..<8 as Range<UInt64>)
    func batching(seed: UInt64) {
        var random = Chance(seed: seed)
        var model = Model()
        var (once, oneByOne) = (StateTree(), StateTree())
        for number in 0..<400 as Range<UInt64> {
            model.values[.numbered(number)] = [UInt8(truncatingIfNeeded: number)]
        }
        once.apply(model.values.mapValues { .some($0) })
        for key in model.values.keys.sorted().shuffled(using: &random) {
            oneByOne.apply([LeafChange(key: key, value: model.values[key])])
        }
        #expect(once.root == oneByOne.root)
        for number in 400..<500 as Range<UInt64> {
            oneByOne.apply([LeafChange(key: .numbered(number), value: [1])])
        }
        for number in (400..<500 as Range<UInt64>).reversed() {
            oneByOne.apply([LeafChange(key: .numbered(number), value: nil)])
        }
        #expect(once.root == oneByOne.root, "leaves that came and went leave no trace")
        var visited: [LeafKey] = []
        oneByOne.forEachLeaf { visited.append($0.key) }
        #expect(visited == model.values.keys.sorted())
    }

    @Test("Attack: keys ground to share 255 bits neither overflow the stack nor break a proof (S5)")
    func groundKeys() throws {
        var model = Model()
        let base = LeafKey.numbered(1)
        model.values[base] = [0]
        for bit in 200..<256 { model.values[base.flipping(bit)] = [UInt8(bit)] }
        var tree = StateTree()
        tree.apply(model.values.mapValues { .some($0) })
        #expect(tree.root == model.root)
        for key in model.values.keys.sorted() {
            let proof = try #require(tree.proof(of: key) { model.values[$0] })
            let answer = try StateVerifier.verify(proof, key: key, root: tree.root)
            #expect(answer == .present(model.values[key] ?? []))
        }
        let absent = base.flipping(3)
        let proof = try #require(tree.proof(of: absent) { model.values[$0] })
        #expect(try StateVerifier.verify(proof, key: absent, root: tree.root) == .absent)
        for bit in 200..<256 {
            tree.apply([LeafChange(key: base.flipping(bit), value: nil)])
        }
        #expect(tree.root == StateTree.leafHash(base, value: [0]))
    }

    @Test("Changes out of order are a bug of ours and stop the node")
    func disorder() async {
        await #expect(processExitsWith: .failure) {
            var tree = StateTree()
            let keys = [LeafKey.numbered(1), .numbered(2)].sorted()
            tree.apply(keys.reversed().map { LeafChange(key: $0, value: [1]) })
        }
    }
}
