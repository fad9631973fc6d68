public import Ledger
public import Primitives
public import Wire

/// A sealed document that travels with a transaction; the body holds this, not the document.
public struct AttachmentReference: Hashable, Sendable, WireCodable {
    public let hash: Digest
    /// Unit: bytes.
    public let byteCount: UInt32

    public init(hash: Digest, byteCount: UInt32) {
        self.hash = hash
        self.byteCount = byteCount
    }

    /// Refers to a document.
    public init(to document: [UInt8]) {
        self.init(
            hash: Digest(hashing: document, in: .attachment),
            byteCount: UInt32(clamping: document.count))
    }

    public init(from bytes: Span<UInt8>, at cursor: inout WireCursor) throws(WireError) {
        hash = try cursor.fixed(1, "hash", of: bytes)
        byteCount = try cursor.uint32(2, "byte_count", of: bytes)
    }

    public func encode(into writer: inout WireWriter) {
        writer.fixed(1, hash)
        writer.uint32(2, byteCount)
    }
}

/// What the signatures of a transaction cover.
public struct Body: Equatable, Sendable {
    public static let actionLimit = 16
    public static let attachmentLimit = 4
    /// Bytes of one attachment.
    public static let attachmentByteLimit = 65_536

    /// Hash of the genesis document: the body is for this network and no other.
    public let chain: Digest
    public let account: AccountID
    /// One more than the account's last.
    public let sequence: Sequence
    /// The last block that may hold the transaction.
    public let expiry: Height
    public let feeAsset: AssetID
    /// The most that fee and deposits may cost together.
    public let feeLimit: Amount
    /// Pays fee and deposits, and signs.
    public let sponsor: AccountID?
    /// Applied in order, all or nothing.
    public let actions: [Action]
    public let attachments: [AttachmentReference]

    public init(
        chain: Digest, account: AccountID, sequence: Sequence, expiry: Height, feeAsset: AssetID,
        feeLimit: Amount, sponsor: AccountID? = nil, actions: [Action],
        attachments: [AttachmentReference] = []
    ) {
        self.chain = chain
        self.account = account
        self.sequence = sequence
        self.expiry = expiry
        self.feeAsset = feeAsset
        self.feeLimit = feeLimit
        self.sponsor = sponsor
        self.actions = actions
        self.attachments = attachments
    }

    public var feePayer: AccountID { sponsor ?? account }

    /// Every account that must sign: ascending, each once.
    public var signingAccounts: [AccountID] {
        var accounts = [account]
        func add(_ other: AccountID) {
            if !accounts.contains(other) { accounts.append(other) }
        }
        if let sponsor { add(sponsor) }
        for action in actions {
            if let source = action.source { add(source) }
            if case .payment = action.kind { continue }
            action.kind.rules.approvers.forEach(add)
        }
        return accounts.count == 1 ? accounts : accounts.sorted()
    }

    /// Leaves that the transaction touches, counting its account's.
    public var entryCount: Int { actions.reduce(1) { $0 + $1.kind.entryCount } }
}

extension Body: WireCodable {
    public init(from bytes: Span<UInt8>, at cursor: inout WireCursor) throws(WireError) {
        chain = try cursor.fixed(1, "chain", of: bytes)
        account = try cursor.fixed(2, "account", of: bytes)
        sequence = Sequence(try cursor.uint64(3, "sequence", of: bytes))
        expiry = Height(try cursor.uint64(4, "expiry", of: bytes))
        feeAsset = try cursor.fixed(5, "fee_asset", of: bytes)
        feeLimit = Amount(minorUnits: try cursor.uint64(6, "fee_limit", of: bytes))
        sponsor = try cursor.optionalFixed(7, "sponsor", of: bytes)
        actions = try cursor.messages(8, "actions", limit: Self.actionLimit, of: bytes)
        attachments = try cursor.messages(
            9, "attachments", limit: Self.attachmentLimit, of: bytes)
    }

    public func encode(into writer: inout WireWriter) {
        writer.fixed(1, chain)
        writer.fixed(2, account)
        writer.uint64(3, sequence.number)
        writer.uint64(4, expiry.number)
        writer.fixed(5, feeAsset)
        writer.uint64(6, feeLimit.minorUnits)
        writer.fixed(7, sponsor)
        writer.messages(8, actions)
        writer.messages(9, attachments)
    }
}
