public import Primitives

/// Finds the head of the chain from full nodes that it does not believe.
///
/// One round asks two independent full nodes for their heads, steps over epochs as far as needed,
/// checks that the heads lie on one chain with each other and with the head before, and adopts the
/// highest. When they do not, it stops and shows both.
///
/// - Source: `consensus.md` 2.2; rules N3 to N9.
public struct LightClient: Sendable {
    /// Full nodes that are remembered.
    public static let sourceLimit = 16
    /// Full nodes that one round asks before it gives up.
    public static let inquiryLimit = 6
    /// Steps that one round makes.
    public static let stepLimit = 4_096

    /// How much the anchor may move within an epoch before it is kept again.
    ///
    /// - Unit: milliseconds.
    public static let keepInterval: UInt64 = 3_600_000

    public enum Event: Sendable {
        /// A full node can be asked; the world connects to different operators.
        case connected(PeerName)
        case disconnected(PeerName)
        /// Somebody wants to know the newest head. Does nothing while a round runs.
        case refresh
        case answered(PeerName, ticket: UInt64, LightResponse)
        /// No answer in time, or one that does not decode.
        case silent(PeerName, ticket: UInt64)
    }

    public enum Effect: Hashable, Sendable {
        /// Send the request; the answer, or its absence, comes back with the ticket.
        case ask(PeerName, LightRequest, ticket: UInt64)
        /// Trust moved to another epoch, or a good deal within one; keep this for the next run.
        case keep(TrustRecord)
        /// The head, and how many full nodes have it or an ancestor of it.
        case adopted(FinalizedHeader, confirmations: Int)
        /// A source was of no use; see ``LightFault/isLie``.
        case failed(PeerName, LightFault)
        /// The round ended without a head.
        case unreached
        case stopped(Stop)
    }

    /// Why the client does nothing any more.
    public enum Stop: Hashable, Sendable {
        /// Nothing may be settled before people have looked at this.
        case conflict(Conflict)
        /// A new anchor, or a new program, is needed.
        case fault(LightFault)
    }

    public internal(set) var trust: LightTrust
    public internal(set) var stop: Stop?
    /// In ascending order.
    public internal(set) var sources: [PeerName] = []
    var round: Round?
    /// Rounds so far: each begins with another source.
    var turn = 0
    /// Time of the anchor that was last given out to be kept.
    var keptAt: Timestamp
    private var ticket: UInt64 = 0

    public init(_ trust: LightTrust) {
        self.trust = trust
        keptAt = trust.anchor.time
    }

    public var head: FinalizedHeader? { trust.head }

    public var isBusy: Bool { round != nil }

    /// Takes the next event; the same events in the same order give the same effects.
    public mutating func handle(_ event: Event, now: Timestamp) -> [Effect] {
        var effects: [Effect] = []
        switch event {
        case .connected(let source):
            if !sources.contains(source), sources.count < Self.sourceLimit {
                sources.append(source)
                sources.sort()
            }
        case .disconnected(let source):
            sources.removeAll { $0 == source }
            lose(source, .silent, &effects)
        case .refresh:
            guard stop == nil, round == nil else { return [] }
            begin(&effects)
        case .silent(let source, let ticket):
            guard isExpected(source, ticket) else { return [] }
            lose(source, .silent, &effects)
        case .answered(let source, let ticket, let response):
            guard isExpected(source, ticket) else { return [] }
            take(response, from: source, now: now, &effects)
        }
        goOn(now: now, &effects)
        return effects
    }

    mutating func nextTicket() -> UInt64 {
        ticket += 1
        return ticket
    }

    mutating func halt(_ stop: Stop, _ effects: inout [Effect]) {
        self.stop = stop
        round = nil
        effects.append(.stopped(stop))
    }
}

extension LightFault {
    /// Whether an honest full node never causes it.
    public var isLie: Bool {
        switch self {
        case .silent, .refused, .expired, .upgradeRequired, .notNewer, .fromFuture, .tooFar,
            .unknownValidators:
            false
        case .wrongChain, .wrongBlock, .wrongView, .wrongSet, .certificate, .contradiction,
            .nothingAnnounced, .proof, .wrongSubject, .unknownAnchor, .wrongAnswer:
            true
        }
    }
}
