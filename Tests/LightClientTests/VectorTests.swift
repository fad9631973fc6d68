import Foundation
import LightClient
import Primitives
import StateTree
import Testing
import Wire

/// Vectors that `Tests/Vectors/StateTree/make.py` wrote from the `.proto` alone.
@Suite("Light protocol: vectors of another implementation")
struct VectorTests {
    private let vectors: [String: [UInt8]]

    init() throws {
        let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().appendingPathComponent("Vectors/LightClient/light.hex")
        let text = try String(contentsOf: file, encoding: .utf8)
        vectors = Dictionary(
            uniqueKeysWithValues: text.split(separator: "\n").compactMap { line in
                let parts = line.split(separator: ":", omittingEmptySubsequences: false)
                guard parts.count == 2,
                    let bytes = Hex.decode(parts[1].trimmingCharacters(in: .whitespaces))
                else { return nil }
                return (String(parts[0]), bytes)
            })
    }

    private static func fixed<Value: Bytes32>(_ byte: UInt8, as type: Value.Type = Value.self)
        -> Value
    {
        Value(FixedBytes(repeating: byte))
    }

    private func expect<Value: WireCodable & Equatable>(_ name: String, _ value: Value) throws {
        let bytes = try #require(vectors[name], "\(name)")
        #expect(value.wire == bytes, "\(name)")
        #expect(try Value(wire: bytes) == value, "\(name)")
    }

    @Test("Requests have the bytes that the schema gives")
    func requests() throws {
        let key = Self.fixed(5, as: LeafKey.self)
        try expect("request submit", LightRequest.submit([[1, 2], []]))
        try expect("request head", LightRequest.head)
        try expect("request update", LightRequest.update(from: Epoch(3), to: Epoch(300)))
        try expect("request leaf", LightRequest.leaf(key))
        try expect("request journal", LightRequest.journal(key, first: 1, limit: 256))
        try expect("request block", LightRequest.block(Height(77)))
        try expect("request status", LightRequest.status(Self.fixed(6)))
        try expect("request ancestor", LightRequest.ancestor(Height(0), under: Height(9)))
    }

    @Test("Answers have the bytes that the schema gives")
    func responses() throws {
        try expect("response submitted", LightResponse.submitted([0, 300]))
        let event = JournalEvent(event: [7], height: Height(8))
        try expect(
            "response journal", LightResponse.journal(JournalPage(first: 4, events: [event])))
        let block = ServedBlock(block: [1, 2], finalized: nil)
        try expect("response block", LightResponse.block(block))
        try expect("response pending", LightResponse.status(.pending))
        try expect("response unknown", LightResponse.status(.unknown))
        try expect("response busy", LightResponse.refused(.busy))
    }

    @Test("An anchor and its digest, and a change of a set, have the bytes that the rules give")
    func trust() throws {
        let first = Validator(key: Self.fixed(3), weight: 10)
        let second = Validator(key: Self.fixed(9), weight: 300)
        let set = try #require(ValidatorSet([first, second]))
        let anchor = TrustAnchor(
            chain: Self.fixed(1), epoch: Epoch(4), set: set, block: Self.fixed(2),
            height: Height(1_000), time: Timestamp(1 << 40))
        try expect("anchor", anchor)
        #expect(vectors["anchor digest"] == anchor.digest.bytes.array)
        let next = try #require(
            ValidatorSet([Validator(key: Self.fixed(4), weight: 5), second]))
        try expect("set change", SetChange(from: set, to: next))
    }
}
