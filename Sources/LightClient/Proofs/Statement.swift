public import Primitives
public import Wire

/// One event of a journal: the event as the ledger encodes it, and the block that made it.
public struct JournalEvent: Hashable, Sendable, WireCodable {
    public let event: [UInt8]
    public let height: Height

    public init(event: [UInt8], height: Height) {
        self.event = event
        self.height = height
    }

    public init(from bytes: Span<UInt8>, at cursor: inout WireCursor) throws(WireError) {
        event = try cursor.bytes(1, "event", limit: LightLimits.eventByteLimit, of: bytes)
        height = Height(try cursor.uint64(2, "height", of: bytes))
    }

    public func encode(into writer: inout WireWriter) {
        writer.bytes(1, event)
        writer.uint64(2, height.number)
    }
}

/// Consecutive events of a journal.
public struct JournalPage: Hashable, Sendable, WireCodable {
    /// Number of the page's first event; the journal's first has number 1.
    public let first: UInt64
    public let events: [JournalEvent]

    public init(first: UInt64, events: [JournalEvent]) {
        self.first = first
        self.events = events
    }

    public init(from bytes: Span<UInt8>, at cursor: inout WireCursor) throws(WireError) {
        first = try cursor.uint64(1, "first", of: bytes)
        events = try cursor.messages(2, "events", limit: LightLimits.eventCountLimit, of: bytes)
    }

    public func encode(into writer: inout WireWriter) {
        writer.uint64(1, first)
        writer.messages(2, events)
    }
}

/// Why a list of events is not the history that the ledger stands for.
public enum StatementFault: Error, Hashable, Sendable {
    /// The page does not start at the next event.
    case wrongPage(first: UInt64, expected: UInt64)
    /// More events than the journal counts.
    case tooMany(UInt64)
    /// The list ends before the journal does.
    case incomplete(count: UInt64, expected: UInt64)
    /// An event is older than the one before it.
    case disordered(Height, after: Height)
    /// Something was left out, added, moved or changed.
    case wrongHead(Digest, expected: Digest)
}

/// Reads a journal page by page, and says at the end whether it was the whole history.
///
/// - Source: design R8, rule N10.
public struct Statement: Hashable, Sendable {
    /// Count and head that a proved leaf holds.
    public let expected: JournalHead
    private var journal = JournalHead()
    private var height = Height(0)

    public init(expected: JournalHead) { self.expected = expected }

    /// Goes on from a count and head that were proved earlier.
    public init(from start: JournalHead, at height: Height, expected: JournalHead) {
        self.expected = expected
        journal = start
        self.height = height
    }

    /// Number of the event that comes next; more than the expected count at the end.
    public var next: UInt64 { journal.count + 1 }

    public var isAtEnd: Bool { journal.count == expected.count }

    /// Takes the next events.
    public mutating func take(_ page: JournalPage) throws(StatementFault) {
        guard page.first == next else { throw .wrongPage(first: page.first, expected: next) }
        guard UInt64(page.events.count) <= expected.count - min(journal.count, expected.count)
        else { throw .tooMany(UInt64(page.events.count)) }
        for event in page.events {
            guard event.height >= height else { throw .disordered(event.height, after: height) }
            height = event.height
            journal.append(event: Digest(hashing: event.event, in: .event), at: event.height)
        }
    }

    /// Checks that all events were there, and no others.
    public func finish() throws(StatementFault) {
        guard journal.count == expected.count else {
            throw .incomplete(count: journal.count, expected: expected.count)
        }
        guard journal.head == expected.head else {
            throw .wrongHead(journal.head, expected: expected.head)
        }
    }

    /// Checks a whole history at once.
    public static func verify(
        _ expected: JournalHead, events: [JournalEvent]
    ) throws(StatementFault) {
        var statement = Statement(expected: expected)
        try statement.take(JournalPage(first: 1, events: events))
        try statement.finish()
    }
}
