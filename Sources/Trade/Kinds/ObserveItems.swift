public import Ledger
public import Primitives
public import Wire

/// Says that something happened to things: any EPCIS event that neither makes, joins nor ends them.
///
/// What is told of a box is told of everything in it.
public struct ObserveItems: ActionKind {
    public static let number: UInt32 = 81
    /// In the code of a step: no vehicle could have brought the thing there.
    public static let impossibleCode: UInt64 = 1

    /// CBV hash of the EPCIS event.
    public let event: Digest
    /// Ascending.
    public let items: [Digest]
    /// Where it was seen; absent when that is nobody's business.
    public let sighting: Sighting?

    public init(event: Digest, items: [Digest], sighting: Sighting? = nil) {
        self.event = event
        self.items = items
        self.sighting = sighting
    }

    public init(from bytes: Span<UInt8>, at cursor: inout WireCursor) throws(WireError) {
        event = try cursor.fixed(1, "event", of: bytes)
        items = try cursor.fixedList(2, "items", limit: ItemLimits.thingCount, of: bytes)
        sighting = try cursor.optionalMessage(3, "sighting", of: bytes)
    }

    public func encode(into writer: inout WireWriter) {
        writer.fixed(1, event)
        writer.fixedList(2, items)
        writer.message(3, sighting)
    }

    public var entryCount: Int { items.count }

    public func check() throws(Rejection) {
        guard items.isThingList else { throw .malformed }
    }

    public func apply(to draft: inout Draft, by source: AccountID) throws(Rejection) {
        if let sighting, sighting.time > draft.time { throw .termsInvalid }
        for key in items {
            var item = try draft.writable(key, by: source)
            let isImpossible = sighting.map { item.see($0) } ?? false
            try draft.update(
                item, at: key,
                RecordStep(
                    Self.number, by: source, subject: event,
                    code: isImpossible ? Self.impossibleCode : 0))
        }
    }
}
