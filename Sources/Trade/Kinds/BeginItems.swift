public import Ledger
public import Primitives
public import Wire

/// Brings things into being: EPCIS commissioning.
///
/// Whoever names a thing first is its maker; the name of somebody else's brand shows as what it is, a
/// name that this account took (reference trade 9: who said so, not what is in the box).
public struct BeginItems: ActionKind {
    public static let number: UInt32 = 80

    /// One thing and the key under its label.
    public struct Birth: Hashable, Sendable, WireCodable {
        public let key: Digest
        /// Absent for a thing without a one-time label.
        public let tag: AccountID?

        public init(key: Digest, tag: AccountID? = nil) {
            self.key = key
            self.tag = tag
        }

        public init(from bytes: Span<UInt8>, at cursor: inout WireCursor) throws(WireError) {
            key = try cursor.fixed(1, "key", of: bytes)
            tag = try cursor.optionalFixed(2, "tag", of: bytes)
        }

        public func encode(into writer: inout WireWriter) {
            writer.fixed(1, key)
            writer.fixed(2, tag)
        }
    }

    /// CBV hash of the EPCIS event.
    public let event: Digest
    /// Ascending by key.
    public let items: [Birth]

    public init(event: Digest, items: [Birth]) {
        self.event = event
        self.items = items
    }

    public init(from bytes: Span<UInt8>, at cursor: inout WireCursor) throws(WireError) {
        event = try cursor.fixed(1, "event", of: bytes)
        items = try cursor.messages(2, "items", limit: ItemLimits.thingCount, of: bytes)
    }

    public func encode(into writer: inout WireWriter) {
        writer.fixed(1, event)
        writer.messages(2, items)
    }

    public var entryCount: Int { items.count }

    public func check() throws(Rejection) {
        guard items.map(\.key).isThingList else { throw .malformed }
    }

    public func apply(to draft: inout Draft, by source: AccountID) throws(Rejection) {
        for birth in items {
            if let tag = birth.tag, !tag.foundingKey.isAdmissible { throw .keyNotAdmissible }
            try draft.open(
                Item(maker: source, tag: birth.tag), at: birth.key, for: source,
                RecordStep(Self.number, by: source, subject: event))
        }
    }
}
