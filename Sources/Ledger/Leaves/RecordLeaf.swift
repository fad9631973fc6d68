public import Primitives
public import Wire

/// What a record of trade holds: an order, a parcel, an item, an attestation.
///
/// The ledger keeps its journal and its deposit, and does not read it.
public protocol RecordContent: WireCodable, Equatable {
    /// The kind of leaf, at least 32; part of the key, and so of the protocol.
    static var kind: UInt8 { get }
}

/// A kind of record, and which one.
public struct RecordID: Hashable, Sendable {
    public let kind: UInt8
    public let id: Digest

    public init(kind: UInt8, id: Digest) {
        self.kind = kind
        self.id = id
    }

    public init<Content: RecordContent>(_ id: Digest, of content: Content.Type) {
        self.init(kind: content.kind, id: id)
    }
}

/// A record as the state holds it.
public struct RecordLeaf: LeafValue {
    /// Unit: bytes.
    public static let contentByteLimit = 3_584

    public var journal: JournalHead
    public var deposit: Deposit?
    /// The content in its own canonical form.
    public var content: [UInt8]

    public init(journal: JournalHead = JournalHead(), deposit: Deposit?, content: [UInt8]) {
        self.journal = journal
        self.deposit = deposit
        self.content = content
    }

    public init(from bytes: Span<UInt8>, at cursor: inout WireCursor) throws(WireError) {
        journal = try cursor.journal(1, 2, of: bytes)
        deposit = try cursor.optionalMessage(3, "deposit", of: bytes)
        content = try cursor.bytes(4, "content", limit: Self.contentByteLimit, of: bytes)
    }

    public func encode(into writer: inout WireWriter) {
        writer.journal(1, 2, journal)
        writer.message(3, deposit)
        writer.bytes(4, content)
    }
}

/// One step in the life of a record, as its journal has it.
///
/// What happened in numbers and hashes; documents travel as attachments, and no name of a person
/// enters an event (design T9).
public struct RecordEvent: Hashable, Sendable, WireCodable {
    /// What happened: the number of the action in the closed list of actions.
    public let step: UInt32
    /// Who did it; for a step that anyone may take, whoever took it.
    public let actor: AccountID
    /// Time of the block.
    public let time: Timestamp
    /// Zeros in the founding document.
    public let transaction: Digest
    /// What it is about: a hash of an EPCIS event, of a document, of terms.
    public let subject: Digest?
    /// Another record that takes part.
    public let other: Digest?
    /// A small number whose meaning the step gives: a state, a count, a code.
    public let code: UInt64

    public init(
        step: UInt32, actor: AccountID, time: Timestamp, transaction: Digest,
        subject: Digest? = nil, other: Digest? = nil, code: UInt64 = 0
    ) {
        self.step = step
        self.actor = actor
        self.time = time
        self.transaction = transaction
        self.subject = subject
        self.other = other
        self.code = code
    }

    public init(from bytes: Span<UInt8>, at cursor: inout WireCursor) throws(WireError) {
        step = try cursor.uint32(1, "step", of: bytes)
        actor = try cursor.fixed(2, "actor", of: bytes)
        time = Timestamp(try cursor.uint64(3, "time", of: bytes))
        transaction = try cursor.fixed(4, "transaction", of: bytes)
        subject = try cursor.optionalFixed(5, "subject", of: bytes)
        other = try cursor.optionalFixed(6, "other", of: bytes)
        code = try cursor.uint64(7, "code", of: bytes)
    }

    public func encode(into writer: inout WireWriter) {
        writer.uint32(1, step)
        writer.fixed(2, actor)
        writer.uint64(3, time.milliseconds)
        writer.fixed(4, transaction)
        writer.fixed(5, subject)
        writer.fixed(6, other)
        writer.uint64(7, code)
    }

    /// What enters the journal.
    public var digest: Digest { Digest(hashing: wire, in: .event) }
}
