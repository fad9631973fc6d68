public import Primitives
public import StateTree
public import Wire

/// One field of one document, shown to one person: key, value, and the way to the root on the ledger.
///
/// It travels outside of the ledger. Whoever has it reads this field and no other (rule T158).
public struct FieldDisclosure: Hashable, Sendable, WireCodable {
    /// The longest value.
    public static let valueByteLimit = 4_096

    public let order: Digest
    public let kind: MatchDocumentKind
    public let key: FieldKey
    public let value: [UInt8]
    public let path: MerklePath

    /// Takes a place out of a document; `nil` for one that it does not have.
    public init?(_ place: Int, of draft: DocumentDraft, order: Digest) {
        guard let value = draft.value(at: place), let path = draft.committed.path(to: place)
        else { return nil }
        self.order = order
        kind = draft.document.kind
        key = draft.key(of: place)
        self.value = value
        self.path = path
    }

    public init(from bytes: Span<UInt8>, at cursor: inout WireCursor) throws(WireError) {
        order = try cursor.fixed(1, "order", of: bytes)
        kind = try cursor.documentKind(2, "kind", of: bytes)
        key = FieldKey(try cursor.fixed(3, "key", of: bytes))
        value = try cursor.bytes(4, "value", limit: Self.valueByteLimit, of: bytes)
        path = try cursor.message(5, "path", of: bytes)
    }

    public func encode(into writer: inout WireWriter) {
        writer.fixed(1, order)
        writer.uint32(2, UInt32(kind.rawValue))
        writer.fixed(3, key.bytes)
        writer.bytes(4, value)
        writer.message(5, path)
    }

    /// The field; `nil` for a line.
    public var field: MatchField? {
        path.index < UInt64(kind.fields.count) ? kind.fields[Int(path.index)] : nil
    }

    /// Whether this is what was committed to, by the root in the clearance of the order.
    public func holds(in clearance: Clearance) -> Bool {
        guard clearance.isOpened(kind), let root = clearance[kind]?.root else { return false }
        let leaf = MatchDocument.leaf(Commitment(to: value, under: key))
        do { try MerkleList.verify(leaf, at: path, root: root) } catch { return false }
        return true
    }
}
