public import Primitives
public import StateTree
public import Wire

/// One change of a balance or of an asset, as its journal has it.
public struct LedgerEvent: Hashable, Sendable, WireCodable {
    public enum Kind: UInt32, Sendable, CaseIterable {
        case genesis = 1
        case paid = 2
        case received = 3
        case refundPaid = 4
        case refundReceived = 5
        case fee = 6
        case depositPaid = 7
        case depositReturned = 8
        case minted = 9
        case burned = 10
        case clawedBack = 11
        case reward = 12
        case created = 13
        case powersGivenUp = 14
        /// Into a vault.
        case locked = 15
        /// Out of a vault.
        case unlocked = 16
        /// Out of a vault and out of the supply.
        case melted = 17
        /// Out of a claim.
        case collected = 18
    }

    public let kind: Kind
    /// The other side, if there is one.
    public let counterparty: AccountID?
    public let amount: Amount
    /// The balance after the change; in an asset's journal, the supply.
    public let balance: Amount
    public let reference: FixedBytes<8>?
    /// The transaction; the genesis document, or zeros for the end of an epoch.
    public let transaction: Digest
    /// The receipt that a payment left, or that a refund names.
    public let payment: PaymentID?
    /// The vault that the amount went into or came out of.
    public let vault: VaultID?

    public init(
        kind: Kind, counterparty: AccountID?, amount: Amount, balance: Amount,
        reference: FixedBytes<8>?, transaction: Digest, payment: PaymentID?,
        vault: VaultID? = nil
    ) {
        self.kind = kind
        self.counterparty = counterparty
        self.amount = amount
        self.balance = balance
        self.reference = reference
        self.transaction = transaction
        self.payment = payment
        self.vault = vault
    }

    public init(from bytes: Span<UInt8>, at cursor: inout WireCursor) throws(WireError) {
        let start = cursor.offset
        let raw = try cursor.uint32(1, "kind", of: bytes)
        guard let kind = Kind(rawValue: raw) else {
            throw WireError(.unknownCase(UInt64(raw)), at: start).inside("kind")
        }
        self.kind = kind
        counterparty = try cursor.optionalFixed(2, "counterparty", of: bytes)
        amount = Amount(minorUnits: try cursor.uint64(3, "amount", of: bytes))
        balance = Amount(minorUnits: try cursor.uint64(4, "balance", of: bytes))
        reference = try cursor.optionalFixed(5, "reference", of: bytes)
        transaction = try cursor.fixed(6, "transaction", of: bytes)
        payment = try cursor.optionalFixed(7, "payment", of: bytes)
        vault = try cursor.optionalFixed(8, "vault", of: bytes)
    }

    public func encode(into writer: inout WireWriter) {
        writer.uint32(1, kind.rawValue)
        writer.fixed(2, counterparty)
        writer.uint64(3, amount.minorUnits)
        writer.uint64(4, balance.minorUnits)
        writer.fixed(5, reference)
        writer.fixed(6, transaction)
        writer.fixed(7, payment)
        writer.fixed(8, vault)
    }

    /// What enters the journal.
    public var digest: Digest { Digest(hashing: wire, in: .event) }
}

/// Whose journal an event is in.
public enum JournalID: Hashable, Sendable {
    case balance(BalanceID)
    case asset(AssetID)
    case record(RecordID)

    /// The leaf that holds the journal's count and head.
    public var leaf: LeafID {
        switch self {
        case .balance(let id): .balance(id)
        case .asset(let id): .asset(id)
        case .record(let id): .record(id)
        }
    }
}

/// The events of a block in the order in which they happened, for an index of statements.
public struct EventLog: Sendable {
    public struct Entry: Hashable, Sendable {
        public let journal: JournalID
        /// Key of the leaf that holds the journal's count and head.
        public let leaf: LeafKey
        /// The event's number in its journal, from 1.
        public let number: UInt64
        let range: Range<Int>
    }

    public private(set) var entries: [Entry] = []
    private var writer = WireWriter()

    public init() {}

    /// The canonical bytes of an event: a ``RecordEvent`` in the journal of a record, else a
    /// ``LedgerEvent``.
    public func bytes(of entry: Entry) -> [UInt8] { Array(writer.bytes[entry.range]) }

    /// Writes an event down and enters it into its journal.
    mutating func append(
        _ event: LedgerEvent, to journal: inout JournalHead, of id: JournalID, _ leaf: LeafKey,
        at height: Height
    ) {
        let start = writer.bytes.count
        event.encode(into: &writer)
        enter(start..<writer.bytes.count, into: &journal, of: id, leaf, at: height)
    }

    /// Writes a step of a record down and enters it into the record's journal.
    mutating func append(
        _ event: RecordEvent, to journal: inout JournalHead, of id: RecordID, _ leaf: LeafKey,
        at height: Height
    ) {
        let start = writer.bytes.count
        event.encode(into: &writer)
        enter(start..<writer.bytes.count, into: &journal, of: .record(id), leaf, at: height)
    }

    private mutating func enter(
        _ range: Range<Int>, into journal: inout JournalHead, of id: JournalID, _ leaf: LeafKey,
        at height: Height
    ) {
        journal.append(
            event: Digest(hashing: writer.bytes.span.extracting(range), in: .event), at: height)
        entries.append(Entry(journal: id, leaf: leaf, number: journal.count, range: range))
    }

    /// Sets room aside.
    mutating func reserve(_ count: Int) { entries.reserveCapacity(count) }

    /// Events so far; a point to come back to.
    var mark: Int { entries.count }

    /// Drops the events since the mark; their bytes stay behind, since no entry names them.
    mutating func rollBack(to mark: Int) { entries.removeLast(entries.count - mark) }
}
