public import Ledger
public import Primitives
public import Wire

extension HashDomain {
    static let attestation = HashDomain("argosy/attest")
}

/// One account's word that another has a role.
///
/// It never goes: whoever looks at an old order sees what was said when it was made.
public struct Attestation: RecordContent {
    public static let kind: UInt8 = 32

    public let attester: AccountID
    public let subject: AccountID
    public let role: Role
    /// The last moment at which it counts; zero when it has no end.
    public var end: Timestamp
    /// Hash of the credential that it was made from, if there is one.
    public var credential: Digest?
    /// When it was taken back; zero while it stands.
    public var revoked: Timestamp

    public init(
        attester: AccountID, subject: AccountID, role: Role, end: Timestamp = Timestamp(0),
        credential: Digest? = nil, revoked: Timestamp = Timestamp(0)
    ) {
        self.attester = attester
        self.subject = subject
        self.role = role
        self.end = end
        self.credential = credential
        self.revoked = revoked
    }

    public init(from bytes: Span<UInt8>, at cursor: inout WireCursor) throws(WireError) {
        attester = try cursor.fixed(1, "attester", of: bytes)
        subject = try cursor.fixed(2, "subject", of: bytes)
        role = try cursor.role(3, "role", of: bytes)
        end = Timestamp(try cursor.uint64(4, "end", of: bytes))
        credential = try cursor.optionalFixed(5, "credential", of: bytes)
        revoked = Timestamp(try cursor.uint64(6, "revoked", of: bytes))
    }

    public func encode(into writer: inout WireWriter) {
        writer.fixed(1, attester)
        writer.fixed(2, subject)
        writer.uint32(3, role.rawValue)
        writer.uint64(4, end.milliseconds)
        writer.fixed(5, credential)
        writer.uint64(6, revoked.milliseconds)
    }

    /// Hashes `attester ‖ subject ‖ role`, the role as one byte (rule T1).
    public static func id(attester: AccountID, subject: AccountID, role: Role) -> Digest {
        var input = attester.bytes.array + subject.bytes.array
        input.append(UInt8(truncatingIfNeeded: role.rawValue))
        return Digest(hashing: input, in: .attestation)
    }

    /// Whether it counts at a moment.
    public func counts(at time: Timestamp) -> Bool {
        revoked == Timestamp(0) && (end == Timestamp(0) || time <= end)
    }
}

extension Draft {
    /// Whether one of the attesters vouches now for an account's role; the account itself may be
    /// among them.
    public mutating func isAttested(
        _ subject: AccountID, as role: Role, byAnyOf attesters: [AccountID]
    ) -> Bool {
        for attester in attesters {
            if attester == subject { return true }
            let id = Attestation.id(attester: attester, subject: subject, role: role)
            if let found = record(id, as: Attestation.self), found.counts(at: time) {
                return true
            }
        }
        return false
    }
}
