public import Primitives
public import Wire

/// A leader's block for a view: header, the leader's own notarize vote, and what a voter needs to
/// accept the parent.
///
/// The body travels apart from it; the driver adds ids or parts as it likes.
public struct Proposal: Hashable, Sendable {
    /// Nullifications of skipped views that travel along; more are sent on request.
    public static let skippedLimit = 8

    public let header: BlockHeader
    /// The leader's vote, with epoch, view and parent view.
    ///
    /// Its view is later than the header's when an epoch's last block is proposed again.
    public let vote: Vote
    /// Notarization of the parent, unless the parent is the epoch's first block.
    public let parent: Certificate?
    /// Nullifications of the views between parent and proposal, newest first.
    public let skipped: [Certificate]

    public init(header: BlockHeader, vote: Vote, parent: Certificate?, skipped: [Certificate]) {
        self.header = header
        self.vote = vote
        self.parent = parent
        self.skipped = Array(skipped.prefix(Self.skippedLimit))
    }
}

extension Proposal: WireCodable {
    public init(from bytes: Span<UInt8>, at cursor: inout WireCursor) throws(WireError) {
        header = try cursor.message(1, "header", of: bytes)
        let start = cursor.offset
        vote = try cursor.message(2, "vote", of: bytes)
        guard vote.kind == .notarize else { throw WireError(.invalid, at: start).inside("vote") }
        parent = try cursor.optionalMessage(3, "parent", of: bytes)
        skipped = try cursor.messages(4, "skipped", limit: Self.skippedLimit, of: bytes)
    }

    public func encode(into writer: inout WireWriter) {
        writer.message(1, header)
        writer.message(2, vote)
        writer.message(3, parent)
        writer.messages(4, skipped)
    }
}

/// Where a node stands; unsigned, a hint and never a proof (rule C33).
public struct EpochStatus: Hashable, Sendable, WireCodable {
    public let epoch: Epoch
    public let view: View
    public let finalizedView: View
    public let finalizedHeight: Height
    /// Seats that it does not hear itself, and whose words it wants passed on (rule C27).
    public let unheard: SeatSet

    public init(
        epoch: Epoch, view: View, finalizedView: View, finalizedHeight: Height,
        unheard: SeatSet = SeatSet()
    ) {
        self.epoch = epoch
        self.view = view
        self.finalizedView = finalizedView
        self.finalizedHeight = finalizedHeight
        self.unheard = unheard
    }

    public init(from bytes: Span<UInt8>, at cursor: inout WireCursor) throws(WireError) {
        epoch = Epoch(try cursor.uint64(1, "epoch", of: bytes))
        view = View(try cursor.uint64(2, "view", of: bytes))
        finalizedView = View(try cursor.uint64(3, "finalized_view", of: bytes))
        finalizedHeight = Height(try cursor.uint64(4, "finalized_height", of: bytes))
        let start = cursor.offset
        let bitmap = try cursor.bytes(5, "unheard", limit: SeatSet.byteLimit, of: bytes)
        guard bitmap.last != 0, let unheard = SeatSet(bytes: bitmap) else {
            throw WireError(.invalid, at: start).inside("unheard")
        }
        self.unheard = unheard
    }

    public func encode(into writer: inout WireWriter) {
        writer.uint64(1, epoch.number)
        writer.uint64(2, view.number)
        writer.uint64(3, finalizedView.number)
        writer.uint64(4, finalizedHeight.number)
        writer.bytes(5, unheard.shortestBytes)
    }
}

/// Asks for the certificates of some views of an epoch, of whatever kind the other side has.
public struct CertificateRequest: Hashable, Sendable, WireCodable {
    public static let viewLimit = 64

    public let epoch: Epoch
    public let views: [View]

    public init(epoch: Epoch, views: [View]) {
        self.epoch = epoch
        self.views = Array(views.prefix(Self.viewLimit))
    }

    public init(from bytes: Span<UInt8>, at cursor: inout WireCursor) throws(WireError) {
        epoch = Epoch(try cursor.uint64(1, "epoch", of: bytes))
        let numbers = try cursor.uint64s(2, "views", limit: Self.viewLimit, of: bytes)
        views = numbers.map { View($0) }
    }

    public func encode(into writer: inout WireWriter) {
        writer.uint64(1, epoch.number)
        writer.uint64s(2, views.map(\.number))
    }
}

/// Certificates that a peer asked for or visibly lacks.
public struct CertificateBatch: Hashable, Sendable, WireCodable {
    /// - Unit: certificates in a message.
    public static let countLimit = 128

    public let certificates: [Certificate]

    public init(_ certificates: [Certificate]) {
        self.certificates = Array(certificates.prefix(Self.countLimit))
    }

    public init(from bytes: Span<UInt8>, at cursor: inout WireCursor) throws(WireError) {
        certificates = try cursor.messages(1, "certificates", limit: Self.countLimit, of: bytes)
    }

    public func encode(into writer: inout WireWriter) { writer.messages(1, certificates) }
}

/// What others said, passed on to a peer that does not hear them; never the passer's own word
/// (rule C27).
public struct Relay: Hashable, Sendable, WireCodable {
    /// - Unit: votes in a message.
    public static let voteLimit = 256

    public let proposal: Proposal?
    public let votes: [Vote]

    public init(proposal: Proposal? = nil, votes: [Vote]) {
        self.proposal = proposal
        self.votes = Array(votes.prefix(Self.voteLimit))
    }

    public init(from bytes: Span<UInt8>, at cursor: inout WireCursor) throws(WireError) {
        proposal = try cursor.optionalMessage(1, "proposal", of: bytes)
        votes = try cursor.messages(2, "votes", limit: Self.voteLimit, of: bytes)
    }

    public func encode(into writer: inout WireWriter) {
        writer.message(1, proposal)
        writer.messages(2, votes)
    }
}

/// What validators say to each other: exactly one of these a message.
public enum ConsensusMessage: Hashable, Sendable {
    /// - Unit: bytes of an encoded message; a reader refuses a longer one unread.
    public static let byteLimit = 1 << 20

    indirect case proposal(Proposal)
    case vote(Vote)
    case certificates(CertificateBatch)
    case status(EpochStatus)
    case request(CertificateRequest)
    indirect case relay(Relay)

    /// The proposal in it, the sender's own or one that is passed on.
    public var proposal: Proposal? {
        switch self {
        case .proposal(let proposal): proposal
        case .relay(let relay): relay.proposal
        case .vote, .certificates, .status, .request: nil
        }
    }

    /// The epoch it speaks about, for handing it to the right machine; `nil` for an empty batch.
    public var epoch: Epoch? {
        switch self {
        case .proposal(let proposal): proposal.vote.epoch
        case .vote(let vote): vote.epoch
        case .certificates(let batch): batch.certificates.first?.epoch
        case .status(let status): status.epoch
        case .request(let request): request.epoch
        case .relay(let relay): relay.proposal?.vote.epoch ?? relay.votes.first?.epoch
        }
    }
}

extension ConsensusMessage: WireCodable {
    public init(from bytes: Span<UInt8>, at cursor: inout WireCursor) throws(WireError) {
        switch try cursor.nextField(of: bytes) {
        case 1: self = .proposal(try cursor.message(1, "proposal", of: bytes))
        case 2: self = .vote(try cursor.message(2, "vote", of: bytes))
        case 3: self = .certificates(try cursor.message(3, "certificates", of: bytes))
        case 4: self = .status(try cursor.message(4, "status", of: bytes))
        case 5: self = .request(try cursor.message(5, "request", of: bytes))
        case 6: self = .relay(try cursor.message(6, "relay", of: bytes))
        case let other?: throw WireError(.unknownCase(UInt64(other)), at: cursor.offset)
        case nil: throw WireError(.missing, at: cursor.offset)
        }
    }

    public func encode(into writer: inout WireWriter) {
        switch self {
        case .proposal(let proposal): writer.message(1, proposal)
        case .vote(let vote): writer.message(2, vote)
        case .certificates(let batch): writer.message(3, batch)
        case .status(let status): writer.message(4, status)
        case .request(let request): writer.message(5, request)
        case .relay(let relay): writer.message(6, relay)
        }
    }
}
