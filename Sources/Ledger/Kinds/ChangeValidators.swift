import Primitives
public import Wire

/// Names the validators of the epoch after next.
///
/// The approvers must be validators of this epoch with more than two thirds of its weight; their
/// accounts sign the transaction (rule L46).
public struct ChangeValidators: ActionKind {
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
            !approvers.isEmpty, approvers.count <= Self.approverLimit,
            approvers.isStrictlyAscending
        else { throw .malformed }
    }

    public func apply(to draft: inout Draft, by source: AccountID) throws(Rejection) {
        guard let current = draft.roster(.current) else { throw .notGoverning }
        var weight: UInt64 = 0
        for approver in approvers {
            guard let record = current.records.first(where: { $0.account == approver }) else {
                throw .notGoverning
            }
            // A sum of parts of a total that fits.
            weight += record.weight
        }
        guard current.set.isQuorum(weight) else { throw .notGoverning }
        let known = draft.roster(.afterNext)
        for record in records where known?.set.seat(of: record.key) == nil {
            guard record.key.isAdmissible else { throw .keyNotAdmissible }
        }
        guard let roster = Roster(records) else { throw .validatorsInvalid }
        draft.set(roster, of: .afterNext)
    }
}
