import Primitives
public import Wire

/// Two final blocks of one chain that cannot both be: more than a third of the weight has lied.
///
/// - Source: `consensus.md` 1.11 (kind 4) and 2.2 "Freshness"; rule N9.
public struct Conflict: Hashable, Sendable {
    public let first: FinalizedHeader
    public let second: FinalizedHeader
    /// At the height of the first, under the second; `nil` when both have one height.
    public let ancestor: HistoricHeader?

    public init(first: FinalizedHeader, second: FinalizedHeader, ancestor: HistoricHeader?) {
        self.first = first
        self.second = second
        self.ancestor = ancestor
    }

    /// Whether the two exclude each other; their signatures are checked apart.
    public var isReal: Bool {
        guard first.header.chain == second.header.chain else { return false }
        guard let ancestor else {
            return first.header.height == second.header.height
                && (first.block != second.block || first.stateRoot != second.stateRoot)
        }
        do throws(LightFault) { try ancestor.verify(under: second.header) } catch { return false }
        return ancestor.header.height == first.header.height
            && ancestor.header.digest != first.block
    }
}

extension Conflict: WireCodable {
    public init(from bytes: Span<UInt8>, at cursor: inout WireCursor) throws(WireError) {
        first = try cursor.message(1, "first", of: bytes)
        second = try cursor.message(2, "second", of: bytes)
        ancestor = try cursor.optionalMessage(3, "ancestor", of: bytes)
    }

    public func encode(into writer: inout WireWriter) {
        writer.message(1, first)
        writer.message(2, second)
        writer.message(3, ancestor)
    }
}
