import Chain
import Gossip
import Logging
import Primitives
import Transport
import Wire

/// A host with its events in a lane, and the plan that decides whom it is connected to.
final class Network: Sendable {
    /// Events that may wait; past that, messages are dropped and repaired by pulling.
    static let eventLimit = 16_384

    let host: Host
    let events: Lane<HostEvent>
    let plan: ConnectionPlan
    private let exchange: ProtocolID
    private let home: Home
    private let bookKey: FixedBytes<32>
    private let contacts: Contacts
    private let ticks = AsyncStream<UInt64>.makeStream(bufferingPolicy: .bufferingNewest(1))
    private let saves = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
    /// One file is written at a time.
    private let disk = DiskQueue("peers")
    private let log: Logger

    /// Opens the address book of a home; nothing is sent yet.
    ///
    /// - Parameters:
    ///   - site: The home, with its settings.
    ///   - protocols: What this node speaks.
    ///   - limits: How many connections it keeps.
    ///   - log: Hears of dials and of a damaged book.
    init(
        _ site: NodeSite, _ protocols: Protocols, limits: ConnectionPlanner.Limits, log: Logger
    ) {
        let file = PeerFile.open(site.home) { error in
            log.error("address book begun anew", metadata: ["why": "\(error)"])
        }
        var limits = limits
        limits.accept(site)
        let own = PeerName(site.keys.identity.publicKey)
        let plan = ConnectionPlan(
            ConnectionPlanner(
                own: own, key: file.key, limits: limits, restoring: file.peers,
                chance: Chance(seed: SystemEntropy.number())))
        let lane = Lane<HostEvent>(limit: Self.eventLimit)
        var configuration = protocols.host(site.keys.identity, connectionLimit: limits.total)
        configuration.admission = { plan.admits($0, $1, $2) }
        host = Host(configuration) { events in
            for event in events {
                switch event {
                case .messages, .request: lane.put(event, isKept: false)
                case .connected, .identified, .opened, .refused, .sent, .disconnected:
                    lane.put(event)
                }
            }
        }
        (self.plan, self.log, home, events) = (plan, log, site.home, lane)
        (exchange, bookKey) = (protocols.exchange, file.key)
        contacts = Contacts(site, log: log)
    }

    /// Keeps the connections that the plan wants, until the task is cancelled or the node closes.
    func run() async {
        await withDiscardingTaskGroup { group in
            group.addTask { await self.keepTicking() }
            group.addTask { await self.keepSaving() }
            handle(.started)
            for peer in contacts.kept {
                handle(.commanded(.add(peer.name, address: peer.address, isSaved: false)))
            }
            for list in contacts.lists { handle(.bootstrap(list)) }
        }
    }

    private func keepTicking() async {
        for await milliseconds in ticks.stream {
            do { try await Task.sleep(for: .milliseconds(Int64(clamping: milliseconds))) } catch {
                return  // The node is stopping.
            }
            handle(.ticked)
        }
    }

    private func keepSaving() async {
        for await _ in saves.stream { await save() }
    }

    /// Writes the book, the bans and the anchors.
    func save() async {
        let file = PeerFile(key: bookKey, peers: plan.read { $0.saved })
        do {
            try await disk.run { [home] () throws(HomeError) in
                try file.write(home)
            }
        } catch { log.error("address book not saved", metadata: ["why": "\(error)"]) }
    }

    /// Ends every connection; what the next start needs is written first.
    func close() async {
        await save()
        ticks.continuation.finish()
        saves.continuation.finish()
        await host.close()
        events.close()
    }
}

// MARK: The plan's events and effects

extension Network {
    func handle(_ event: ConnectionPlanner.Event) {
        for effect in plan.handle(event) {
            switch effect {
            case .dial(let name, let addresses): Task { await dial(name, addresses) }
            case .disconnect(let name, let reason):
                log.debug("let go", metadata: ["peer": "\(PeerID(name))", "why": "\(reason)"])
                host.disconnect(PeerID(name))
            case .send(let name, let frame): host.send(frame, to: PeerID(name), on: exchange)
            case .save: saves.continuation.yield()
            case .armTick(let milliseconds): ticks.continuation.yield(milliseconds)
            }
        }
    }

    /// Tries the addresses of a peer one after the other.
    private func dial(_ name: PeerName, _ addresses: [[UInt8]]) async {
        for bytes in addresses {
            guard var address = Multiaddr(bytes: bytes) else { continue }
            address.peer = PeerID(name)
            do throws(TransportError) {
                _ = try await host.dial(address)
                return handle(.dialEnded(name))
            } catch {
                log.debug("dial failed", metadata: ["to": "\(address)", "why": "\(error)"])
            }
        }
        handle(.dialFailed(name))
    }

    /// Asks the plan about a new connection.
    ///
    /// - Returns: Whether it stays.
    func connected(
        _ peer: PeerID, _ direction: Transport.Direction, _ remote: Multiaddr
    ) -> Bool {
        handle(
            .connected(
                peer.name,
                ConnectionPlanner.Connection(
                    isOutbound: direction == .outbound, place: remote.place, role: nil)))
        return plan.holds(peer.name)
    }

    /// Tells the plan what a peer is.
    ///
    /// - Returns: Whether it stays.
    func classified(_ peer: PeerID, _ role: PeerLink.Role, _ info: PeerInfo?) -> Bool {
        handle(.classified(peer.name, role))
        guard plan.holds(peer.name) else { return false }
        if let envelope = info?.signedPeerRecord, let record = SignedPeerRecord(envelope: envelope)
        {
            handle(.identified(peer.name, record))
        }
        return true
    }

    func disconnected(_ peer: PeerID, _ reason: DisconnectReason) {
        handle(reason == .duplicate ? .replaced(peer.name) : .disconnected(peer.name))
    }

    /// Takes messages of the peer exchange.
    ///
    /// - Returns: `false` when they are of another protocol.
    func takeExchange(_ batch: MessageBatch) -> Bool {
        guard batch.protocolID == exchange else { return false }
        for frame in batch.frames { handle(.received(batch.peer.name, frame)) }
        return true
    }

    /// Lets a peer go for what was found against it.
    func fault(_ name: PeerName, _ severity: ConnectionPlanner.Severity) {
        handle(.faulted(name, severity))
        host.disconnect(PeerID(name))
    }

    /// Measures how near the peers are that dialled us; the nearest are not given up for others.
    func measure() async {
        let names = plan.read { planner in
            planner.peers.filter { !$0.connection.isOutbound && $0.connection.role == .full }
                .map(\.name)
        }
        await withDiscardingTaskGroup { group in
            for name in names {
                group.addTask {
                    // A peer that does not answer counts as far away.
                    guard let time = try? await self.host.ping(PeerID(name)) else { return }
                    let milliseconds = UInt64(max(0, time / .milliseconds(1)))
                    self.handle(.helped(name, .ping(milliseconds: milliseconds)))
                }
            }
        }
    }
}

extension ConnectionPlanner.Limits {
    /// Addresses of a site and of this machine are dialled in a local network, and where the operator
    /// himself names such addresses (rule N34).
    mutating func accept(_ site: NodeSite) {
        let own = (site.configuration.listen + site.configuration.bootstrap)
            .compactMap { Multiaddr($0)?.place.reach }
        let isLocal = site.genesis.network == .local
        acceptsSite = isLocal || own.contains(.site)
        acceptsLoopback = isLocal || own.contains(.loopback)
    }
}

/// Whom the operator's settings name.
struct Contacts: Sendable {
    /// Peers to stay connected to.
    let kept: [BootstrapList.Peer]
    /// Peers to dial first: of the lists that are in force, of two of one publisher the newer.
    let lists: [[BootstrapList.Peer]]

    init(_ site: NodeSite, log: Logger) {
        kept = site.configuration.bootstrap.compactMap { Multiaddr($0)?.bootstrapPeer }
        var lists: [PublicKey: BootstrapList] = [:]
        for name in site.configuration.bootstrapLists {
            do throws(HomeError) {
                let path = site.home.path(ofList: name)
                let list = try BootstrapFile.read(path, for: site.chain, now: Clocks.wall).list
                if let held = lists[list.publisher], held.sequence >= list.sequence { continue }
                lists[list.publisher] = list
            } catch { log.warning("bootstrap list not used", metadata: ["why": "\(error)"]) }
        }
        self.lists = lists.values.sorted { $0.publisher < $1.publisher }.map(\.peers)
    }
}
