public import Primitives
public import Wire

extension HashDomain {
    static let ballot = HashDomain("argosy/ballot")
}

/// Who approved one list of validators in one epoch.
public struct Ballot: RecordContent {
    public static let kind: UInt8 = 31

    public let epoch: Epoch
    /// ``Roster/digest`` of the list.
    public let proposal: Digest
    /// The first to approve, for whom the ballot was opened.
    public let opener: AccountID
    /// One bit for each seat of the epoch's roster, the lowest seat first.
    public var seats: FixedBytes<32>

    init(epoch: Epoch, proposal: Digest, opener: AccountID) {
        self.epoch = epoch
        self.proposal = proposal
        self.opener = opener
        seats = FixedBytes()
    }

    public init(from bytes: Span<UInt8>, at cursor: inout WireCursor) throws(WireError) {
        epoch = Epoch(try cursor.uint64(1, "epoch", of: bytes))
        proposal = try cursor.fixed(2, "proposal", of: bytes)
        opener = try cursor.fixed(3, "opener", of: bytes)
        seats = try cursor.fixed(4, "seats", of: bytes)
    }

    public func encode(into writer: inout WireWriter) {
        writer.uint64(1, epoch.number)
        writer.fixed(2, proposal)
        writer.fixed(3, opener)
        writer.fixed(4, seats)
    }

    /// Hashes `epoch ‖ proposal`, the epoch as eight big-endian bytes (rule L47).
    static func id(epoch: Epoch, proposal: Digest) -> Digest {
        var input: [UInt8] = []
        epoch.number.appendKey(to: &input)
        proposal.append(to: &input)
        return Digest(hashing: input, in: .ballot)
    }

    func has(_ seat: Int) -> Bool { seats[seat / 8] & (1 << UInt8(seat % 8)) != 0 }

    mutating func add(_ seat: Int) { seats[seat / 8] |= 1 << UInt8(seat % 8) }
}

extension Roster {
    /// What a validator approves: the hash of the whole list.
    public var digest: Digest { Digest(hashing: wire, in: .ballot) }
}

/// Approves a list of validators, when more must approve than can sign one transaction.
///
/// Counts in this epoch only, together with the approvers who sign the change itself (rule L47).
public struct ApproveValidators: ActionKind {
    public static let number: UInt32 = 17

    /// ``Roster/digest`` of the list.
    public let proposal: Digest

    public init(proposal: Digest) { self.proposal = proposal }

    public init(from bytes: Span<UInt8>, at cursor: inout WireCursor) throws(WireError) {
        proposal = try cursor.fixed(1, "proposal", of: bytes)
    }

    public func encode(into writer: inout WireWriter) { writer.fixed(1, proposal) }

    public var entryCount: Int { 2 }

    public func check() throws(Rejection) {}

    public func apply(to draft: inout Draft, by source: AccountID) throws(Rejection) {
        guard let current = draft.roster(.current), let parameters = draft.parameters(),
            let seat = current.records.firstIndex(where: { $0.account == source })
        else { throw .notGoverning }
        let epoch = parameters.epoch(of: draft.height)
        let id = Ballot.id(epoch: epoch, proposal: proposal)
        let step = RecordStep(Self.number, by: source, subject: proposal)
        if var ballot = draft.record(id, as: Ballot.self) {
            ballot.add(seat)
            try draft.update(ballot, at: id, step)
        } else {
            var ballot = Ballot(epoch: epoch, proposal: proposal, opener: source)
            ballot.add(seat)
            try draft.open(ballot, at: id, for: source, step)
        }
    }
}
