public import Primitives
import StateTree
public import Wire

/// What a block holds beside its header.
public struct BlockBody: Equatable, Sendable, WireCodable {
    /// Unit: bytes.
    public static let byteLimit = 2 * 1_024 * 1_024
    public static let signatureLimit = 8_192
    public static let nullificationLimit = 64
    public static let evidenceLimit = 16
    /// Of one nullification or one piece of evidence, in bytes.
    public static let itemByteLimit = 49_152

    public var transactions: [Transaction]
    /// Certificates of the views between the parent's and this one, as consensus encodes them.
    public var nullifications: [[UInt8]]
    /// Proofs of broken rules, as consensus encodes them.
    public var evidence: [[UInt8]]

    public init(
        transactions: [Transaction] = [], nullifications: [[UInt8]] = [],
        evidence: [[UInt8]] = []
    ) {
        self.transactions = transactions
        self.nullifications = nullifications
        self.evidence = evidence
    }

    public init(from bytes: Span<UInt8>, at cursor: inout WireCursor) throws(WireError) {
        transactions = try cursor.messages(
            1, "transactions", limit: Self.signatureLimit, of: bytes)
        nullifications = try cursor.bytesList(
            2, "nullifications", limit: Self.nullificationLimit, byteLimit: Self.itemByteLimit,
            of: bytes)
        evidence = try cursor.bytesList(
            3, "evidence", limit: Self.evidenceLimit, byteLimit: Self.itemByteLimit, of: bytes)
    }

    public func encode(into writer: inout WireWriter) {
        for transaction in transactions { writer.bytes(1, transaction.bytes) }
        writer.bytesList(2, nullifications)
        writer.bytesList(3, evidence)
    }

    /// Size of the encoded body in bytes, without encoding it.
    public var byteCount: Int {
        transactions.reduce(0) { $0 + Self.fieldByteCount($1.bytes.count) }
            + nullifications.reduce(0) { $0 + Self.fieldByteCount($1.count) }
            + evidence.reduce(0) { $0 + Self.fieldByteCount($1.count) }
    }

    static func fieldByteCount(_ count: Int) -> Int {
        1 + Varint.byteCount(UInt64(clamping: count)) + count
    }

    public var signatureCount: Int { transactions.reduce(0) { $0 + $1.signatures.count } }

    /// Root over the envelopes of the transactions, in order.
    public var transactionsRoot: Digest { MerkleList.root(of: transactions.map(\.envelope)) }

    /// Root over the evidence, then the nullifications.
    public var evidenceRoot: Digest { Self.evidenceRoot(evidence, nullifications) }

    static func evidenceRoot(_ evidence: [[UInt8]], _ nullifications: [[UInt8]]) -> Digest {
        MerkleList.root(
            of: evidence.map { Digest(hashing: $0, in: .evidence) }
                + nullifications.map { Digest(hashing: $0, in: .block) })
    }

    /// How full the block is, in thousandths of the limit that it is closest to.
    public var fullness: UInt64 {
        let bytes = UInt64(byteCount) * 1_000 / UInt64(Self.byteLimit)
        let signatures = UInt64(signatureCount) * 1_000 / UInt64(Self.signatureLimit)
        return min(1_000, max(bytes, signatures))
    }
}

/// A header and the body that it commits to.
public struct Block: Equatable, Sendable, WireCodable {
    public let header: BlockHeader
    public let body: BlockBody
    /// The header's hash, which names the block.
    public let digest: Digest

    public init(header: BlockHeader, body: BlockBody) {
        self.header = header
        self.body = body
        digest = header.digest
    }

    public init(from bytes: Span<UInt8>, at cursor: inout WireCursor) throws(WireError) {
        let header: BlockHeader = try cursor.message(1, "header", of: bytes)
        self.init(header: header, body: try cursor.message(2, "body", of: bytes))
    }

    public func encode(into writer: inout WireWriter) {
        writer.message(1, header)
        writer.message(2, body)
    }
}

/// A block whose transactions are named, not carried: what a leader proposes.
public struct CompactBlock: Equatable, Sendable, WireCodable {
    public let header: BlockHeader
    /// ``Transaction/envelope`` of each transaction, in order.
    public let envelopes: [Digest]
    public let nullifications: [[UInt8]]
    public let evidence: [[UInt8]]

    public init(_ block: Block) {
        header = block.header
        envelopes = block.body.transactions.map(\.envelope)
        nullifications = block.body.nullifications
        evidence = block.body.evidence
    }

    public init(from bytes: Span<UInt8>, at cursor: inout WireCursor) throws(WireError) {
        header = try cursor.message(1, "header", of: bytes)
        envelopes = try cursor.fixedList(
            2, "envelopes", limit: BlockBody.signatureLimit, of: bytes)
        nullifications = try cursor.bytesList(
            3, "nullifications", limit: BlockBody.nullificationLimit,
            byteLimit: BlockBody.itemByteLimit, of: bytes)
        evidence = try cursor.bytesList(
            4, "evidence", limit: BlockBody.evidenceLimit, byteLimit: BlockBody.itemByteLimit,
            of: bytes)
    }

    public func encode(into writer: inout WireWriter) {
        writer.message(1, header)
        writer.fixedList(2, envelopes)
        writer.bytesList(3, nullifications)
        writer.bytesList(4, evidence)
    }

    /// Whether the header commits to these names; if not, the sender made this copy up.
    public var matchesHeader: Bool {
        header.transactionsRoot == MerkleList.root(of: envelopes)
            && header.evidenceRoot == BlockBody.evidenceRoot(evidence, nullifications)
    }

    /// The names for which there is no transaction yet, in order.
    public func missing(_ known: (Digest) -> Transaction?) -> [Digest] {
        envelopes.filter { known($0) == nil }
    }

    /// The whole block, if every transaction is known.
    public func block(_ known: (Digest) -> Transaction?) -> Block? {
        var transactions: [Transaction] = []
        transactions.reserveCapacity(envelopes.count)
        for envelope in envelopes {
            guard let transaction = known(envelope) else { return nil }
            transactions.append(transaction)
        }
        return Block(
            header: header,
            body: BlockBody(
                transactions: transactions, nullifications: nullifications, evidence: evidence))
    }
}
