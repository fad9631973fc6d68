import Primitives

/// A header with its digest, shared instead of copied.
final class SealedHeader: Sendable {
    let header: BlockHeader
    let digest: Digest

    init(_ header: BlockHeader) {
        self.header = header
        digest = header.digest
    }
}

/// A leader's proposal and when it came.
struct Offered: Sendable {
    let proposal: Proposal
    let sealed: SealedHeader
    /// Where it came from; `nil` for our own and for one read from the log.
    let from: Simplex.Peer?
    let at: Timestamp
    let arrived: Instant

    var parentView: View {
        guard case .notarize(let parentView, _) = proposal.vote.subject else {
            preconditionFailure("a proposal's vote is a notarize vote")
        }
        return parentView
    }
}

/// How far a view's proposal has come.
enum Offer: Sendable {
    case none
    /// Not yet compared with its parent.
    indirect case held(Offered)
    /// The driver was asked for what consensus cannot check.
    indirect case checking(Offered)
    indirect case passed(Offered)
    case refused

    var offered: Offered? {
        switch self {
        case .none, .refused: nil
        case .held(let offered), .checking(let offered), .passed(let offered): offered
        }
    }
}

/// The one block that a view's notarization names.
struct Candidate: Sendable {
    enum State: Sendable, Equatable {
        case waiting
        case running
        case valid(stateRoot: Digest)
        case invalid
    }

    let block: Digest
    let parentView: View
    var header: SealedHeader?
    var state = State.waiting
}

/// Votes of one kind in one view: the first of each seat, and the weight behind each subject.
struct Tally: Sendable {
    private(set) var votes: [Vote] = []
    private var seats = SeatSet()
    private var sums: [(subject: VoteSubject, weight: UInt64)] = []

    func vote(of seat: Seat) -> Vote? {
        seats.contains(seat) ? votes.first { $0.seat == seat } : nil
    }

    /// Adds a seat's first vote.
    ///
    /// - Returns: the weight behind its subject now.
    mutating func insert(_ vote: Vote, weight: UInt64) -> UInt64 {
        precondition(!seats.contains(vote.seat), "a seat's vote is counted once")
        seats.insert(vote.seat)
        votes.append(vote)
        if let index = sums.firstIndex(where: { $0.subject == vote.subject }) {
            sums[index].weight += weight
            return sums[index].weight
        }
        sums.append((vote.subject, weight))
        return weight
    }

    func votes(for subject: VoteSubject) -> [Vote] { votes.filter { $0.subject == subject } }
}

/// What we ourselves did in a view; restored from the log after a crash.
struct OwnPart: Sendable {
    var proposal: Proposal?
    var votes: [Vote] = []
    var notarized = false
    var nullified = false
    var finalized = false
}

/// The certificates of a view.
struct Certificates: Sendable {
    var notarization: Certificate?
    var nullification: Certificate?
    var finalization: Certificate?

    subscript(kind: VoteKind) -> Certificate? {
        get {
            switch kind {
            case .notarize: notarization
            case .nullify: nullification
            case .finalize: finalization
            }
        }
        set {
            switch kind {
            case .notarize: notarization = newValue
            case .nullify: nullification = newValue
            case .finalize: finalization = newValue
            }
        }
    }

    /// One of these that cannot be beside another certificate of the view (rule C52).
    func excluded(by certificate: Certificate) -> Certificate? {
        for kind in [VoteKind.notarize, .nullify, .finalize] {
            if let held = self[kind], held.excludes(certificate) { return held }
        }
        return nil
    }

    /// Those that there are; the ones that prove most come first.
    var all: [Certificate] { [finalization, notarization, nullification].compactMap(\.self) }
}

/// A vote of another seat that was new here, alone or as the vote of a proposal.
struct Overheard: Sendable {
    let vote: Vote
    let isProposal: Bool
    let from: Simplex.Peer
}

/// One view as seen from here (`consensus.md` 1.3).
struct Round: Sendable {
    let view: View
    let leader: Seat
    var offer = Offer.none
    var own = OwnPart()
    var tallies = Tallies()
    var certificates = Certificates()
    var candidate: Candidate?
    /// The leader signed two different proposals.
    var isEquivocated = false
    /// Evidence already given out, so that each pair is given once.
    var reported: [Evidence.Key] = []

    struct Tallies: Sendable {
        var notarize = Tally()
        var nullify = Tally()
        var finalize = Tally()

        subscript(kind: VoteKind) -> Tally {
            _read {
                switch kind {
                case .notarize: yield notarize
                case .nullify: yield nullify
                case .finalize: yield finalize
                }
            }
            _modify {
                switch kind {
                case .notarize: yield &notarize
                case .nullify: yield &nullify
                case .finalize: yield &finalize
                }
            }
        }

        /// Whether anyone has voted at all.
        var isEmpty: Bool {
            notarize.votes.isEmpty && nullify.votes.isEmpty && finalize.votes.isEmpty
        }
    }

    /// The header of a block of this view, if it is known here.
    func header(of block: Digest) -> SealedHeader? {
        if let header = candidate?.header, header.digest == block { return header }
        if let header = offer.offered?.sealed, header.digest == block { return header }
        return nil
    }

    /// Drops what only matters while the view is fresh: votes, once certificates exist.
    mutating func compact() {
        tallies = Tallies()
        offer = .none
    }
}
