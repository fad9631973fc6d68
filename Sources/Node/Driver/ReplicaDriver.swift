public import Chain
public import Consensus
public import Gossip
import Logging
public import Primitives
public import Replica
import Wire

/// What the driver needs of the network; each call returns at once.
public struct Links: Sendable {
    public var send: @Sendable ([PeerName], Channel, [UInt8]) -> Void
    public var gossip: @Sendable (PeerName, [UInt8], GossipRouter.Lane) -> Void
    public var disconnect: @Sendable (PeerName, DisconnectReason) -> Void
    public var learned: @Sendable ([SignedPeerRecord], PeerName) -> Void

    public init(
        send: @escaping @Sendable ([PeerName], Channel, [UInt8]) -> Void,
        gossip: @escaping @Sendable (PeerName, [UInt8], GossipRouter.Lane) -> Void,
        disconnect: @escaping @Sendable (PeerName, DisconnectReason) -> Void,
        learned: @escaping @Sendable ([SignedPeerRecord], PeerName) -> Void
    ) {
        self.send = send
        self.gossip = gossip
        self.disconnect = disconnect
        self.learned = learned
    }
}

/// The one owner of the replica.
///
/// `receive` has no `await`, so an event is finished before the next one is looked at.
public actor ReplicaDriver {
    /// Submissions that wait for their verdict at a time.
    public static let submissionLimit = 4_096

    private struct Submission {
        var waiting: Int
        var verdicts: [Digest: SubmissionVerdict]
        let done: CheckedContinuation<[Digest: SubmissionVerdict], Never>
    }

    private var replica: Replica
    private let links: Links
    private let workers: Workers
    private let clock: LedgerClock
    private let log: Logger
    private var timers = Timers<TimerName>()
    private var submissions: [Ticket: Submission] = [:]
    private var lastTicket: UInt64 = 0
    private var events: [Replica.Event] = []
    private var isStopped = false
    /// Why the node does nothing any more, when it is this machine's fault.
    private var failure: String?
    public private(set) var phase = Phase.starting
    /// Evidence of double votes seen since the start, newest last.
    public private(set) var evidence: [Evidence] = []
    private static let evidenceLimit = 256

    init(
        _ replica: Replica, links: Links, workers: Workers, clock: LedgerClock, log: Logger
    ) {
        self.replica = replica
        self.links = links
        self.workers = workers
        self.clock = clock
        self.log = log
    }

    /// Takes the next event and carries its effects out.
    public func receive(_ event: Replica.Event) {
        // Effects may bring further events with them; those wait until all effects are out.
        events.append(event)
        guard events.count == 1 else { return }
        var next = 0
        while next < events.count, !isStopped {
            let now = Moment(instant: Clocks.instant, wall: clock.now)
            for effect in replica.handle(events[next], now: now) { carryOut(effect) }
            next += 1
        }
        events = []
    }

    public func receive(_ events: [Replica.Event]) {
        for event in events { receive(event) }
    }

    private func carryOut(_ effect: Replica.Effect) {
        switch effect {
        case .send(let peers, let channel, let frame): links.send(peers, channel, frame)
        case .gossip(let peer, let frame, let lane):
            // Answered by `flushed` when the host has taken the bytes out of its queue.
            links.gossip(peer, frame, lane)
        case .learned(let records, let peer): links.learned(records, peer)
        case .log(let epoch, let batch): hand(.log(epoch, batch))
        case .forgetVotes(let epoch, let view): hand(.forget(epoch, below: view))
        case .takeOverLog(let key):
            log.notice("has heard nobody else vote with its key; votes from now on")
            hand(.takeOver(key))
        case .admit(let transactions): hand(.admit(transactions))
        case .assemble(let order, let token): hand(.assemble(order, token))
        case .store(let block, let digest): hand(.store(block, digest))
        case .execute(let block, let digest): hand(.execute(block, digest))
        case .finalize(let block): hand(.finalize(block))
        case .load(let order, let token): hand(.load(order, token))
        case .wake(let name, let instant): arm(name, at: instant)
        case .disconnect(let peer, let reason):
            log.info("peer dropped", metadata: ["peer": "\(peer)", "why": "\(reason)"])
            links.disconnect(peer, reason)
        case .answer(let ticket, let id, let verdict): answer(ticket, id, verdict)
        case .evidence(let found): record(found)
        case .keep(let finalization): hand(.keep(finalization))
        case .alarm(let alarm): log.critical("alarm", metadata: ["what": "\(alarm)"])
        case .phase(let phase): enter(phase)
        }
    }

    private func hand(_ work: Workers.Work) {
        guard !workers.take(work) else { return }
        // The replica bounds what it asks for; a full lane means that the disk stands still.
        stop(because: "the disk does not keep up")
    }

    private func arm(_ name: TimerName, at instant: Instant) {
        timers.arm(name, at: instant) { [weak self] name in
            await self?.receive(.woke(name))
        }
    }

    private func enter(_ next: Phase) {
        let isNew = next.word != phase.word
        phase = next
        if case .halted(let reason) = next { return halt(reason) }
        if isNew { log.info("phase", metadata: ["now": "\(next.word)"]) }
    }

    /// Says why the node has stopped, and shows both sides of a fork in full.
    private func halt(_ reason: HaltReason) {
        log.critical("halted", metadata: ["why": "\(reason.sentence)"])
        guard case .forked(let fork) = reason else { return }
        for (side, certificate) in [("held", fork.held), ("other", fork.other)] {
            log.critical(
                "one side of the split",
                metadata: ["side": "\(side)", "certificate": "\(Hex.encode(certificate.wire))"])
        }
    }

    /// One word for the operator.
    public var word: String { failure.map { "halted (\($0))" } ?? phase.word }

    private func record(_ found: Evidence) {
        log.warning("double vote seen", metadata: ["evidence": "\(found)"])
        evidence.append(found)
        if evidence.count > Self.evidenceLimit { evidence.removeFirst() }
    }

    // MARK: Questions

    public var pendingCount: Int { replica.pendingCount }

    /// What gossip did since the start.
    public var gossip: GossipCounters { replica.gossipCounters }

    public var head: FinalHead { replica.head }

    /// What each connected peer told and did.
    public var standings: [(PeerName, PeerStanding)] {
        replica.peerNames.compactMap { name in replica.standing(of: name).map { (name, $0) } }
    }

    public func transaction(_ id: Digest) -> Transaction? { replica.transaction(id) }

    // MARK: Submissions

    /// Hands transactions in, and waits for the verdict on each.
    ///
    /// - Returns: by id; without an entry when the node is stopping or has too many submissions.
    public func submit(_ transactions: [Transaction]) async -> [Digest: SubmissionVerdict] {
        guard !isStopped, submissions.count < Self.submissionLimit, !transactions.isEmpty else {
            return [:]
        }
        lastTicket += 1
        let ticket = Ticket(lastTicket)
        return await withCheckedContinuation { done in
            submissions[ticket] = Submission(
                waiting: transactions.count, verdicts: [:], done: done)
            receive(.submitted(transactions, ticket))
        }
    }

    private func answer(_ ticket: Ticket, _ id: Digest, _ verdict: SubmissionVerdict) {
        guard var submission = submissions.removeValue(forKey: ticket) else { return }
        submission.waiting -= 1
        submission.verdicts[id] = verdict
        if submission.waiting == 0 {
            submission.done.resume(returning: submission.verdicts)
        } else {
            submissions[ticket] = submission
        }
    }

    /// Ends all timers and answers what waits; later events are ignored.
    ///
    /// - Parameter reason: set when the machine failed: the node must not go on to vote.
    public func stop(because reason: String? = nil) {
        guard !isStopped else { return }
        isStopped = true
        failure = reason
        if let reason { log.critical("halted", metadata: ["why": "\(reason)"]) }
        let gossip = replica.gossipCounters
        log.info(
            "gossip",
            metadata: [
                "received": "\(gossip.received)", "duplicates": "\(gossip.duplicates)",
                "published": "\(gossip.published)", "sent": "\(gossip.sent)",
                "rejected": "\(gossip.rejected)", "dropped": "\(gossip.dropped)",
            ])
        timers.cancelAll()
        for submission in submissions.values {
            submission.done.resume(returning: submission.verdicts)
        }
        submissions = [:]
        workers.close()
    }
}

extension Phase {
    /// The word for the operator, without an estimate of time.
    public var word: String {
        switch self {
        case .starting: "starting"
        case .syncing(let at, let target):
            "syncing \(target.number == 0 ? 0 : min(99, at.number * 100 / target.number))%"
        case .synced: "synced"
        case .stalled: "stalled"
        case .halted(let reason): "halted (\(reason.sentence))"
        }
    }
}

extension HaltReason {
    public var sentence: String {
        switch self {
        case .stateDiverged(let height): "state differs from the network's at height \(height)"
        case .upgradeRequired(let number): "upgrade required: rules \(number)"
        case .finalBlockInvalid(let height): "final block \(height) is invalid here"
        case .forked(let fork):
            "the network has split: \(fork.held.claim), and \(fork.other.claim); \(fork.culprits); "
                + "settle nothing by this node and ask the other operators"
        }
    }
}

extension Fork {
    /// Who is to blame, as far as the two sides show it.
    var culprits: String {
        guard !guilty.isEmpty else { return "more than a third of the validators signed both" }
        let seats = guilty.map { "\($0.index)" }.joined(separator: ", ")
        return "proved to have signed both: the validators in seats \(seats)"
    }
}

extension Certificate {
    /// What a quorum has signed, in words.
    var claim: String {
        let place = "in view \(view) of epoch \(epoch)"
        let block = "block \(subject.block?.hex.prefix(16) ?? "")"
        return switch kind {
        case .notarize: "a quorum accepted \(block) \(place)"
        case .nullify: "a quorum gave up on any block \(place)"
        case .finalize: "a quorum made \(block) final \(place)"
        }
    }
}
