public import Ledger
public import Primitives
public import Wire

/// Gives things, and all that lies in them, to another keeper, who signs too.
public struct HandOverItems: ActionKind {
    public static let number: UInt32 = 86

    public let event: Digest
    /// Ascending; each lies in nothing.
    public let items: [Digest]
    public let receiver: AccountID

    public init(event: Digest, items: [Digest], receiver: AccountID) {
        self.event = event
        self.items = items
        self.receiver = receiver
    }

    public init(from bytes: Span<UInt8>, at cursor: inout WireCursor) throws(WireError) {
        event = try cursor.fixed(1, "event", of: bytes)
        items = try cursor.fixedList(2, "items", limit: ItemLimits.thingCount, of: bytes)
        receiver = try cursor.fixed(3, "receiver", of: bytes)
    }

    public func encode(into writer: inout WireWriter) {
        writer.fixed(1, event)
        writer.fixedList(2, items)
        writer.fixed(3, receiver)
    }

    public var entryCount: Int { items.count }

    public var approvers: [AccountID] { [receiver] }

    public func check() throws(Rejection) {
        guard items.isThingList else { throw .malformed }
    }

    public func apply(to draft: inout Draft, by source: AccountID) throws(Rejection) {
        for key in items {
            var item = try draft.kept(key, by: source)
            item.keeper = receiver
            // A notice that the giver has seen is news to the receiver.
            item.isRecallSeen = false
            try draft.update(
                item, at: key,
                RecordStep(
                    Self.number, by: source, subject: event, other: Digest(receiver.bytes)))
        }
    }
}
