import Documents
import Testing

/// A small random source with a seed, so that a failure can be repeated.
struct SeededRandom: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed &* 0x9e37_79b9_7f4a_7c15 &+ 1 }

    mutating func next() -> UInt64 {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return state
    }
}

@Suite("Documents that were tampered with")
struct MutationTests {
    static let source = Array(JsonWriter.text(of: Journey.document().json).utf8)

    @Test(
        "Damaged bytes are refused or read, and never end the process",
        arguments: 0..<40 as Range<UInt64>)
    func bytes(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        for _ in 0..<12 {
            var bytes = Self.source
            for _ in 0..<Int.random(in: 1...6, using: &random) {
                let place = Int.random(in: bytes.indices, using: &random)
                switch UInt8.random(in: 0..<4, using: &random) {
                case 0: bytes[place] = UInt8.random(in: 0...255, using: &random)
                case 1: bytes.remove(at: place)
                case 2: bytes.insert(contentsOf: Array("{[\"\\u,:]}".utf8), at: place)
                default: bytes.removeLast(min(bytes.count - 1, place))
                }
            }
            expectOrder(bytes)
        }
    }

    /// Whatever a document is, a second reading of what was accepted gives the same.
    private func expectOrder(_ bytes: [UInt8]) {
        guard let check = try? EpcisCheck(bytes) else { return }
        #expect(check.document == nil || check.faults.isEmpty)
        guard let document = check.document else { return }
        let again = try? EpcisCheck(Array(JsonWriter.text(of: document.json).utf8))
        #expect(again?.document == document)
        #expect(again?.hashes == check.hashes)
        for event in document.events { _ = try? ItemEvent(event, in: document.context) }
    }

    @Test(
        "Values of the wrong kind in any place are refused or read",
        arguments: 0..<60 as Range<UInt64>)
    func values(seed: UInt64) throws {
        var random = SeededRandom(seed: seed &+ 1_000)
        let json = try JsonReader.read(Self.source)
        for _ in 0..<10 {
            let count = Self.count(json)
            var target = Int.random(in: 0..<count, using: &random)
            let other = Self.strange[Int.random(in: Self.strange.indices, using: &random)]
            let changed = Self.replace(&target, in: json, with: other)
            expectOrder(Array(JsonWriter.text(of: changed).utf8))
        }
    }

    static let strange: [JsonValue] = [
        .null, .bool(true), .number(JsonNumber(-1)), .string(""), .string("urn:"), .string(":"),
        .string("\u{0}"), .string(String(repeating: "9", count: 400)), .string("%"),
        .string("urn:epc:id:sgtin:..%"), .string("https://id.gs1.org/01//21/"), .array([]),
        .array([.array([.array([])])]), .object(JsonObject()), .string("e\u{301}"),
        .object(JsonObject([.init("", .null), .init("type", .null), .init(":", .string(":"))])),
    ]

    static func count(_ value: JsonValue) -> Int {
        switch value {
        case .array(let values): values.reduce(1) { $0 + count($1) }
        case .object(let object): object.members.reduce(1) { $0 + count($1.value) }
        case .null, .bool, .number, .string: 1
        }
    }

    static func replace(
        _ target: inout Int, in value: JsonValue, with other: JsonValue
    ) -> JsonValue {
        target -= 1
        if target == -1 { return other }
        switch value {
        case .array(let values):
            return .array(values.map { replace(&target, in: $0, with: other) })
        case .object(let object):
            return .object(
                JsonObject(
                    object.members.map {
                        .init($0.name, replace(&target, in: $0.value, with: other))
                    }))
        case .null, .bool, .number, .string: return value
        }
    }

    @Test("A document of nothing but brackets is stopped by the depth limit")
    func depth() {
        for open in ["[", #"{"a":"#] {
            let bytes = Array(String(repeating: open, count: 1_000_000).utf8)
            #expect { try EpcisCheck(bytes) } throws: {
                ($0 as? JsonFault)?.reason == .tooDeep(limit: 64)
            }
        }
    }

    @Test("More events than the limit are refused, and the findings stay bounded")
    func events() throws {
        let limit = EpcisDocument.eventLimit
        let fits = Array(repeating: "", count: 2_000)
        let many = try EpcisCheck(Array(OneEvent.document(fits).utf8))
        #expect(many.findings.count == 1_000)
        let over = Array(repeating: "", count: limit + 1)
        let check = try EpcisCheck(Array(OneEvent.document(over).utf8))
        #expect(check.faults.first?.rule == .limit)
        #expect(check.hashes.count == limit)
    }
}
