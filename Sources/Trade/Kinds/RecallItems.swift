public import Ledger
public import Primitives
public import Wire

/// Calls things back: only their maker can.
///
/// What lies in them and what was made of them is found through their journals, by anyone, completely
/// (rule T87).
public struct RecallItems: ActionKind {
    public static let number: UInt32 = 89

    /// Hash of the notice.
    public let notice: Digest
    /// Ascending; in any state, since what was made of a thing that was used up is called back too.
    public let items: [Digest]

    public init(notice: Digest, items: [Digest]) {
        self.notice = notice
        self.items = items
    }

    public init(from bytes: Span<UInt8>, at cursor: inout WireCursor) throws(WireError) {
        notice = try cursor.fixed(1, "notice", of: bytes)
        items = try cursor.fixedList(2, "items", limit: ItemLimits.thingCount, of: bytes)
    }

    public func encode(into writer: inout WireWriter) {
        writer.fixed(1, notice)
        writer.fixedList(2, items)
    }

    public var entryCount: Int { items.count }

    public func check() throws(Rejection) {
        guard items.isThingList else { throw .malformed }
    }

    public func apply(to draft: inout Draft, by source: AccountID) throws(Rejection) {
        for key in items {
            var item = try draft.item(key)
            guard item.maker == source else { throw .notEntitled }
            item.recall = notice
            item.isRecallSeen = false
            try draft.update(
                item, at: key, RecordStep(Self.number, by: source, subject: notice))
        }
    }
}

/// Says that a recall has reached the one who has the things now.
public struct AcknowledgeRecall: ActionKind {
    public static let number: UInt32 = 90

    /// Hash of the notice, which may be about something that these things lie in or were made of.
    public let notice: Digest
    /// Ascending.
    public let items: [Digest]

    public init(notice: Digest, items: [Digest]) {
        self.notice = notice
        self.items = items
    }

    public init(from bytes: Span<UInt8>, at cursor: inout WireCursor) throws(WireError) {
        notice = try cursor.fixed(1, "notice", of: bytes)
        items = try cursor.fixedList(2, "items", limit: ItemLimits.thingCount, of: bytes)
    }

    public func encode(into writer: inout WireWriter) {
        writer.fixed(1, notice)
        writer.fixedList(2, items)
    }

    public var entryCount: Int { items.count }

    public func check() throws(Rejection) {
        guard items.isThingList else { throw .malformed }
    }

    public func apply(to draft: inout Draft, by source: AccountID) throws(Rejection) {
        for key in items {
            var item = try draft.item(key)
            guard try draft.outermost(of: item).keeper == source else { throw .notEntitled }
            item.isRecallSeen = true
            try draft.update(
                item, at: key, RecordStep(Self.number, by: source, subject: notice))
        }
    }
}
