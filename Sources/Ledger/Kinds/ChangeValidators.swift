import Primitives
public import Wire

/// Names the validators of the epoch after next.
///
/// The approvers, who sign the transaction, and those who approved the list before are validators of
/// this epoch with more than two thirds of its weight (rules L46 and L47).
public struct ChangeValidators: ActionKind {
    public static let number: UInt32 = 15

    public static let approverLimit = 16

    public let records: [ValidatorRecord]
    /// Ascending, each once.
    public let approvers: [AccountID]

    public init(records: [ValidatorRecord], approvers: [AccountID]) {
        self.records = records
        self.approvers = approvers
    }

    public init(from bytes: Span<UInt8>, at cursor: inout WireCursor) throws(WireError) {
        records = try cursor.messages(
            1, "records", limit: ValidatorSet.memberLimit, of: bytes)
        approvers = try cursor.fixedList(
            2, "approvers", limit: Self.approverLimit, of: bytes)
    }

    public func encode(into writer: inout WireWriter) {
        writer.messages(1, records)
        writer.fixedList(2, approvers)
    }

    /// Checking a key costs about as much as checking a signature.
    public var entryCount: Int { 1 + 2 * records.count }

    public func check() throws(Rejection) {
        guard let roster = Roster(records), roster.records == records,
            approvers.count <= Self.approverLimit,
            approvers.isStrictlyAscending
        else { throw .malformed }
    }

    public func apply(to draft: inout Draft, by source: AccountID) throws(Rejection) {
        guard let current = draft.roster(.current) else { throw .notGoverning }
        guard let roster = Roster(records) else { throw .validatorsInvalid }
        guard current.set.isQuorum(try approvedWeight(of: roster, in: current, &draft)) else {
            throw .notGoverning
        }
        let known = draft.roster(.afterNext)
        for record in records where known?.set.seat(of: record.key) == nil {
            guard record.key.isAdmissible else { throw .keyNotAdmissible }
        }
        draft.set(roster, of: .afterNext)
    }

    /// Weight of who signs this and of who approved the list earlier in the epoch.
    private func approvedWeight(
        of roster: Roster, in current: Roster, _ draft: inout Draft
    ) throws(Rejection) -> UInt64 {
        guard let parameters = draft.parameters() else { throw .notGoverning }
        var hasApproved = current.records.map { approvers.contains($0.account) }
        guard hasApproved.count(where: { $0 }) == approvers.count else { throw .notGoverning }
        let id = Ballot.id(
            epoch: parameters.epoch(of: draft.height), proposal: roster.digest)
        if let ballot = draft.record(id, as: Ballot.self) {
            for seat in hasApproved.indices where ballot.has(seat) { hasApproved[seat] = true }
            try draft.close(RecordID(id, of: Ballot.self), of: ballot.opener)
        }
        // A sum of parts of a total that fits.
        return zip(current.records, hasApproved)
            .reduce(0) { $0 + ($1.1 ? $1.0.weight : 0) }
    }
}
