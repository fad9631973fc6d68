/// How much a light request may ask for, and an answer may hold.
public enum LightLimits {
    /// Transactions in one submission.
    public static let transactionCountLimit = 64
    /// - Unit: bytes, one transaction.
    public static let transactionByteLimit = 131_072
    /// - Unit: bytes, one encoded request.
    public static let requestByteLimit = 262_144
    /// Events in one page of a journal.
    public static let eventCountLimit = 256
    /// - Unit: bytes, one event.
    public static let eventByteLimit = 1_024
    /// - Unit: bytes, header and body of one block.
    public static let blockByteLimit = 2 * 1_048_576 + 65_536
    /// - Unit: bytes, one receipt.
    public static let receiptByteLimit = 8_192
    /// - Unit: bytes, one encoded answer.
    public static let responseByteLimit = blockByteLimit + 65_536
}
