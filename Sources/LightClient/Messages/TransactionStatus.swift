public import Primitives
public import StateTree
public import Wire

/// What became of a transaction, as far as a full node knows.
public enum TransactionStatus: Hashable, Sendable {
    case unknown
    /// Admitted, and in no final block yet.
    case pending
    case included(IncludedTransaction)
}

/// A transaction in a block, with the path that shows it.
///
/// - Source: rule N8.
public struct IncludedTransaction: Hashable, Sendable {
    /// The block that holds it; whether that block is final is shown apart.
    public let header: BlockHeader
    /// From the transaction's id to the header's transactions root.
    public let path: MerklePath
    /// The receipt as the chain encodes it.
    public let receipt: [UInt8]
    /// From the receipt's hash to the receipts root, which the next header holds.
    public let receiptPath: MerklePath

    public init(
        header: BlockHeader, path: MerklePath, receipt: [UInt8], receiptPath: MerklePath
    ) {
        self.header = header
        self.path = path
        self.receipt = receipt
        self.receiptPath = receiptPath
    }

    /// Checks that the transaction stands in the header's block.
    public func verify(id: Digest) throws(LightFault) {
        do throws(ProofError) {
            try MerkleList.verify(id, at: path, root: header.transactionsRoot)
        } catch { throw .proof(error) }
    }

    /// Checks the receipt against the header after this one.
    public func verifyReceipt(hash: Digest, under next: BlockHeader) throws(LightFault) {
        guard next.parent == header.digest, receiptPath.index == path.index else {
            throw .wrongSubject
        }
        do throws(ProofError) {
            try MerkleList.verify(hash, at: receiptPath, root: next.parentReceiptsRoot)
        } catch { throw .proof(error) }
    }
}

extension TransactionStatus: WireCodable {
    public init(from bytes: Span<UInt8>, at cursor: inout WireCursor) throws(WireError) {
        let start = cursor.offset
        let isPending = try cursor.bool(1, "pending", of: bytes)
        let included = try cursor.optionalMessage(
            2, "included", as: IncludedTransaction.self, of: bytes)
        switch (isPending, included) {
        case (false, nil): self = .unknown
        case (true, nil): self = .pending
        case (false, let included?): self = .included(included)
        case (true, .some): throw WireError(.invalid, at: start)
        }
    }

    public func encode(into writer: inout WireWriter) {
        switch self {
        case .unknown: break
        case .pending: writer.bool(1, true)
        case .included(let included): writer.message(2, included)
        }
    }
}

extension IncludedTransaction: WireCodable {
    public init(from bytes: Span<UInt8>, at cursor: inout WireCursor) throws(WireError) {
        header = try cursor.message(1, "header", of: bytes)
        path = try cursor.message(2, "path", of: bytes)
        receipt = try cursor.bytes(
            3, "receipt", limit: LightLimits.receiptByteLimit, of: bytes)
        receiptPath = try cursor.message(4, "receipt_path", of: bytes)
    }

    public func encode(into writer: inout WireWriter) {
        writer.message(1, header)
        writer.message(2, path)
        writer.bytes(3, receipt)
        writer.message(4, receiptPath)
    }
}
