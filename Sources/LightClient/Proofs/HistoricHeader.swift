public import Primitives
public import StateTree
public import Wire

/// An old header, and the path that shows it under the history root of a later one.
///
/// - Source: `consensus.md` 2.2 "History root", rule N7. Genesis is item 0 of the history, and the
///   history under a header has as many items as the header's height.
public struct HistoricHeader: Hashable, Sendable {
    public let header: BlockHeader
    public let path: MerklePath

    public init(header: BlockHeader, path: MerklePath) {
        self.header = header
        self.path = path
    }

    /// Checks that the header is an ancestor of a header that is believed.
    public func verify(under head: BlockHeader) throws(LightFault) {
        guard header.chain == head.chain else { throw .wrongChain(header.chain) }
        guard path.index == header.height.number, path.count == head.height.number else {
            throw .wrongSubject
        }
        do throws(ProofError) {
            try HistoryRange.verify(header.digest, at: path, root: head.historyRoot)
        } catch { throw .proof(error) }
    }
}

extension HistoricHeader: WireCodable {
    public init(from bytes: Span<UInt8>, at cursor: inout WireCursor) throws(WireError) {
        header = try cursor.message(1, "header", of: bytes)
        path = try cursor.message(2, "path", of: bytes)
    }

    public func encode(into writer: inout WireWriter) {
        writer.message(1, header)
        writer.message(2, path)
    }
}
