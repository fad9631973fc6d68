import Chain
import Ledger
import Primitives

/// A transaction that waits, and what the mempool reads of it again and again.
struct PoolEntry: Sendable {
    let transaction: Transaction
    let id: Digest
    let account: AccountID
    let sequence: Sequence
    let expiry: Height
    let byteCount: Int
    let signatureCount: Int
    let lane: Lane
    let covers: [AccountStanding.Cover]
    /// When it came.
    let arrival: Instant

    /// Which share of a block a transaction draws on.
    enum Lane: Sendable {
        /// Payments and refunds of at most ``paymentByteLimit`` bytes.
        case payment
        case other
    }

    /// - Unit: bytes.
    static let paymentByteLimit = 1_024

    init(_ transaction: Transaction, covers: [AccountStanding.Cover], at arrival: Instant) {
        self.transaction = transaction
        id = transaction.id
        account = transaction.body.account
        sequence = transaction.body.sequence
        expiry = transaction.body.expiry
        byteCount = transaction.bytes.count
        signatureCount = transaction.signatures.count
        let isPayment = transaction.body.actions.allSatisfy { $0.kind.isTransfer }
        lane = isPayment && byteCount <= Self.paymentByteLimit ? .payment : .other
        self.covers = covers
        self.arrival = arrival
    }
}

/// What a block has room for.
package struct PoolRoom: Sendable {
    package var byteCount: Int
    package var signatureCount: Int
    package var transactionCount: Int

    package init(byteCount: Int, signatureCount: Int, transactionCount: Int) {
        self.byteCount = byteCount
        self.signatureCount = signatureCount
        self.transactionCount = transactionCount
    }

    /// Takes the entry's share, unless it does not fit.
    mutating func take(_ entry: PoolEntry) -> Bool {
        guard entry.byteCount <= byteCount, entry.signatureCount <= signatureCount,
            transactionCount > 0
        else { return false }
        byteCount -= entry.byteCount
        signatureCount -= entry.signatureCount
        transactionCount -= 1
        return true
    }

    /// Whether not even a small transaction fits.
    var isFull: Bool {
        byteCount < Self.smallByteCount || signatureCount == 0 || transactionCount == 0
    }

    /// No transaction is smaller.
    ///
    /// - Unit: bytes.
    private static let smallByteCount = 200
}

extension Action.Kind {
    /// Whether it moves money to a recipient and does nothing else.
    fileprivate var isTransfer: Bool {
        if case .payment = self { return true }
        if case .refund = self { return true }
        return false
    }
}
