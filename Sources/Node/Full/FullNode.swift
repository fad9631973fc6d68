public import Chain
public import Consensus
import Gossip
import Ledger
public import Logging
public import Primitives
import Replica
import Synchronization
public import Transport
import Wire

/// Why a node did not start; prints as one sentence.
public enum StartError: Error, Sendable {
    case home(HomeError)
    case recovery(RecoveryError)
    case listen(address: String, reason: String)
    case address(String)
    /// libsodium judges odd signatures unlike the rest of the network (attack 1).
    case signatures
}

extension StartError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .home(let error): "\(error)"
        case .recovery(let error): "\(error)"
        case .listen(let address, let reason):
            "The node cannot listen at \(address): \(reason). Is the port in use?"
        case .signatures:
            "This machine's libsodium judges signatures unlike the network; the node must not run."
        case .address(let text): "`\(text)` is not an address like /ip4/127.0.0.1/tcp/9100."
        }
    }
}

/// A full node or a validator on one home.
public final class FullNode: Sendable {
    let site: NodeSite
    let disk: NodeDisk
    let log: Logger
    public let driver: ReplicaDriver
    public let board: FinalityBoard
    let workers: Workers
    let network: Network
    let roster: Mutex<PeerRoster>
    /// Answers light nodes, and this node's own commands, which look at the same state.
    let light: LightService
    let life: Mutex<Life>

    /// What changes while the node runs.
    struct Life {
        let startedAt = Clocks.instant
        let startHeight: Height
        /// The first epoch in which this node may vote, when it lost its log of earlier ones.
        let votesFrom: Epoch
        /// Whether the vote log came from elsewhere, so that this node listens before it votes.
        let listensFirst: Bool
        let ending = AsyncStream<Void>.makeStream()
        var addresses: OwnAddresses
        var tasks: [Task<Void, Never>] = []
        var control: ControlServer?
    }

    /// Opens a home and everything in it; nothing is sent yet.
    ///
    /// - Parameters:
    ///   - home: The directory; it is held until ``stop()``.
    ///   - log: Gets one line an event.
    ///   - pace: Timers of agreement; tests make them shorter.
    ///   - more: Whom to dial first besides those that the configuration names.
    /// - Throws: ``StartError`` with one sentence for people.
    public init(
        _ home: Home, log: Logger, pace: Pace = Pace(), more: MoreBootstrap = MoreBootstrap()
    ) throws(StartError) {
        guard SignatureSelfTest.run() == .expected else { throw .signatures }
        let site: NodeSite
        do throws(HomeError) { site = try NodeSite(home, more: more) } catch { throw .home(error) }
        let (disk, recovered): (NodeDisk, Recovery)
        do throws(RecoveryError) { (disk, recovered) = try Self.recover(site, log) } catch {
            site.lock.release()
            throw .recovery(error)
        }
        let protocols = Protocols(chain: site.chain, isFull: true)
        let configuration = site.configuration
        let network = Network(
            site, protocols,
            limits: ConnectionPlanner.Limits(
                sharing: configuration.peerLimit, servesLight: configuration.servesLight),
            log: log)
        let board = FinalityBoard()
        let workers = Workers(
            executor: Executor(recovered), pool: SignaturePool(), disk: disk, log: log
        ) { step in
            log.debug("final", metadata: ["height": "\(step.height)"])
            await board.publish(step)
        }
        let replica = Replica(
            ReplicaConfiguration(
                chain: site.chain, protocolNumber: ChainState.protocolNumber,
                name: network.host.id.name,
                voteKey: site.configuration.role == .validator ? site.keys.vote : nil,
                votesFrom: recovered.votesFrom, scheme: .ed25519, pace: site.clock.paced(pace),
                randomSeed: SystemEntropy.number()),
            recovered: recovered.replica)
        driver = ReplicaDriver(
            replica, links: Self.links(network), workers: workers, clock: site.clock, log: log)
        light = LightService(
            workers, driver: driver, board: board,
            epochLength: site.genesis.parameters.epochLength)
        roster = Mutex(PeerRoster(consensusName: protocols.consensusName))
        life = Mutex(
            Life(
                startHeight: recovered.state.final.header.height,
                votesFrom: recovered.votesFrom, listensFirst: recovered.listensFirst,
                addresses: OwnAddresses(named: configuration.announce.compactMap { Multiaddr($0) }))
        )
        (self.site, self.disk, self.log) = (site, disk, log)
        if recovered.listensFirst, configuration.role == .validator {
            log.notice("the vote log is a copy or new; listens for its own key before it votes")
        }
        (self.network, self.board, self.workers) = (network, board, workers)
    }

    private static func recover(
        _ site: NodeSite, _ log: Logger
    ) throws(RecoveryError) -> (NodeDisk, Recovery) {
        let disk: NodeDisk
        do { disk = try NodeDisk(site) } catch { throw .storage(error) }
        let recoverer = try Recoverer(
            site.genesis, chain: disk.chain, stateStore: disk.state, log: log)
        let key = site.keys.vote.publicKey
        return (disk, try recoverer.run(votes: disk.votes, voteKey: key))
    }

    /// Whether the vote log came from elsewhere, so that this node listens before it votes.
    package var listensFirst: Bool { life.withLock { $0.listensFirst } }

    public var home: Home { site.home }
    public var configuration: Configuration { site.configuration }
    public var genesis: Genesis { site.genesis }
    public var chainDigest: Digest { site.chain }
    public var peerID: PeerID { network.host.id }
    public var executor: Executor { workers.executor }
    public var chainStore: ChainStore { disk.chain }
    public var pool: SignaturePool { workers.pool }

    private static func links(_ network: Network) -> Links {
        let host = network.host
        return Links(
            send: { names, channel, frame in
                host.send(frame, to: names.map { PeerID($0) }, on: Protocols.id(of: channel))
            },
            gossip: { name, frame, _ in
                // The router's own queue drops what may be dropped; what it hands over stays.
                host.send(frame, to: PeerID(name), on: Protocols.id(of: .gossip), isKept: true)
            },
            disconnect: { name, reason in network.fault(name, reason.severity) },
            learned: { records, name in network.handle(.recommended(records, from: name)) })
    }

    /// Listens, dials and takes part, until ``stop()``.
    public func start() async throws(StartError) {
        for text in configuration.listen {
            guard let address = Multiaddr(text) else { throw .address(text) }
            do throws(TransportError) {
                let bound = try await network.host.listen(address)
                life.withLock { $0.addresses.listens(at: bound) }
                announce()
                log.info("listening", metadata: ["at": "\(bound)"])
            } catch { throw .listen(address: text, reason: "\(error)") }
        }
        let control: ControlServer
        do throws(HomeError) { control = try await ControlServer(home) } catch {
            throw .home(error)
        }
        let tasks = [
            Task { await workers.run(answering: driver) },
            Task { await pump() },
            Task { await network.run() },
            Task { await keepMark() },
            Task { await observe() },
            Task { await control.run(log: log) { await self.answer($0) } },
        ]
        life.withLock {
            $0.tasks = tasks
            $0.control = control
        }
        await driver.receive(.started)
        log.info("started", metadata: ["peer": "\(peerID)", "chain": "\(site.chain)"])
    }

    /// Where the node listens, with its peer id: what others put into their bootstrap list.
    public var addresses: [Multiaddr] { life.withLock { $0.addresses.listening } }

    /// Tells peers where this node can be dialled, signed, so that they can recommend it.
    private func announce() {
        let addresses = life.withLock { $0.addresses.known }
        network.host.setListenAddresses(addresses)
        let record = SignedPeerRecord(
            signing: addresses.map(\.bytes), sequence: Clocks.wall.milliseconds,
            with: site.keys.identity)
        network.host.setSignedPeerRecord(record.envelope)
    }

    /// Learns from a peer that we dialled how this node looks from outside.
    private func look(through peer: PeerID, _ info: PeerInfo) {
        guard let seen = info.observedAddress,
            let entry = roster.withLock({ $0.entries[peer] }), entry.direction == .outbound,
            life.withLock({ $0.addresses.observed(seen, by: entry.remote.place.group) })
        else { return }
        announce()
    }

    /// Hands what arrives to the replica, and requests to the light service.
    private func pump() async {
        await network.events.run { events in
            var inputs: [Replica.Event] = []
            for event in events { inputs += take(event) }
            if !inputs.isEmpty { await driver.receive(inputs) }
        }
    }

    private func take(_ event: HostEvent) -> [Replica.Event] {
        switch event {
        case .connected(let peer, let direction, let remote):
            guard network.connected(peer, direction, remote) else { return [] }
            roster.withLock { $0.connected(peer, direction, remote) }
            return []
        case .identified(let peer, let info):
            let role = roster.withLock { $0.role(info) }
            guard network.classified(peer, role, info) else { return [] }
            look(through: peer, info)
            return roster.withLock { $0.identified(peer, info) }
        case .messages(let batch): return take(batch)
        case .sent(let peer, _, let byteCount): return [.flushed(peer.name, byteCount: byteCount)]
        case .request(let request):
            guard configuration.servesLight else {
                request.decline()
                return []
            }
            Task { [light] in await light.serve(request) }
            return []
        case .disconnected(let peer, let reason):
            log.debug("disconnected", metadata: ["peer": "\(peer)", "why": "\(reason)"])
            network.disconnected(peer, reason)
            return roster.withLock { $0.disconnected(peer) }
        case .opened, .refused: return []
        }
    }

    private func take(_ batch: MessageBatch) -> [Replica.Event] {
        guard !network.takeExchange(batch) else { return [] }
        let (isTaken, isNew) = roster.withLock {
            ($0.takesMessages(of: batch.peer), $0.isNew(batch.peer))
        }
        guard isTaken, !isNew || network.classified(batch.peer, .full, nil) else { return [] }
        return roster.withLock { $0.received(batch) }
    }

    /// Tells the plan of connections, from time to time, what the replica knows: whether the chain
    /// stands still, and which peers are of use.
    private func observe() async {
        var turn = 0
        var since = Clocks.instant
        while !Task.isCancelled {
            do { try await Task.sleep(for: Self.observePause) } catch { return }
            let standings = await driver.standings
            for (name, standing) in standings {
                if standing.lastTransaction > since { network.handle(.helped(name, .transaction)) }
                if standing.lastBlock > since { network.handle(.helped(name, .block)) }
            }
            if case .stalled = await driver.phase {
                network.handle(.stalled(true))
            } else {
                network.handle(.stalled(false))
            }
            since = Clocks.instant
            turn += 1
            if turn % Self.measureTurns == 1 { await network.measure() }
        }
    }

    private static let observePause = Duration.seconds(5)
    /// Of so many looks one measures round trips too.
    private static let measureTurns = 24

    /// Writes the mark of the last vote beside the key from time to time.
    private func keepMark() async {
        while !Task.isCancelled {
            do { try await Task.sleep(for: .seconds(5)) } catch { return }
            saveMark()
        }
    }

    private func saveMark() {
        do { try disk.votes.saveMark() } catch {
            log.error("vote mark not saved", metadata: ["why": "\(error)"])
        }
    }

    /// Waits until the node has stopped, by ``stop()`` or by a command over the control socket.
    public func untilStopped() async {
        let ending = life.withLock { $0.ending.stream }
        for await _ in ending {}
    }

    /// Stops cleanly: nothing new is taken, what was decided is written, the home is let go.
    public func stop() async {
        let (tasks, control) = life.withLock { life in
            defer { (life.tasks, life.control) = ([], nil) }
            return (life.tasks, life.control)
        }
        guard !tasks.isEmpty else { return site.lock.release() }
        log.info("stopping")
        await control?.close()
        await driver.stop()
        await network.close()
        await board.close()
        for task in tasks { task.cancel() }
        for task in tasks { await task.value }
        saveMark()
        site.lock.release()
        log.info("stopped")
        life.withLock { $0.ending.continuation.finish() }
    }
}
