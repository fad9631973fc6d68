public import Ledger
public import Primitives
public import StateTree
public import Wire

extension HashDomain {
    static let commitment = HashDomain("argosy/commit")
    static let opened = HashDomain("argosy/opened")
}

/// The commitments of one document in one order: its fields, then its lines.
extension MatchDocument where Value == Commitment {
    /// One for each place; a field that the document leaves out has a place too.
    public var places: [Commitment?] { values + lines.map { Optional($0) } }

    /// One hash over all places, which the seal holds (rule T151).
    public var root: Digest { MerkleList.root(of: leaves) }

    /// Shows that one commitment is part of the list.
    public func path(to place: Int) -> MerklePath? { MerkleList.proof(of: place, in: leaves) }

    private var leaves: [Digest] { places.map { Self.leaf($0) } }

    /// Hashes one byte, whether there is a commitment, and the commitment.
    static func leaf(_ commitment: Commitment?) -> Digest {
        var input = InlineArray<33, UInt8>(repeating: 0)
        guard let commitment else {
            return Digest(hashing: input.span.extracting(0..<1), in: .commitment)
        }
        input[0] = 1
        for index in 0..<32 { input[index &+ 1] = commitment.bytes[index] }
        return Digest(hashing: input.span, in: .commitment)
    }
}

/// A document as it was opened on the ledger: commitments, and for the list the disclosed keys.
public struct OpenedDocument: RecordContent {
    public static let kind: UInt8 = 50
    /// Line slots of a document on the ledger, so that it fits a record.
    public static let lineLimit = 64

    /// The round of the clearance in which it was opened.
    public let round: UInt32
    public let document: MatchDocument<Commitment>
    /// One for each of ``MatchField/disclosed``, exactly with the list.
    public let keys: [FieldKey]

    public init(round: UInt32, document: MatchDocument<Commitment>, keys: [FieldKey] = []) {
        self.round = round
        self.document = document
        self.keys = keys
    }

    public init(from bytes: Span<UInt8>, at cursor: inout WireCursor) throws(WireError) {
        round = try cursor.uint32(1, "round", of: bytes)
        document = try cursor.commitments(2, of: bytes)
        keys = try cursor.fieldKeys(6, of: bytes)
    }

    public func encode(into writer: inout WireWriter) {
        writer.uint32(1, round)
        writer.commitments(2, document)
        writer.fieldKeys(6, keys)
    }

    /// Hashes `order ‖ kind`, the kind as one byte (rule T152).
    public static func id(order: Digest, kind: MatchDocumentKind) -> Digest {
        Digest(hashing: order, kind.rawValue, in: .opened)
    }
}

extension WireCursor {
    /// Kind, which values are there, the values, and the lines, in four fields from a number on.
    mutating func commitments(
        _ first: UInt32, of bytes: Span<UInt8>
    ) throws(WireError) -> MatchDocument<Commitment> {
        let start = offset
        let kind = try documentKind(first, "kind", of: bytes)
        let present = try uint32(first + 1, "present", of: bytes)
        let given: [FixedBytes<32>] = try fixedList(
            first + 2, "values", limit: kind.fields.count, of: bytes)
        let lines: [FixedBytes<32>] = try fixedList(
            first + 3, "lines", limit: OpenedDocument.lineLimit, of: bytes)
        let count = kind.fields.count
        guard present >> UInt32(count) == 0, present.nonzeroBitCount == given.count else {
            throw WireError(.invalid, at: start).inside("commitments")
        }
        var values: [Commitment?] = []
        values.reserveCapacity(count)
        var used = 0
        for place in 0..<count {
            let isThere = present & (1 << UInt32(place)) != 0
            values.append(isThere ? Commitment(given[used]) : nil)
            if isThere { used += 1 }
        }
        guard
            let document = MatchDocument<Commitment>(
                complete: kind, values: values, lines: lines.map { Commitment($0) })
        else { throw WireError(.invalid, at: start).inside("commitments") }
        return document
    }

    mutating func documentKind(
        _ number: UInt32, _ name: StaticString, of bytes: Span<UInt8>
    ) throws(WireError) -> MatchDocumentKind {
        let start = offset
        let raw = try uint32(number, name, of: bytes)
        guard let kind = UInt8(exactly: raw).flatMap({ MatchDocumentKind(rawValue: $0) }) else {
            throw WireError(.unknownCase(UInt64(raw)), at: start).inside(name)
        }
        return kind
    }

    mutating func fieldKeys(
        _ number: UInt32, of bytes: Span<UInt8>
    ) throws(WireError) -> [FieldKey] {
        let keys: [FixedBytes<32>] = try fixedList(
            number, "keys", limit: MatchField.disclosed.count, of: bytes)
        return keys.map { FieldKey($0) }
    }
}

extension WireWriter {
    mutating func commitments(_ first: UInt32, _ document: MatchDocument<Commitment>) {
        var present: UInt32 = 0
        for (place, value) in document.values.enumerated() where value != nil {
            present |= 1 << UInt32(place)
        }
        uint32(first, UInt32(document.kind.rawValue))
        uint32(first + 1, present)
        fixedList(first + 2, document.values.compactMap { $0?.bytes })
        fixedList(first + 3, document.lines.map(\.bytes))
    }

    mutating func fieldKeys(_ number: UInt32, _ keys: [FieldKey]) {
        fixedList(number, keys.map(\.bytes))
    }
}
