import Primitives
import StateTree
import Testing
import Wire

@Suite("State proofs")
struct StateProofTests {
    private static func model(leaves: UInt64) -> Model {
        var model = Model()
        for number in 0..<leaves {
            model.values[.numbered(number)] = [UInt8(truncatingIfNeeded: number), 9]
        }
        return model
    }

    @Test(
        "Every key is shown present or absent, and the bytes come back the same",
        arguments: [0, 1, 2, 3, 7, 8, 9, 60, 300] as [UInt64])
    func completeness(leaves: UInt64) throws {
        let model = Self.model(leaves: leaves)
        let tree = model.tree
        for number in 0..<leaves + 40 {
            let key = LeafKey.numbered(number)
            let proof = try #require(tree.proof(of: key) { model.values[$0] })
            let decoded = try StateProof(wire: proof.wire)
            #expect(decoded == proof)
            let answer = try StateVerifier.verify(decoded, key: key, root: tree.root)
            #expect(answer == model.values[key].map { .present($0) } ?? .absent)
        }
    }

    @Test("No change of a single bit of a proof is accepted", arguments: [1, 12] as [UInt64])
    func mutations(leaves: UInt64) throws {
        let model = Self.model(leaves: leaves)
        let tree = model.tree
        for number in [0, leaves / 2, leaves + 1, leaves + 2, leaves + 3] {
            let key = LeafKey.numbered(number)
            let proof = try #require(tree.proof(of: key) { model.values[$0] })
            let bytes = proof.wire
            for index in bytes.indices {
                for bit in 0..<8 {
                    var changed = bytes
                    changed[index] ^= 1 << UInt8(bit)
                    let answer = Self.answer(changed, key, tree.root)
                    #expect(answer == nil, "byte \(index), bit \(bit)")
                }
            }
            for count in bytes.indices {
                #expect(Self.answer(Array(bytes.prefix(count)), key, tree.root) == nil)
            }
        }
    }

    private static func answer(
        _ bytes: [UInt8], _ key: LeafKey, _ root: Digest
    ) -> StateVerifier.Answer? {
        guard let proof = try? StateProof(wire: bytes) else { return nil }
        return try? StateVerifier.verify(proof, key: key, root: root)
    }

    @Test("Attack 33: an empty tree proves nothing present, and absence only for the zero root")
    func emptyTree() throws {
        let key = LeafKey.numbered(1)
        let proof = try #require(StateTree().proof(of: key) { _ in nil })
        #expect(try StateVerifier.verify(proof, key: key, root: .zero) == .absent)
        #expect(throws: ProofError.self) {
            try StateVerifier.verify(proof, key: key, root: Self.model(leaves: 1).root)
        }
        #expect(throws: ProofError.self) {
            let forged = StateProof(key: key, end: .value([]), path: [])
            _ = try StateVerifier.verify(forged, key: key, root: .zero)
        }
    }

    @Test(
        "Attack 33: 64 bytes that look like an inner node are no leaf, and an inner node is no leaf"
    )
    func nodeAsLeaf() throws {
        let model = Self.model(leaves: 2)
        let leaves = model.values.sorted { $0.key < $1.key }
        let left = StateTree.leafHash(leaves[0].key, value: leaves[0].value)
        let right = StateTree.leafHash(leaves[1].key, value: leaves[1].value)
        // The inner node's 64 bytes, offered as key and value of a leaf.
        let key = LeafKey(left.bytes)
        let forged = StateProof(key: key, end: .value(right.bytes.array), path: [])
        #expect(throws: ProofError.self) {
            try StateVerifier.verify(forged, key: key, root: model.root)
        }
    }

    @Test(
        "Attack 33: absence is not shown by a leaf off the path, by the key itself, or by a cut path"
    )
    func falseAbsence() throws {
        let model = Self.model(leaves: 50)
        let tree = model.tree
        let key = LeafKey.numbered(7)
        let proof = try #require(tree.proof(of: key) { model.values[$0] })
        let path = Self.path(of: proof)
        let others = model.values.keys.sorted().filter { $0 != key }
        for other in others + [key] {
            let forged = StateProof(
                key: key, end: .other(other, value: model.values[other] ?? []), path: path)
            #expect(throws: ProofError.self) {
                try StateVerifier.verify(forged, key: key, root: tree.root)
            }
        }
        for depth in 0...path.count {
            let forged = StateProof(key: key, end: .empty, path: Array(path.prefix(depth)))
            #expect(throws: ProofError.self) {
                try StateVerifier.verify(forged, key: key, root: tree.root)
            }
        }
    }

    @Test(
        "Pitfall 12: parts of a proof that are empty, odd or missing are refused, and nothing traps"
    )
    func totalVerifier() throws {
        let model = Self.model(leaves: 12)
        let key = LeafKey.numbered(3)
        let proof = try #require(model.tree.proof(of: key) { model.values[$0] })
        let parts = [
            WireForm.bytes(1, key.bytes.array), WireForm.bytes(1, []),
            WireForm.bytes(1, Array(key.bytes.array.dropLast())), WireForm.bytes(2, []),
            WireForm.bytes(2, WireForm.bytes(1, [])), WireForm.bytes(2, WireForm.bytes(2, [])),
            WireForm.number(3, 1), WireForm.number(3, 256), WireForm.number(3, .max),
            WireForm.bytes(4, []), WireForm.bytes(4, [0x80]),
            WireForm.bytes(4, [UInt8](repeating: 0xff, count: 32)), WireForm.bytes(5, []),
            WireForm.bytes(5, [0]), WireForm.bytes(5, [UInt8](repeating: 0, count: 32)),
            WireForm.bytes(5, [UInt8](repeating: 7, count: 32 * 256)),
        ]
        // Every choice of parts, each at most once and in their order.
        for choice in 0..<1 << parts.count {
            let bytes = parts.indices.filter { choice >> $0 & 1 == 1 }.flatMap { parts[$0] }
            #expect(Self.answer(bytes, key, model.root) == nil)
        }
        #expect(Self.answer(proof.wire, key, model.root) != nil)
    }

    @Test("A proof for one key does not answer for another")
    func otherKey() throws {
        let model = Self.model(leaves: 50)
        let proof = try #require(model.tree.proof(of: .numbered(7)) { model.values[$0] })
        #expect(throws: ProofError.wrongKey(.numbered(7))) {
            try StateVerifier.verify(proof, key: .numbered(8), root: model.root)
        }
    }

    @Test("A zero beside the path, spare hashes, spare bits and long paths are refused (S7 to S9)")
    func shape() throws {
        let key = LeafKey.numbered(1)
        let one = Digest(hashing: [1], in: .leaf)
        let end = StateProof.End.value([1])
        #expect(throws: ProofError.pathTooLong) {
            try StateVerifier.verify(
                StateProof(key: key, end: end, path: [one, .zero]), key: key, root: .zero)
        }
        #expect(throws: ProofError.tooLong(count: 257, limit: 256)) {
            let path = [Digest](repeating: one, count: 257)
            _ = try StateVerifier.verify(
                StateProof(key: key, end: end, path: path), key: key, root: .zero)
        }
        let limit = StateTree.valueByteLimit
        #expect(throws: ProofError.tooLong(count: limit + 1, limit: limit)) {
            let value = [UInt8](repeating: 1, count: limit + 1)
            _ = try StateVerifier.verify(
                StateProof(key: key, end: .value(value), path: []), key: key, root: .zero)
        }
        func bytes(depth: UInt32, bitmap: [UInt8], siblings: [Digest]) -> [UInt8] {
            var writer = WireWriter()
            writer.fixed(1, key)
            writer.uint32(3, depth)
            writer.bytes(4, bitmap)
            writer.fixedList(5, siblings)
            return writer.bytes
        }
        let spareBit = try StateProof(wire: bytes(depth: 1, bitmap: [0xc0], siblings: [one, one]))
        #expect(throws: ProofError.malformedBitmap) {
            try StateVerifier.verify(spareBit, key: key, root: .zero)
        }
        let zero = try StateProof(wire: bytes(depth: 1, bitmap: [0x80], siblings: [.zero]))
        #expect(throws: ProofError.zeroSibling(index: 0)) {
            try StateVerifier.verify(zero, key: key, root: .zero)
        }
        let spare = try StateProof(wire: bytes(depth: 1, bitmap: [0x80], siblings: [one, one]))
        #expect(throws: ProofError.wrongSiblingCount(2, expected: 1)) {
            try StateVerifier.verify(spare, key: key, root: .zero)
        }
        #expect(throws: WireError.self) {
            try StateProof(wire: bytes(depth: 257, bitmap: [], siblings: []))
        }
    }

    @Test(
        "Random bytes never decode to something that verifies", arguments: 0..<8 as Range<UInt64>)
    func noise(seed: UInt64) {
        var random = Chance(seed: seed)
        for _ in 0..<200 {
            let count = Int.random(in: 0...300, using: &random)
            let bytes = (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }
            let root = Digest(hashing: bytes, in: .node)
            #expect(Self.answer(bytes, .numbered(seed), root) == nil)
        }
    }

    /// The hashes beside the path, zero ones put back.
    private static func path(of proof: StateProof) -> [Digest] {
        var siblings = proof.siblings[...]
        return (0..<proof.depth).map { depth in
            proof.bitmap[depth / 8] & (0x80 >> UInt8(depth % 8)) != 0
                ? siblings.removeFirst() : .zero
        }
    }
}
