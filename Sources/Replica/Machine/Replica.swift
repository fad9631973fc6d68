public import Chain
public import Consensus
public import Gossip
public import Primitives

/// A whole node without the world.
///
/// It owns agreement, the mempool, gossip and catch-up of one node. Disk, network, execution and
/// time are effects out and events in; production and the simulator drive the same machine, and it
/// cannot tell them apart.
///
/// - Source: design section 2; rules in this module's specification.
public struct Replica: Sendable {
    let configuration: ReplicaConfiguration
    var engines: Engines
    var final: FinalState
    var candidates = CandidateTable()
    var pool = Mempool()
    var relay: TransactionRelay
    var peers = PeerTable()
    var sync: CatchUp
    var desk = RequestDesk()
    var turn = Turn()

    /// Makes a node from what its disk held.
    public init(_ configuration: ReplicaConfiguration, recovered: RecoveredState) {
        self.configuration = configuration
        engines = Engines(configuration, recovered)
        final = FinalState(recovered.head, proof: recovered.proof)
        relay = TransactionRelay(configuration)
        sync = CatchUp(seed: configuration.randomSeed)
        for block in recovered.blocks {
            let digest = block.header.digest
            candidates.add(block.header, digest: digest)
            candidates.update(digest) { candidate in
                candidate.content = .complete(block)
                candidate.durability = .durable
            }
        }
    }

    /// Takes the next event; the same events in the same order give the same effects.
    public mutating func handle(_ event: Event, now: Moment) -> [Effect] {
        turn.now = now
        switch event {
        case .started: start()
        case .connected(let name, let link): connect(name, link)
        case .disconnected(let name): disconnect(name)
        case .received(let name, let channel, let frames): receive(frames, on: channel, from: name)
        case .flushed(let name, let byteCount): gossip(.flushed(name, byteCount: byteCount))
        case .identified(let name, let record): gossip(.identified(name, record))
        case .submitted(let transactions, let ticket): submit(transactions, ticket)
        case .admitted(let results): admitted(results)
        case .assembled(let assembly, let token): assembled(assembly, token)
        case .executed(let digest, let verdict): executed(digest, verdict)
        case .stored(let digest): stored(digest)
        case .logged(let epoch, let token): input(.logged(token), for: epoch)
        case .finalized(let height): becameDurable(height)
        case .loaded(let answer, let token): loaded(answer, token)
        case .woke(let name): woke(name)
        }
        settle()
        return takeEffects()
    }

    private mutating func start() {
        input(.started(engines.takeRecovery()), for: engines.terms.epoch)
        gossip(.started)
        gossip(.join(relay.topic))
        wake(.status, afterMilliseconds: Self.statusMilliseconds)
        repair(.started)
        wake(.sync, afterMilliseconds: Self.syncMilliseconds)
        for digest in candidates.ordered { advance(digest) }
    }

    private mutating func woke(_ name: TimerName) {
        switch name {
        case .consensus(let epoch): input(.woke, for: epoch)
        case .batch: flushBatch()
        case .gossip(let timer): gossip(.fired(timer))
        case .fetch: repeatFetches()
        case .sync: beatSync()
        case .status: beatStatus()
        case .repair: repair(.roundEnded)
        }
    }

    private mutating func takeEffects() -> [Effect] {
        defer { turn.effects = [] }
        return turn.effects
    }

    mutating func emit(_ effect: Effect) { turn.effects.append(effect) }

    mutating func wake(_ name: TimerName, afterMilliseconds delay: UInt64) {
        emit(.wake(name, at: turn.now.instant.advanced(milliseconds: delay)))
    }

    /// Hands an input to agreement; a halted node takes no part in it.
    mutating func input(_ input: Simplex.Event, for epoch: Epoch) {
        if !final.isHalted { turn.add(input, for: epoch) }
    }

    /// Lets agreement handle its inputs until it wants nothing more.
    private mutating func settle() {
        while let (epoch, event) = turn.takeInput() {
            for effect in engines.handle(event, for: epoch, now: turn.now.instant) {
                perform(effect, of: epoch)
            }
        }
    }
}

extension Replica {
    /// How often a node says where it is.
    ///
    /// - Unit: milliseconds.
    static let statusMilliseconds: UInt64 = 1_000
    static let syncMilliseconds: UInt64 = 500
    static let fetchMilliseconds: UInt64 = 400
}

extension Replica {
    /// The last block that is final here.
    public var head: FinalHead { final.head }

    /// The epoch that votes on the next height.
    public var epoch: EpochTerms { engines.terms }

    /// What agreement of that epoch waits for.
    public var vigil: Simplex.Vigil { engines.vigil }

    /// Transactions that wait.
    public var pendingCount: Int { pool.count }

    /// What gossip did so far.
    public var gossipCounters: GossipCounters { relay.router.counters }

    /// A transaction that waits or lies in a block that is not final.
    public func transaction(_ id: Digest) -> Transaction? { pool[id] }

    public var peerNames: [PeerName] { peers.names }

    /// What a connected peer told and did.
    public func standing(of name: PeerName) -> PeerStanding? {
        peers[name].map {
            PeerStanding(
                finalHeight: $0.finalHeight, lastTransaction: $0.lastTransaction,
                lastBlock: $0.lastBlock)
        }
    }

    /// What the node holds, for metrics and for tests of bounds.
    public struct Holdings: Hashable, Sendable {
        /// Transactions that wait.
        public let pending: Int
        /// Transactions that the world is checking, and gossip messages that wait for it.
        public let admissions: Int
        public let messages: Int
        /// Blocks above the final one.
        public let candidates: Int
        /// Requests to peers, and reads for peers.
        public let fetches: Int
        public let reads: Int
        /// Views that agreement keeps track of.
        public let views: Int
    }

    public var holdings: Holdings {
        Holdings(
            pending: pool.count, admissions: relay.admissions.count,
            messages: relay.messages.count, candidates: candidates.count,
            fetches: desk.fetches.count, reads: desk.loads.count, views: engines.viewCount)
    }

    /// The word for the operator.
    public var phase: Phase { final.phase }
}
