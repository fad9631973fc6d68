public import Primitives
import Wire

/// A step to be written into the journal of a record; the draft adds time and transaction.
public struct RecordStep: Sendable {
    public let step: UInt32
    public let actor: AccountID
    public let subject: Digest?
    public let other: Digest?
    public let code: UInt64

    public init(
        _ step: UInt32, by actor: AccountID, subject: Digest? = nil, other: Digest? = nil,
        code: UInt64 = 0
    ) {
        self.step = step
        self.actor = actor
        self.subject = subject
        self.other = other
        self.code = code
    }
}

/// Records of trade: opened with a deposit, changed only together with a step of their journal.
extension Draft {
    private mutating func recordPlace(_ id: RecordID) -> Int {
        tables.records.place(of: id, from: source, &fault) { .record($0) }
    }

    /// The content of a record, or `nil` when there is none.
    public mutating func record<Content: RecordContent>(
        _ id: Digest, as type: Content.Type = Content.self
    ) -> Content? {
        let place = recordPlace(RecordID(id, of: type))
        guard let leaf = tables.records[place] else { return nil }
        do { return try Content(wire: leaf.content) } catch {
            if fault == nil { fault = .corrupt(LeafID.record(RecordID(id, of: type)).key) }
            return nil
        }
    }

    /// How many steps a record has had, and the hash over them.
    public mutating func journal(of id: RecordID) -> JournalHead? {
        let place = recordPlace(id)
        return tables.records[place]?.journal
    }

    /// Opens a record; the fee payer of the transaction puts down its deposit.
    ///
    /// - Throws: ``Rejection/recordExists``, or ``Rejection/recordTooLarge``.
    public mutating func open<Content: RecordContent>(
        _ content: Content, at id: Digest, for holder: AccountID, _ step: RecordStep
    ) throws(Rejection) {
        let record = RecordID(id, of: Content.self)
        let place = recordPlace(record)
        guard tables.records[place] == nil else { throw .recordExists }
        var leaf = RecordLeaf(deposit: deposit(for: holder), content: [])
        try write(content, step, into: &leaf, of: record, at: place)
        tables.records.set(leaf, at: place)
    }

    /// Changes a record.
    ///
    /// - Throws: ``Rejection/unknownRecord``, or ``Rejection/recordTooLarge``.
    public mutating func update<Content: RecordContent>(
        _ content: Content, at id: Digest, _ step: RecordStep
    ) throws(Rejection) {
        let record = RecordID(id, of: Content.self)
        let place = recordPlace(record)
        guard var leaf = tables.records[place] else { throw .unknownRecord }
        try write(content, step, into: &leaf, of: record, at: place)
        tables.records.set(leaf, at: place)
    }

    /// Removes a record whose life is over; whoever paid its deposit gets it back.
    ///
    /// `holder` is whom the record was opened for.
    /// - Throws: ``Rejection/unknownRecord``, or that the deposit cannot be returned now.
    public mutating func close(_ id: RecordID, of holder: AccountID) throws(Rejection) {
        let place = recordPlace(id)
        guard let leaf = tables.records[place] else { throw .unknownRecord }
        tables.records.set(nil, at: place)
        try returnDeposit(leaf.deposit, of: holder)
    }

    private mutating func write<Content: RecordContent>(
        _ content: Content, _ step: RecordStep, into leaf: inout RecordLeaf, of id: RecordID,
        at place: Int
    ) throws(Rejection) {
        leaf.content = writer.wire(of: content)
        guard leaf.content.count <= RecordLeaf.contentByteLimit else { throw .recordTooLarge }
        let event = RecordEvent(
            step: step.step, actor: step.actor, time: time,
            transaction: scope?.transaction ?? .zero, subject: step.subject, other: step.other,
            code: step.code)
        let key = tables.records.key(at: place)
        events.append(event, to: &leaf.journal, of: id, key, at: height)
    }
}
