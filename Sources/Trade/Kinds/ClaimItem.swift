public import Ledger
public import Primitives
public import Wire

/// Says that the label of a thing was opened by this account.
///
/// The key under the label signs the transaction, so nobody who sees it on its way can claim instead.
/// The first claim is recorded; each further one is an alarm, because a label is opened once.
public struct ClaimItem: ActionKind {
    public static let number: UInt32 = 87

    public let item: Digest
    public let tag: AccountID

    public init(item: Digest, tag: AccountID) {
        self.item = item
        self.tag = tag
    }

    public init(from bytes: Span<UInt8>, at cursor: inout WireCursor) throws(WireError) {
        item = try cursor.fixed(1, "item", of: bytes)
        tag = try cursor.fixed(2, "tag", of: bytes)
    }

    public func encode(into writer: inout WireWriter) {
        writer.fixed(1, item)
        writer.fixed(2, tag)
    }

    public var entryCount: Int { 1 }

    public var approvers: [AccountID] { [tag] }

    public func check() throws(Rejection) {}

    public func apply(to draft: inout Draft, by source: AccountID) throws(Rejection) {
        var item = try draft.item(item)
        guard item.tag == tag else { throw .notEntitled }
        let (claims, overflow) = item.claims.addingReportingOverflow(1)
        guard !overflow else { throw .wrongState }
        item.claims = claims
        if claims == 1 {
            item.claimant = source
        } else {
            item.alarms = item.alarms.addingReportingOverflow(1).partialValue
        }
        try draft.update(
            item, at: self.item, RecordStep(Self.number, by: source, code: claims))
    }
}
