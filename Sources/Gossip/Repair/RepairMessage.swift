public import Primitives
public import Wire

/// The four messages by which a node finds and fetches transactions that gossip did not bring it.
///
/// - Source: specification T4 to T9.
public enum RepairMessage: Hashable, Sendable, WireCodable {
    /// Ids of one inventory or one fetch.
    public static let inventoryLimit = 2_048
    public static let fetchLimit = 512
    /// Bytes of the transactions of one delivery.
    public static let deliveryByteLimit = 512 << 10
    /// The largest encoded message; a delivery's transactions and what frames them.
    public static let byteLimit = deliveryByteLimit + 8 * fetchLimit

    /// Asks which transactions the other has where the two sets differ.
    case sketch(RepairSketch)
    /// The answer: full ids.
    case inventory([Digest])
    /// Asks for transactions by id.
    case fetch([Digest])
    /// The answer: as many of them as there are and as fit.
    case delivery([[UInt8]])

    public init(from bytes: Span<UInt8>, at cursor: inout WireCursor) throws(WireError) {
        let start = cursor.offset
        switch try cursor.nextField(of: bytes) {
        case 1: self = .sketch(try cursor.message(1, "sketch", of: bytes))
        case 2: self = .inventory(try cursor.message(2, "inventory", as: IDs.self, of: bytes).list)
        case 3:
            let ids = try cursor.message(3, "fetch", as: IDs.self, of: bytes).list
            guard (1...Self.fetchLimit).contains(ids.count) else {
                throw WireError(.overLimit(count: ids.count, limit: Self.fetchLimit), at: start)
                    .inside("fetch")
            }
            self = .fetch(ids)
        case 4:
            self = .delivery(
                try cursor.message(4, "delivery", as: Delivery.self, of: bytes).transactions)
        case .some(let number): throw WireError(.unknownCase(UInt64(number)), at: start)
        case nil: throw WireError(.missing, at: start)
        }
    }

    public func encode(into writer: inout WireWriter) {
        switch self {
        case .sketch(let sketch): writer.message(1, sketch)
        case .inventory(let ids): writer.message(2, IDs(list: ids))
        case .fetch(let ids): writer.message(3, IDs(list: ids))
        case .delivery(let transactions):
            writer.message(4, Delivery(transactions: transactions))
        }
    }

    private struct IDs: WireCodable {
        let list: [Digest]

        init(list: [Digest]) { self.list = list }

        init(from bytes: Span<UInt8>, at cursor: inout WireCursor) throws(WireError) {
            list = try cursor.fixedList(
                1, "ids", limit: RepairMessage.inventoryLimit, of: bytes)
        }

        func encode(into writer: inout WireWriter) { writer.fixedList(1, list) }
    }

    private struct Delivery: WireCodable {
        let transactions: [[UInt8]]

        init(transactions: [[UInt8]]) { self.transactions = transactions }

        init(from bytes: Span<UInt8>, at cursor: inout WireCursor) throws(WireError) {
            guard cursor.end - cursor.offset <= RepairMessage.byteLimit else {
                throw WireError(
                    .overLimit(
                        count: cursor.end - cursor.offset, limit: RepairMessage.byteLimit),
                    at: cursor.offset)
            }
            transactions = try cursor.bytesList(
                1, "transactions", limit: RepairMessage.fetchLimit,
                byteLimit: TransactionBatch.transactionByteLimit, of: bytes)
        }

        func encode(into writer: inout WireWriter) { writer.bytesList(1, transactions) }
    }
}
