public import Primitives
public import Wire

/// One entry of the vote log, which survives a crash.
///
/// - Source: `consensus.md` 1.7; rule C40. Records are replayed in the order in which they were
///   written.
public enum VoteRecord: Hashable, Sendable {
    /// Our proposal, so that a restarted leader sends the same one again and never a second.
    indirect case proposed(Proposal)
    /// Our vote.
    case voted(Vote)
    /// A certificate, when we first had it.
    case certified(Certificate)
    /// The block of a view was executed and is valid; the header is what children are checked by.
    indirect case accepted(view: View, header: BlockHeader, stateRoot: Digest)
    /// The block of a view was executed and is not valid.
    case rejected(view: View, block: Digest)

    public var view: View {
        switch self {
        case .proposed(let proposal): proposal.vote.view
        case .voted(let vote): vote.view
        case .certified(let certificate): certificate.view
        case .accepted(let view, _, _), .rejected(let view, _): view
        }
    }

    /// The vote of ours that it holds, by itself or in a proposal; the mark follows from it.
    public var ownVote: Vote? {
        switch self {
        case .proposed(let proposal): proposal.vote
        case .voted(let vote): vote
        case .certified, .accepted, .rejected: nil
        }
    }

    /// Whether a restart can do without this record once a later view is final.
    ///
    /// The finalization itself is needed until a later one is logged. Nullifications are kept
    /// elsewhere for the unbonding period (rule C41).
    public func isObsolete(finalized: View) -> Bool { view < finalized }
}

extension VoteRecord: WireCodable {
    public init(from bytes: Span<UInt8>, at cursor: inout WireCursor) throws(WireError) {
        switch try cursor.nextField(of: bytes) {
        case 1: self = .proposed(try cursor.message(1, "proposed", of: bytes))
        case 2: self = .voted(try cursor.message(2, "voted", of: bytes))
        case 3: self = .certified(try cursor.message(3, "certified", of: bytes))
        case 4:
            let part: AcceptedRecord = try cursor.message(4, "accepted", of: bytes)
            self = .accepted(view: part.view, header: part.header, stateRoot: part.stateRoot)
        case 5:
            let part: RejectedRecord = try cursor.message(5, "rejected", of: bytes)
            self = .rejected(view: part.view, block: part.block)
        case let other?: throw WireError(.unknownCase(UInt64(other)), at: cursor.offset)
        case nil: throw WireError(.missing, at: cursor.offset)
        }
    }

    public func encode(into writer: inout WireWriter) {
        switch self {
        case .proposed(let proposal): writer.message(1, proposal)
        case .voted(let vote): writer.message(2, vote)
        case .certified(let certificate): writer.message(3, certificate)
        case .accepted(let view, let header, let stateRoot):
            writer.message(4, AcceptedRecord(view: view, header: header, stateRoot: stateRoot))
        case .rejected(let view, let block):
            writer.message(5, RejectedRecord(view: view, block: block))
        }
    }
}

private struct AcceptedRecord: WireCodable {
    let view: View
    let header: BlockHeader
    let stateRoot: Digest

    init(view: View, header: BlockHeader, stateRoot: Digest) {
        self.view = view
        self.header = header
        self.stateRoot = stateRoot
    }

    init(from bytes: Span<UInt8>, at cursor: inout WireCursor) throws(WireError) {
        view = View(try cursor.uint64(1, "view", of: bytes))
        header = try cursor.message(2, "header", of: bytes)
        stateRoot = try cursor.fixed(3, "state_root", of: bytes)
    }

    func encode(into writer: inout WireWriter) {
        writer.uint64(1, view.number)
        writer.message(2, header)
        writer.fixed(3, stateRoot)
    }
}

private struct RejectedRecord: WireCodable {
    let view: View
    let block: Digest

    init(view: View, block: Digest) {
        self.view = view
        self.block = block
    }

    init(from bytes: Span<UInt8>, at cursor: inout WireCursor) throws(WireError) {
        view = View(try cursor.uint64(1, "view", of: bytes))
        block = try cursor.fixed(2, "block", of: bytes)
    }

    func encode(into writer: inout WireWriter) {
        writer.uint64(1, view.number)
        writer.fixed(2, block)
    }
}

/// The last thing that a key signed: nothing at or below it may be signed again.
///
/// Kept beside the key and apart from the vote log, so that a restored or lost log is noticed
/// (rule C42).
public struct HighWater: Hashable, Sendable, Comparable, WireCodable {
    public let epoch: Epoch
    public let view: View
    public let kind: VoteKind

    public init(epoch: Epoch, view: View, kind: VoteKind) {
        self.epoch = epoch
        self.view = view
        self.kind = kind
    }

    public init(_ vote: Vote) {
        self.init(epoch: vote.epoch, view: vote.view, kind: vote.kind)
    }

    public static func < (left: HighWater, right: HighWater) -> Bool {
        (left.epoch, left.view, left.kind) < (right.epoch, right.view, right.kind)
    }

    public init(from bytes: Span<UInt8>, at cursor: inout WireCursor) throws(WireError) {
        kind = try VoteKind.read(of: bytes, at: &cursor)
        epoch = Epoch(try cursor.uint64(2, "epoch", of: bytes))
        view = View(try cursor.uint64(3, "view", of: bytes))
    }

    public func encode(into writer: inout WireWriter) {
        writer.uint64(1, UInt64(kind.rawValue))
        writer.uint64(2, epoch.number)
        writer.uint64(3, view.number)
    }
}
