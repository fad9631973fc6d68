public import Primitives
public import StateTree
public import Wire

/// What a light node asks a full node; each request has one answer.
///
/// - Source: rule N12; `Proto/light.proto`.
public enum LightRequest: Hashable, Sendable {
    /// Hands over encoded transactions. Answer: ``LightResponse/submitted(_:)``.
    case submit([[UInt8]])
    /// The newest final block. Answer: ``LightResponse/head(_:)``.
    case head
    /// A step for somebody who trusts the set of `from`, to the last block of `to`, with `from`
    /// not after `to`; of an earlier epoch, not before `from`, when that is too far.
    /// Answer: ``LightResponse/update(_:)``.
    case update(from: Epoch, to: Epoch)
    /// One leaf in the newest final state. Answer: ``LightResponse/leaf(_:)``.
    case leaf(LeafKey)
    /// Events of the journal in a leaf, the first event having number 1.
    /// Answer: ``LightResponse/journal(_:)``.
    case journal(LeafKey, first: UInt64, limit: Int)
    /// A final block. Answer: ``LightResponse/block(_:)``.
    case block(Height)
    /// What became of a transaction. Answer: ``LightResponse/status(_:)``.
    case status(Digest)
    /// A header, shown to be in the history of a later one. Answer: ``LightResponse/ancestor(_:)``.
    case ancestor(Height, under: Height)
}

extension LightRequest: WireCodable {
    public init(from bytes: Span<UInt8>, at cursor: inout WireCursor) throws(WireError) {
        let start = cursor.offset
        switch try cursor.nextField(of: bytes) {
        case 1: self = .submit(try cursor.message(1, "submit", as: Submission.self, of: bytes).list)
        case 2:
            _ = try cursor.message(2, "head", as: Nothing.self, of: bytes)
            self = .head
        case 3:
            let span = try cursor.message(3, "update", as: NumberPair.self, of: bytes)
            guard span.first <= span.second else { throw WireError(.invalid, at: start) }
            self = .update(from: Epoch(span.first), to: Epoch(span.second))
        case 4: self = .leaf(try cursor.fixed(4, "leaf", of: bytes))
        case 5:
            let page = try cursor.message(5, "journal", as: PageQuery.self, of: bytes)
            self = .journal(page.key, first: page.first, limit: page.limit)
        case 6:
            let block = try cursor.message(6, "block", as: NumberPair.self, of: bytes)
            guard block.second == 0 else { throw WireError(.invalid, at: start) }
            self = .block(Height(block.first))
        case 7: self = .status(try cursor.fixed(7, "status", of: bytes))
        case 8:
            let heights = try cursor.message(8, "ancestor", as: NumberPair.self, of: bytes)
            guard heights.first < heights.second else { throw WireError(.invalid, at: start) }
            self = .ancestor(Height(heights.first), under: Height(heights.second))
        case let other: throw WireError(.unknownCase(UInt64(other ?? 0)), at: start)
        }
    }

    public func encode(into writer: inout WireWriter) {
        switch self {
        case .submit(let list): writer.message(1, Submission(list: list))
        case .head: writer.message(2, Nothing())
        case .update(let from, let to):
            writer.message(3, NumberPair(first: from.number, second: to.number))
        case .leaf(let key): writer.fixed(4, key)
        case .journal(let key, let first, let limit):
            writer.message(5, PageQuery(key: key, first: first, limit: limit))
        case .block(let height): writer.message(6, NumberPair(first: height.number, second: 0))
        case .status(let id): writer.fixed(7, id)
        case .ancestor(let height, let under):
            writer.message(8, NumberPair(first: height.number, second: under.number))
        }
    }
}

/// A message without fields.
struct Nothing: WireCodable {
    init() {}
    init(from bytes: Span<UInt8>, at cursor: inout WireCursor) throws(WireError) {}
    func encode(into writer: inout WireWriter) {}
}

private struct NumberPair: WireCodable {
    let first: UInt64
    let second: UInt64

    init(first: UInt64, second: UInt64) {
        self.first = first
        self.second = second
    }

    init(from bytes: Span<UInt8>, at cursor: inout WireCursor) throws(WireError) {
        first = try cursor.uint64(1, "first", of: bytes)
        second = try cursor.uint64(2, "second", of: bytes)
    }

    func encode(into writer: inout WireWriter) {
        writer.uint64(1, first)
        writer.uint64(2, second)
    }
}

private struct Submission: WireCodable {
    let list: [[UInt8]]

    init(list: [[UInt8]]) { self.list = list }

    init(from bytes: Span<UInt8>, at cursor: inout WireCursor) throws(WireError) {
        list = try cursor.bytesList(
            1, "transactions", limit: LightLimits.transactionCountLimit,
            byteLimit: LightLimits.transactionByteLimit, of: bytes)
    }

    func encode(into writer: inout WireWriter) { writer.bytesList(1, list) }
}

private struct PageQuery: WireCodable {
    let key: LeafKey
    let first: UInt64
    let limit: Int

    init(key: LeafKey, first: UInt64, limit: Int) {
        self.key = key
        self.first = first
        self.limit = limit
    }

    init(from bytes: Span<UInt8>, at cursor: inout WireCursor) throws(WireError) {
        key = try cursor.fixed(1, "key", of: bytes)
        let start = cursor.offset
        first = try cursor.uint64(2, "first", of: bytes)
        let limit = try cursor.uint32(3, "limit", of: bytes)
        guard first > 0, (1...UInt32(LightLimits.eventCountLimit)).contains(limit) else {
            throw WireError(.invalid, at: start)
        }
        self.limit = Int(limit)
    }

    func encode(into writer: inout WireWriter) {
        writer.fixed(1, key)
        writer.uint64(2, first)
        writer.uint32(3, UInt32(clamping: limit))
    }
}
