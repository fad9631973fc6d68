public import Primitives
public import Wire

/// A line of an order: so many units at a price each.
public struct Line: Hashable, Sendable, WireCodable {
    public let quantity: UInt64
    public let unitPrice: Amount
    /// Tax and duty of all units of the line together.
    public let duty: Amount

    public init(quantity: UInt64, unitPrice: Amount, duty: Amount) {
        self.quantity = quantity
        self.unitPrice = unitPrice
        self.duty = duty
    }

    public init(from bytes: Span<UInt8>, at cursor: inout WireCursor) throws(WireError) {
        quantity = try cursor.uint64(1, "quantity", of: bytes)
        unitPrice = Amount(minorUnits: try cursor.uint64(2, "unit_price", of: bytes))
        duty = Amount(minorUnits: try cursor.uint64(3, "duty", of: bytes))
    }

    public func encode(into writer: inout WireWriter) {
        writer.uint64(1, quantity)
        writer.uint64(2, unitPrice.minorUnits)
        writer.uint64(3, duty.minorUnits)
    }

    public static let quantityLimit: UInt64 = 1 << 32

    /// All units together; `nil` when it does not fit.
    public var price: Amount? { try? unitPrice.multiplied(by: quantity) }
}

/// What is sold.
public struct Goods: Hashable, Sendable, WireCodable {
    public let lines: [Line]
    /// Commitment to the identities of the items: what packing must show (reference trade 7.4).
    public let items: Digest

    public init(lines: [Line], items: Digest) {
        self.lines = lines
        self.items = items
    }

    public init(from bytes: Span<UInt8>, at cursor: inout WireCursor) throws(WireError) {
        lines = try cursor.messages(1, "lines", limit: Goods.lineLimit, of: bytes)
        items = try cursor.fixed(2, "items", of: bytes)
    }

    public func encode(into writer: inout WireWriter) {
        writer.messages(1, lines)
        writer.fixed(2, items)
    }

    public static let lineLimit = 24
}
