public import Ledger
public import Primitives
public import Wire

/// Where a clearance is; the names are those of reference trade 7.3.
public enum ClearanceState: UInt32, Hashable, Sendable, CaseIterable {
    /// Some of the four documents are not sealed.
    case open = 1
    /// All are sealed, some are not opened.
    case sealed = 2
    /// No rule fails. The last state when the order accepts nobody as customs.
    case matched = 3
    case declared = 4
    /// By customs. // 120
    case accepted = 5
    // 300
    case review = 6
    // 500
    case inspection = 7
    // 501, 502, 503, 599
    case held = 8
    /// Rules failed, a document is missing, or customs refused it; can be amended.
    case rejected = 9
    // 800
    case released = 10
    // Ends.
    // 899
    case closed = 20
    // 700
    case exported = 21
    case cancelled = 22
}

/// What a signer puts down before anybody opens: a hash over his commitments, and the document
/// itself for its readers.
public struct DocumentSeal: Hashable, Sendable, WireCodable {
    public let signer: AccountID
    /// SHA-256 of `seal ‖ kind ‖ signer ‖ nonce ‖ root`; see ``value(kind:signer:nonce:root:)``.
    public let seal: Digest
    /// Hash of the attachment that holds the ``SealedDocument``.
    public let document: Digest
    /// ``SealedDocument/root``.
    public let sections: Digest
    public let round: UInt32
    /// Over the commitments, once they are opened.
    public internal(set) var root: Digest?
    public internal(set) var isExposed: Bool

    public init(
        signer: AccountID, seal: Digest, document: Digest, sections: Digest, round: UInt32
    ) {
        self.signer = signer
        self.seal = seal
        self.document = document
        self.sections = sections
        self.round = round
        root = nil
        isExposed = false
    }

    public init(from bytes: Span<UInt8>, at cursor: inout WireCursor) throws(WireError) {
        signer = try cursor.fixed(1, "signer", of: bytes)
        seal = try cursor.fixed(2, "seal", of: bytes)
        document = try cursor.fixed(3, "document", of: bytes)
        sections = try cursor.fixed(4, "sections", of: bytes)
        round = try cursor.uint32(5, "round", of: bytes)
        root = try cursor.optionalFixed(6, "root", of: bytes)
        isExposed = try cursor.bool(7, "is_exposed", of: bytes)
    }

    public func encode(into writer: inout WireWriter) {
        writer.fixed(1, signer)
        writer.fixed(2, seal)
        writer.fixed(3, document)
        writer.fixed(4, sections)
        writer.uint32(5, round)
        writer.fixed(6, root)
        writer.bool(7, isExposed)
    }

    /// What a seal is (rule T151): it binds its signer, so that a copy is of no use to another.
    public static func value(
        kind: MatchDocumentKind, signer: AccountID, nonce: FixedBytes<32>, root: Digest
    ) -> Digest {
        var input = Array("seal".utf8) + [kind.rawValue]
        input += signer.bytes.array + nonce.array + root.bytes.array
        return Digest(Sha256.hash(input))
    }
}

/// The clearance of the parcel of an order: its record has the order's id.
public struct Clearance: RecordContent {
    public static let kind: UInt8 = 49

    public internal(set) var state: ClearanceState
    /// When the state began.
    public internal(set) var since: Timestamp
    /// The block of the last change.
    public internal(set) var changed: Height
    /// Counted from 1; each amendment begins a new one.
    public internal(set) var round: UInt32
    /// By kind: order, payment, waybill, list.
    public internal(set) var seals: [DocumentSeal?]
    /// Why it was rejected, or that full rates are due.
    public internal(set) var verdict: ClearanceVerdict
    /// Tax as the agent declared it.
    public internal(set) var estimate: Amount
    /// What each signer of a round puts down.
    public let stake: Amount
    /// Whether the order accepts anybody as customs; else `matched` is the last state.
    public let hasCustoms: Bool

    public init(stake: Amount, hasCustoms: Bool, at moment: Moment) {
        state = .open
        since = moment.time
        changed = moment.height
        round = 1
        seals = [nil, nil, nil, nil]
        verdict = ClearanceVerdict()
        estimate = .zero
        self.stake = stake
        self.hasCustoms = hasCustoms
    }

    public init(from bytes: Span<UInt8>, at cursor: inout WireCursor) throws(WireError) {
        state = try cursor.choice(1, "state", of: bytes)
        since = Timestamp(try cursor.uint64(2, "since", of: bytes))
        changed = Height(try cursor.uint64(3, "changed", of: bytes))
        round = try cursor.uint32(4, "round", of: bytes)
        seals = [
            try cursor.optionalMessage(5, "order", of: bytes),
            try cursor.optionalMessage(6, "payment", of: bytes),
            try cursor.optionalMessage(7, "waybill", of: bytes),
            try cursor.optionalMessage(8, "list", of: bytes),
        ]
        verdict = try cursor.message(9, "verdict", of: bytes)
        estimate = Amount(minorUnits: try cursor.uint64(10, "estimate", of: bytes))
        stake = Amount(minorUnits: try cursor.uint64(11, "stake", of: bytes))
        hasCustoms = try cursor.bool(12, "has_customs", of: bytes)
    }

    public func encode(into writer: inout WireWriter) {
        writer.uint32(1, state.rawValue)
        writer.uint64(2, since.milliseconds)
        writer.uint64(3, changed.number)
        writer.uint32(4, round)
        for (place, seal) in seals.enumerated() { writer.message(5 + UInt32(place), seal) }
        writer.message(9, verdict)
        writer.uint64(10, estimate.minorUnits)
        writer.uint64(11, stake.minorUnits)
        writer.bool(12, hasCustoms)
    }
}

/// What a comparison, a missing document or customs found.
public struct ClearanceVerdict: Hashable, Sendable, WireCodable {
    /// Failed rules, ascending; with nothing but `FULL_RATE_SINGLE_ITEM` the documents match.
    public var failed: [MatchRule] = []
    /// Documents that were not sealed or not opened in time, ascending.
    public var missing: [MatchDocumentKind] = []
    /// The last status that customs gave; zero before.
    public var status: UInt32 = 0
    /// The reason that customs gave with it, as customs numbers reasons.
    public var reason: UInt32 = 0

    public init() {}

    public init(from bytes: Span<UInt8>, at cursor: inout WireCursor) throws(WireError) {
        let start = cursor.offset
        let rules = try cursor.uint64s(
            1, "failed", limit: MatchRule.allCases.count, of: bytes)
        let kinds = try cursor.uint64s(
            2, "missing", limit: MatchDocumentKind.allCases.count, of: bytes)
        failed = rules.compactMap { UInt8(exactly: $0).flatMap { MatchRule(rawValue: $0) } }
        missing = kinds.compactMap {
            UInt8(exactly: $0).flatMap { MatchDocumentKind(rawValue: $0) }
        }
        guard failed.count == rules.count, missing.count == kinds.count,
            rules.isAscending, kinds.isAscending
        else { throw WireError(.invalid, at: start).inside("verdict") }
        status = try cursor.uint32(3, "status", of: bytes)
        reason = try cursor.uint32(4, "reason", of: bytes)
    }

    public func encode(into writer: inout WireWriter) {
        writer.uint64s(1, failed.map { UInt64($0.rawValue) })
        writer.uint64s(2, missing.map { UInt64($0.rawValue) })
        writer.uint32(3, status)
        writer.uint32(4, reason)
    }

    /// Names of the failed rules: `PAID_AMOUNT`.
    public var names: [String] { failed.map(\.name) }
}

extension [UInt64] {
    fileprivate var isAscending: Bool { zip(self, dropFirst()).allSatisfy { $0 < $1 } }
}

extension MatchDocumentKind {
    /// Its place among the seals of a clearance.
    var place: Int { Int(rawValue) - 1 }
}

extension Clearance {
    /// The seal of a document, of this round or of an earlier one.
    public subscript(kind: MatchDocumentKind) -> DocumentSeal? { seals[kind.place] }

    /// Whether a document is sealed in this round.
    public func isSealed(_ kind: MatchDocumentKind) -> Bool { self[kind]?.round == round }

    /// Whether a document is opened in this round.
    public func isOpened(_ kind: MatchDocumentKind) -> Bool {
        isSealed(kind) && self[kind]?.root != nil
    }
}
