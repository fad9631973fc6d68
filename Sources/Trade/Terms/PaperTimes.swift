public import Wire

/// How long the signers of a clearance have; they are agreed with everything else (reference trade 7.7).
///
/// - Shape: in the terms only when they are not the usual ones.
public struct PaperTimes: Hashable, Sendable, WireCodable {
    /// 24 hours to seal, 24 to open, 72 to amend.
    public static let usual = PaperTimes(
        sealing: .hours(24), opening: .hours(24), amending: .hours(72))

    /// From the first seal of a round to the last. // T_seal
    public let sealing: Term
    /// From the last seal to the last opening. // T_open
    public let opening: Term
    /// From a rejection to the amendment. // T_amend
    public let amending: Term

    public init(sealing: Term, opening: Term, amending: Term) {
        self.sealing = sealing
        self.opening = opening
        self.amending = amending
    }

    public init(from bytes: Span<UInt8>, at cursor: inout WireCursor) throws(WireError) {
        sealing = Term(milliseconds: try cursor.uint64(1, "sealing", of: bytes))
        opening = Term(milliseconds: try cursor.uint64(2, "opening", of: bytes))
        amending = Term(milliseconds: try cursor.uint64(3, "amending", of: bytes))
    }

    public func encode(into writer: inout WireWriter) {
        writer.uint64(1, sealing.milliseconds)
        writer.uint64(2, opening.milliseconds)
        writer.uint64(3, amending.milliseconds)
    }
}
