public import Ledger
public import Primitives
public import Wire

/// Says that an account has a role, or says it anew with another end.
public struct Attest: ActionKind {
    public static let number: UInt32 = 32

    public let subject: AccountID
    public let role: Role
    /// The last moment at which it counts; zero when it has no end.
    public let end: Timestamp
    /// Hash of the credential that says the same outside the network.
    public let credential: Digest?

    public init(
        subject: AccountID, role: Role, end: Timestamp = Timestamp(0), credential: Digest? = nil
    ) {
        self.subject = subject
        self.role = role
        self.end = end
        self.credential = credential
    }

    public init(from bytes: Span<UInt8>, at cursor: inout WireCursor) throws(WireError) {
        subject = try cursor.fixed(1, "subject", of: bytes)
        role = try cursor.role(2, "role", of: bytes)
        end = Timestamp(try cursor.uint64(3, "end", of: bytes))
        credential = try cursor.optionalFixed(4, "credential", of: bytes)
    }

    public func encode(into writer: inout WireWriter) {
        writer.fixed(1, subject)
        writer.uint32(2, role.rawValue)
        writer.uint64(3, end.milliseconds)
        writer.fixed(4, credential)
    }

    public var entryCount: Int { 1 }

    public func check() throws(Rejection) {}

    public func apply(to draft: inout Draft, by source: AccountID) throws(Rejection) {
        guard end == Timestamp(0) || end > draft.time else { throw .termsInvalid }
        let id = Attestation.id(attester: source, subject: subject, role: role)
        let step = RecordStep(
            Self.number, by: source, subject: credential, code: UInt64(role.rawValue))
        let content = Attestation(
            attester: source, subject: subject, role: role, end: end, credential: credential)
        if draft.record(id, as: Attestation.self) == nil {
            try draft.open(content, at: id, for: source, step)
        } else {
            try draft.update(content, at: id, step)
        }
    }
}

/// Takes an attestation back from now on; what was accepted before stays accepted.
public struct RevokeAttestation: ActionKind {
    public static let number: UInt32 = 33

    public let subject: AccountID
    public let role: Role

    public init(subject: AccountID, role: Role) {
        self.subject = subject
        self.role = role
    }

    public init(from bytes: Span<UInt8>, at cursor: inout WireCursor) throws(WireError) {
        subject = try cursor.fixed(1, "subject", of: bytes)
        role = try cursor.role(2, "role", of: bytes)
    }

    public func encode(into writer: inout WireWriter) {
        writer.fixed(1, subject)
        writer.uint32(2, role.rawValue)
    }

    public var entryCount: Int { 1 }

    public func check() throws(Rejection) {}

    public func apply(to draft: inout Draft, by source: AccountID) throws(Rejection) {
        let id = Attestation.id(attester: source, subject: subject, role: role)
        guard var content = draft.record(id, as: Attestation.self) else { throw .unknownRecord }
        guard content.revoked == Timestamp(0) else { throw .wrongState }
        content.revoked = draft.time
        try draft.update(
            content, at: id,
            RecordStep(Self.number, by: source, code: UInt64(role.rawValue)))
    }
}
