public import Ledger
public import Primitives
public import Wire

/// Ends things: destroyed, or their names taken off.
public struct EndItems: ActionKind {
    public static let number: UInt32 = 85

    public let event: Digest
    /// Ascending.
    public let items: [Digest]

    public init(event: Digest, items: [Digest]) {
        self.event = event
        self.items = items
    }

    public init(from bytes: Span<UInt8>, at cursor: inout WireCursor) throws(WireError) {
        event = try cursor.fixed(1, "event", of: bytes)
        items = try cursor.fixedList(2, "items", limit: ItemLimits.thingCount, of: bytes)
    }

    public func encode(into writer: inout WireWriter) {
        writer.fixed(1, event)
        writer.fixedList(2, items)
    }

    public var entryCount: Int { items.count }

    public func check() throws(Rejection) {
        guard items.isThingList else { throw .malformed }
    }

    public func apply(to draft: inout Draft, by source: AccountID) throws(Rejection) {
        for key in items {
            var item = try draft.kept(key, by: source)
            item.state = .ended
            try draft.update(
                item, at: key, RecordStep(Self.number, by: source, subject: event))
        }
    }
}
