public import Primitives
public import Wire

/// What somebody paid so that an entry of the state may exist; returned when the entry goes.
public struct Deposit: Hashable, Sendable, WireCodable {
    /// Who paid; `nil` when it was the holder of the entry.
    public var payer: AccountID?
    public var amount: Amount
    /// The asset, as its place in the fee list: places never change.
    public var listIndex: UInt32

    public init(payer: AccountID?, amount: Amount, listIndex: UInt32) {
        self.payer = payer
        self.amount = amount
        self.listIndex = listIndex
    }

    public init(from bytes: Span<UInt8>, at cursor: inout WireCursor) throws(WireError) {
        payer = try cursor.optionalFixed(1, "payer", of: bytes)
        amount = Amount(minorUnits: try cursor.uint64(2, "amount", of: bytes))
        listIndex = try cursor.uint32(3, "list_index", of: bytes)
    }

    public func encode(into writer: inout WireWriter) {
        writer.fixed(1, payer)
        writer.uint64(2, amount.minorUnits)
        writer.uint32(3, listIndex)
    }
}

/// One holder's amount of one asset, with the journal of all its changes.
///
/// - Shape: under 96 bytes, so that its hash takes one block of the hash function.
public struct BalanceLeaf: LeafValue {
    public var amount: Amount
    public var journal: JournalHead
    /// The issuer has stopped all movement.
    public var isFrozen: Bool
    /// The issuer has let the holder hold an asset that needs it.
    public var isAuthorised: Bool
    public var deposit: Deposit?

    public init(
        amount: Amount = .zero, journal: JournalHead = JournalHead(), isFrozen: Bool = false,
        isAuthorised: Bool = false, deposit: Deposit? = nil
    ) {
        self.amount = amount
        self.journal = journal
        self.isFrozen = isFrozen
        self.isAuthorised = isAuthorised
        self.deposit = deposit
    }

    public init(from bytes: Span<UInt8>, at cursor: inout WireCursor) throws(WireError) {
        amount = Amount(minorUnits: try cursor.uint64(1, "amount", of: bytes))
        journal = try cursor.journal(2, 3, of: bytes)
        isFrozen = try cursor.bool(4, "frozen", of: bytes)
        isAuthorised = try cursor.bool(5, "authorised", of: bytes)
        deposit = try cursor.optionalMessage(6, "deposit", of: bytes)
    }

    public func encode(into writer: inout WireWriter) {
        writer.uint64(1, amount.minorUnits)
        writer.journal(2, 3, journal)
        writer.bool(4, isFrozen)
        writer.bool(5, isAuthorised)
        writer.message(6, deposit)
    }
}

extension WireCursor {
    /// A journal as two fields of its holder; both absent when nothing was entered.
    public mutating func journal(
        _ count: UInt32, _ head: UInt32, of bytes: Span<UInt8>
    ) throws(WireError) -> JournalHead {
        let start = offset
        let number = try uint64(count, "journal_count", of: bytes)
        let digest = try optionalFixed(head, "journal_head", as: Digest.self, of: bytes)
        guard (number == 0) == (digest == nil) else { throw WireError(.invalid, at: start) }
        return JournalHead(count: number, head: digest ?? .zero)
    }
}

extension WireWriter {
    public mutating func journal(_ count: UInt32, _ head: UInt32, _ journal: JournalHead) {
        uint64(count, journal.count)
        if journal.count > 0 { fixed(head, journal.head) }
    }
}
