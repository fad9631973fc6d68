public import Primitives
public import Wire

/// Question and answer by which nodes tell each other of peers.
///
/// - Source: specification A13 to A15.
public enum ExchangeMessage: Hashable, Sendable, WireCodable {
    /// Records of one answer.
    public static let recordLimit = 64
    /// Bytes of one answer.
    public static let byteLimit = recordLimit * (BookEntry.envelopeByteLimit + 8) + 8

    case request
    /// Signed records as their peers gave them.
    case answer([[UInt8]])

    public init(from bytes: Span<UInt8>, at cursor: inout WireCursor) throws(WireError) {
        let start = cursor.offset
        switch try cursor.nextField(of: bytes) {
        case 1:
            _ = try cursor.message(1, "request", as: Request.self, of: bytes)
            self = .request
        case 2: self = .answer(try cursor.message(2, "answer", as: Answer.self, of: bytes).records)
        case .some(let number): throw WireError(.unknownCase(UInt64(number)), at: start)
        case nil: throw WireError(.missing, at: start)
        }
    }

    public func encode(into writer: inout WireWriter) {
        switch self {
        case .request: writer.message(1, Request())
        case .answer(let records): writer.message(2, Answer(records: records))
        }
    }

    private struct Request: WireCodable {
        init() {}
        init(from bytes: Span<UInt8>, at cursor: inout WireCursor) throws(WireError) {}
        func encode(into writer: inout WireWriter) {}
    }

    private struct Answer: WireCodable {
        let records: [[UInt8]]

        init(records: [[UInt8]]) { self.records = records }

        init(from bytes: Span<UInt8>, at cursor: inout WireCursor) throws(WireError) {
            records = try cursor.bytesList(
                1, "records", limit: ExchangeMessage.recordLimit,
                byteLimit: BookEntry.envelopeByteLimit, of: bytes)
        }

        func encode(into writer: inout WireWriter) { writer.bytesList(1, records) }
    }
}

/// An allowance that refills with time.
public struct TokenBucket: Hashable, Sendable {
    public let capacity: Int
    /// Time in which one token comes back.
    public let refillMilliseconds: UInt64
    private var tokens: Int
    private var since: Instant

    public init(capacity: Int, refillMilliseconds: UInt64, now: Instant) {
        self.capacity = capacity
        self.refillMilliseconds = refillMilliseconds
        tokens = capacity
        since = now
    }

    /// Takes up to so many tokens; says how many it got.
    public mutating func take(_ count: Int = 1, now: Instant) -> Int {
        let refilled = now.milliseconds(since: since) / refillMilliseconds
        if refilled > 0 {
            since = since.advanced(milliseconds: refilled * refillMilliseconds)
            tokens = refilled >= UInt64(capacity) ? capacity : min(capacity, tokens + Int(refilled))
        }
        let taken = min(count, tokens)
        tokens -= taken
        return taken
    }
}
