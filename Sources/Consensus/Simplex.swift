public import Primitives

/// The agreement of one epoch: who votes for which block, and when.
///
/// A machine without clock, disk or network: events in, effects out. The same events at the same
/// times give the same effects. Rules are numbered as in the module's specification.
public struct Simplex: Sendable {
    /// - Unit: bytes of a block's body.
    public static let bodyByteLimit: UInt32 = 2 * 1_024 * 1_024

    /// No epoch comes this far; a certificate that says so is of no use.
    static let viewLimit = View(1 << 48)

    public let config: EpochConfig
    let setDigest: Digest
    let key: SigningKey?
    /// Our place in the set; `nil` for a node that only follows.
    public let seat: Seat?
    var rounds: RoundTable
    var position: Position
    var pacemaker: Pacemaker
    var peers = PeerTable()
    var outbox = Outbox()
    var safeguard = Safeguard()

    /// Starts at the epoch's first view; a key that is not in the set is not used.
    public init(_ config: EpochConfig, key: SigningKey?) {
        self.config = config
        setDigest = config.set.digest
        seat = key.flatMap { config.set.seat(of: $0.publicKey) }
        self.key = seat == nil ? nil : key
        rounds = RoundTable(schedule: LeaderSchedule(set: config.set, seed: config.seed))
        position = Position(config.start)
        pacemaker = Pacemaker(pace: config.pace, memberCount: config.set.count)
    }

    /// Takes the next event.
    ///
    /// Before ``Event/started(_:)`` only connections and the mempool are noted. A reading of the clock that goes
    /// back is taken as the one before.
    public mutating func handle(_ event: Event, now: Instant) -> [Effect] {
        pacemaker.now = max(now, pacemaker.now)
        guard position.view > View(0) || event.mayPrecedeStart else { return [] }
        switch event {
        case .started(let recovery): start(recovery)
        case .connected(let peer): connect(peer)
        case .disconnected(let peer): peers.disconnect(peer)
        case .received(let message, let peer, let time): receive(message, from: peer, at: time)
        case .logged(let token): release(token)
        case .built(let header, let view): propose(header, in: view)
        case .notBuilt(let view): failToBuild(in: view)
        case .checked(let block, let view, let passed):
            finishCheck(of: block, in: view, passed: passed)
        case .executed(let block, let view, let execution):
            finishExecution(of: block, in: view, execution)
        case .fetched(let header): learn(SealedHeader(header))
        case .mempool(let isReady): noteMempool(isReady: isReady)
        case .woke:
            // The driver holds no wake-up any more, also when its clock was a little ahead of ours.
            pacemaker.armed = nil
            wake()
        }
        settle()
        arm()
        return outbox.drain()
    }

    // MARK: What others may look at

    /// The view that the machine is in.
    public var view: View { position.view }
    public var finalizedView: View { position.finalizedView }
    /// Views that are kept in memory.
    public var trackedViewCount: Int { rounds.count }
    public var finalization: Finalization? { position.finalization }
    /// Whether the epoch's last block is final.
    public var hasEnded: Bool { position.hasEnded }
    public var standing: Standing { safeguard.standing }
    public func leader(of view: View) -> Seat { rounds.leader(of: view) }

    public var status: EpochStatus {
        EpochStatus(
            epoch: config.epoch, view: position.view, finalizedView: position.finalizedView,
            finalizedHeight: position.header?.height ?? config.start.height, unheard: unheard)
    }

    // MARK: Going on

    private mutating func receive(
        _ message: ConsensusMessage, from peer: Peer, at time: Timestamp
    ) {
        guard message.epoch ?? config.epoch == config.epoch else {
            outbox.emit(.fault(peer, .foreignEpoch))
            return
        }
        switch message {
        case .proposal(let proposal): receive(proposal, from: peer, at: time)
        case .vote(let vote): receive(vote, from: peer)
        case .certificates(let batch):
            for certificate in batch.certificates { take(certificate, from: peer) }
        case .status(let status): receive(status, from: peer)
        case .request(let request): answer(request, to: peer)
        case .relay(let relay): receive(relay, from: peer, at: time)
        }
    }

    /// Does whatever has become possible: certifying, proposing, voting, asking for what lacks.
    private mutating func settle() {
        guard position.view > View(0), !position.hasEnded else { return }
        giveUpWithLeader()
        certifyCandidates()
        settleListening()
        settleActivity()
        leadIfDue()
        voteIfReady()
        repairIfLacking()
        passOn()
    }

    /// Asks for a wake-up when one is needed earlier than the one that is set.
    private mutating func arm() {
        guard position.view > View(0), !position.hasEnded else { return }
        if let armed = pacemaker.armed, armed <= pacemaker.now { pacemaker.armed = nil }
        let listening = safeguard.listensUntil?.instant
        guard let next = pacemaker.next(peers.nextDeadline, listening) else { return }
        let instant = max(next, pacemaker.after(1))
        if let armed = pacemaker.armed, armed <= instant { return }
        pacemaker.armed = instant
        outbox.emit(.wake(at: instant))
    }
}
