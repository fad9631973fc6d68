public import Wire

/// What a message on the transactions topic carries: transactions, as bytes and unchecked.
///
/// - Source: `libp2p.md` 5.3; specification T1 to T3.
public struct TransactionBatch: Hashable, Sendable, WireCodable {
    /// Bytes of a batch with more than one transaction.
    public static let byteLimit = 64 << 10
    /// Bytes of one transaction; alone in its batch it may be larger than ``byteLimit``.
    public static let transactionByteLimit = 500 << 10
    public static let transactionLimit = 1_024
    /// How long the first transaction of a batch waits for others.
    public static let lingerMilliseconds: UInt64 = 10

    public let transactions: [[UInt8]]

    /// - Precondition: what ``BatchBuilder`` makes sure of.
    public init(_ transactions: [[UInt8]]) {
        precondition(Self.fault(in: transactions) == nil, "a batch is within its limits")
        self.transactions = transactions
    }

    public init(from bytes: Span<UInt8>, at cursor: inout WireCursor) throws(WireError) {
        let start = cursor.offset
        transactions = try cursor.bytesList(
            1, "transactions", limit: Self.transactionLimit, byteLimit: Self.transactionByteLimit,
            of: bytes)
        if let reason = Self.fault(in: transactions) { throw WireError(reason, at: start) }
    }

    public func encode(into writer: inout WireWriter) { writer.bytesList(1, transactions) }

    private static func fault(in transactions: [[UInt8]]) -> WireError.Reason? {
        guard !transactions.isEmpty else { return .missing }
        var size = 0
        for transaction in transactions {
            guard !transaction.isEmpty else { return .invalid }
            size += byteCount(of: transaction)
        }
        guard transactions.count > 1 else {
            let count = transactions[0].count
            return count > transactionByteLimit
                ? .overLimit(count: count, limit: transactionByteLimit) : nil
        }
        return size > byteLimit ? .overLimit(count: size, limit: byteLimit) : nil
    }

    /// Bytes that a transaction adds to a batch.
    static func byteCount(of transaction: [UInt8]) -> Int {
        1 + Varint.byteCount(UInt64(transaction.count)) + transaction.count
    }
}

/// Collects admitted transactions until a batch is full or has waited long enough.
///
/// The caller arms a timer of ``TransactionBatch/lingerMilliseconds`` when ``add(_:)`` makes the
/// builder non-empty, and calls ``flush()`` when it fires.
public struct BatchBuilder: Sendable {
    private var transactions: [[UInt8]] = []
    private var byteCount = 0

    public init() {}

    public var isEmpty: Bool { transactions.isEmpty }

    /// Adds a transaction.
    ///
    /// - Returns: Batches that are now complete, at most two, to be published at once.
    /// - Precondition: the transaction has 1 to ``TransactionBatch/transactionByteLimit`` bytes.
    public mutating func add(_ transaction: [UInt8]) -> [TransactionBatch] {
        precondition(
            (1...TransactionBatch.transactionByteLimit).contains(transaction.count),
            "a transaction has 1 to 512,000 bytes")
        var complete: [TransactionBatch] = []
        let size = TransactionBatch.byteCount(of: transaction)
        if byteCount + size > TransactionBatch.byteLimit, let batch = flush() {
            complete.append(batch)
        }
        transactions.append(transaction)
        byteCount += size
        let isFull =
            byteCount >= TransactionBatch.byteLimit
            || transactions.count == TransactionBatch.transactionLimit
        if isFull, let batch = flush() { complete.append(batch) }
        return complete
    }

    /// What was collected, or `nil` when that is nothing.
    public mutating func flush() -> TransactionBatch? {
        guard !transactions.isEmpty else { return nil }
        defer { self = BatchBuilder() }
        return TransactionBatch(transactions)
    }
}
