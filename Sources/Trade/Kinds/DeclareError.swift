public import Ledger
public import Primitives
public import Wire

/// Says that an event that was recorded is wrong, as an EPCIS error declaration does.
///
/// Nothing is removed.
public struct DeclareError: ActionKind {
    public static let number: UInt32 = 88

    public enum Reason: UInt32, Hashable, Sendable, CaseIterable {
        case didNotOccur = 1
        case incorrectData = 2
        case other = 3
    }

    /// CBV hash of the event that is wrong; a declaration has the same.
    public let event: Digest
    public let reason: Reason
    /// Hash of the event that says it right.
    public let corrective: Digest?
    /// Ascending.
    public let items: [Digest]

    public init(event: Digest, reason: Reason, corrective: Digest? = nil, items: [Digest]) {
        self.event = event
        self.reason = reason
        self.corrective = corrective
        self.items = items
    }

    public init(from bytes: Span<UInt8>, at cursor: inout WireCursor) throws(WireError) {
        event = try cursor.fixed(1, "event", of: bytes)
        let start = cursor.offset
        guard let reason = Reason(rawValue: try cursor.uint32(2, "reason", of: bytes)) else {
            throw WireError(.invalid, at: start).inside("reason")
        }
        self.reason = reason
        corrective = try cursor.optionalFixed(3, "corrective", of: bytes)
        items = try cursor.fixedList(4, "items", limit: ItemLimits.thingCount, of: bytes)
    }

    public func encode(into writer: inout WireWriter) {
        writer.fixed(1, event)
        writer.uint32(2, reason.rawValue)
        writer.fixed(3, corrective)
        writer.fixedList(4, items)
    }

    public var entryCount: Int { items.count }

    public func check() throws(Rejection) {
        guard items.isThingList else { throw .malformed }
    }

    public func apply(to draft: inout Draft, by source: AccountID) throws(Rejection) {
        for key in items {
            let item = try draft.writable(key, by: source)
            try draft.update(
                item, at: key,
                RecordStep(
                    Self.number, by: source, subject: event, other: corrective,
                    code: UInt64(reason.rawValue)))
        }
    }
}
