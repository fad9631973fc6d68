public import Ledger
import Primitives
public import Wire

/// Seals a corrected document after a rejection; all four are sealed and opened anew.
///
/// With one round's commitments in the open, a signer could copy another's into an amended document;
/// under the fresh keys of a new round nobody has anything to copy (rule T157).
public struct AmendDocument: ActionKind {
    public static let number: UInt32 = 96

    /// The document as it is sealed now; only the first one opens a clearance.
    public let sealed: SealDocument

    public init(_ sealed: SealDocument) { self.sealed = sealed }

    public init(from bytes: Span<UInt8>, at cursor: inout WireCursor) throws(WireError) {
        sealed = try SealDocument(from: bytes, at: &cursor)
    }

    public func encode(into writer: inout WireWriter) { sealed.encode(into: &writer) }

    public var entryCount: Int { 6 }

    public func check() throws(Rejection) {}

    public func apply(to draft: inout Draft, by source: AccountID) throws(Rejection) {
        let order = try draft.order(sealed.order)
        try draft.requireSigner(source, of: sealed.kind, in: order, sealed.order)
        try draft.requireAttached([sealed.document])
        var clearance = try draft.clearance(sealed.order)
        let round = clearance.round.addingReportingOverflow(1).partialValue
        try draft.advance(
            &clearance, of: order, sealed.order,
            .amend(sealed.kind, sealed.seal(by: source, in: round)),
            sealed.step(Self.number, by: source))
    }
}
