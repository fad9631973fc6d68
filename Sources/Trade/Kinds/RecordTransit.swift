public import Ledger
public import Primitives
public import Wire

/// The custodian tells where the parcel is: loading, departing, arriving.
public struct RecordTransit: ActionKind {
    public static let number: UInt32 = 55

    public let order: Digest
    /// Hash of the event.
    public let event: Digest
    public let step: TransitStep

    public init(order: Digest, event: Digest, step: TransitStep) {
        self.order = order
        self.event = event
        self.step = step
    }

    public init(from bytes: Span<UInt8>, at cursor: inout WireCursor) throws(WireError) {
        order = try cursor.fixed(1, "order", of: bytes)
        event = try cursor.fixed(2, "event", of: bytes)
        step = try cursor.choice(3, "step", of: bytes)
    }

    public func encode(into writer: inout WireWriter) {
        writer.fixed(1, order)
        writer.fixed(2, event)
        writer.uint32(3, step.rawValue)
    }

    public var entryCount: Int { 2 }

    public func check() throws(Rejection) {}

    public func apply(to draft: inout Draft, by source: AccountID) throws(Rejection) {
        let order = try draft.order(order)
        var parcel = try draft.parcel(self.order)
        guard source == parcel.custodian else { throw .notEntitled }
        try draft.advance(
            &parcel, of: order, self.order, .transit,
            RecordStep(
                Self.number, by: source, subject: event, code: UInt64(step.rawValue)))
    }
}

public enum TransitStep: UInt32, Hashable, Sendable, CaseIterable {
    case loading = 1
    case departing = 2
    case arriving = 3
}
