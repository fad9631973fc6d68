/// The comparable part of one document.
///
/// `Value` is either the normalised bytes themselves or a ``Commitment`` to them: the rules are the same
/// (T100).
public struct MatchDocument<Value: Equatable & Sendable>: Equatable, Sendable {
    public let kind: MatchDocumentKind
    /// One value for each of `kind.fields`, in that order; `nil` where the document has none.
    public let values: [Value?]
    /// One value a line of goods, in the order of the lines; empty for payment and waybill.
    public let lines: [Value]

    /// - Returns: `nil` when the number of values is not that of the kind, a field that must be there is
    ///   missing, or lines are given or counted where they may not be.
    public init?(complete kind: MatchDocumentKind, values: [Value?], lines: [Value]) {
        guard values.count == kind.fields.count, lines.count <= MatchLine.limit else { return nil }
        guard kind == .order || kind == .list || lines.isEmpty else { return nil }
        for (field, value) in zip(kind.fields, values) where value == nil {
            guard field.isOptional(in: kind) else { return nil }
        }
        self.kind = kind
        self.values = values
        self.lines = lines
    }

    /// Takes each field from a closure; one that is missing makes the rules on it fail.
    public init(
        _ kind: MatchDocumentKind, lines: [Value] = [], value: (MatchField) -> Value?
    ) {
        precondition(lines.count <= MatchLine.limit, "a document has at most 128 lines")
        self.kind = kind
        self.values = kind.fields.map(value)
        self.lines = lines
    }

    /// The value of a field, or `nil` when the kind has no such field or the document no such value.
    public subscript(field: MatchField) -> Value? {
        kind.place(of: field).flatMap { values[$0] }
    }
}

/// The values that a field must have, whoever signs: what `142` or *within* looks like.
///
/// In the clear these are bytes; on the ledger anyone computes them from the disclosed keys (T105).
public struct MatchStandard<Value: Equatable & Sendable>: Sendable {
    /// The only currency, customs code `142`.
    public let currency: Value
    /// One package a parcel.
    public let packageCount: Value
    public let withinSingle: Value
    public let onePiece: Value
    public let withinAnnual: Value
    public let netWithinGross: Value

    /// - Parameter value: Turns the bytes of a constant into what the documents hold for that field.
    public init(_ value: (MatchField, [UInt8]) -> Value) {
        currency = value(.currency, Array("142".utf8))
        packageCount = value(.packageCount, Array("1".utf8))
        withinSingle = value(.singleLimit, LimitVerdict.within.bytes)
        onePiece = value(.singleLimit, LimitVerdict.overWithOnePiece.bytes)
        withinAnnual = value(.annualLimit, LimitVerdict.within.bytes)
        netWithinGross = value(.netWeight, LimitVerdict.within.bytes)
    }
}

/// A value of a document that is not what another rendering of it says.
public enum MatchDifference: Equatable, Sendable {
    case field(MatchField)
    /// A line slot, counted from zero.
    case line(Int)
}

extension MatchDocument {
    /// Where two renderings of one document differ, fields first.
    ///
    /// Customs computes the commitments again from the opened document and compares them with those that
    /// the signer published: each difference is a contradiction that the signer signed (T106).
    public func differences(from other: Self) -> [MatchDifference] {
        precondition(kind == other.kind, "two renderings are of one kind of document")
        let fields = kind.fields.filter { self[$0] != other[$0] }
        let slots = (0..<max(lines.count, other.lines.count)).filter { slot in
            slot >= lines.count || slot >= other.lines.count || lines[slot] != other.lines[slot]
        }
        return fields.map { .field($0) } + slots.map { .line($0) }
    }
}
