public import Chain
import Gossip
import Ledger
public import LightClient
public import Logging
public import Primitives
public import Transport
import Wire

/// A light node: believes certificates and proofs, and nothing that a full node merely says.
///
/// Many wallets can share one.
public actor LightNode {
    /// How often the head is asked for when nobody else asks.
    static let followInterval = Duration.seconds(1)
    /// Time for an answer; longer than full nodes hold one back.
    static let answerDeadline = Duration.seconds(20)
    /// Time without a new head after which the node says that it is stalled.
    static let stallMilliseconds: UInt64 = 30_000
    /// Final blocks that are remembered, so that each is checked once.
    private static let provedLimit = 1_024

    nonisolated let site: NodeSite
    nonisolated let log: Logger
    nonisolated let network: Network
    private nonisolated let lightName: String
    private var client: LightClient
    private(set) var peers: [PeerID: PeerRoster.Entry] = [:]
    private var refreshing: [CheckedContinuation<Bool, Never>] = []
    private var proved: Set<Digest> = []
    private var reachedAt: Instant?
    private var turn = 0
    private var life = Life()

    private struct Life {
        var tasks: [Task<Void, Never>] = []
        var control: ControlServer?
        let ending = AsyncStream<Void>.makeStream()
    }

    /// Opens a home; nothing is sent yet.
    ///
    /// - Throws: ``StartError`` with one sentence for people.
    public init(
        _ home: Home, log: Logger, more: MoreBootstrap = MoreBootstrap()
    ) throws(StartError) {
        let site: NodeSite
        do throws(HomeError) { site = try NodeSite(home, more: more) } catch { throw .home(error) }
        do throws(GenesisError) {
            client = LightClient(try Self.trust(site.genesis, home))
        } catch {
            site.lock.release()
            throw .recovery(.genesis(error))
        }
        let protocols = Protocols(chain: site.chain, isFull: false)
        lightName = protocols.lightName
        network = Network(site, protocols, limits: .light, log: log)
        (self.site, self.log) = (site, log)
    }

    public nonisolated var home: Home { site.home }
    public nonisolated var configuration: Configuration { site.configuration }
    public nonisolated var genesis: Genesis { site.genesis }
    public nonisolated var chainDigest: Digest { site.chain }
    public nonisolated var peerID: PeerID { network.host.id }

    /// What was kept on disk, or else the trust that follows from the genesis document.
    private static func trust(
        _ genesis: Genesis, _ home: Home
    ) throws(GenesisError) -> LightTrust {
        if let bytes = try? Files.read(home.trustPath, limit: ProofFile.byteLimit),
            let record = try? TrustRecord(wire: bytes), record.anchor.chain == genesis.digest
        {
            return LightTrust(record, scheme: .ed25519)
        }
        return LightTrust(anchor: try genesis.anchor, scheme: .ed25519)
    }

    /// Dials the full nodes and follows the head, until ``stop()``.
    public func start() async throws(StartError) {
        do throws(HomeError) {
            let control = try await ControlServer(home)
            life.control = control
            life.tasks.append(Task { await control.run(log: log) { await self.answer($0) } })
        } catch { throw .home(error) }
        life.tasks.append(Task { await network.run() })
        life.tasks.append(Task { await pump() })
        life.tasks.append(Task { await follow() })
        log.info("started", metadata: ["role": "light", "chain": "\(chainDigest)"])
    }

    public func stop() async {
        let (tasks, control) = (life.tasks, life.control)
        (life.tasks, life.control) = ([], nil)
        guard !tasks.isEmpty else { return site.lock.release() }
        log.info("stopping")
        await control?.close()
        await network.close()
        for task in tasks { task.cancel() }
        finishRefresh(false)
        for task in tasks { await task.value }
        site.lock.release()
        log.info("stopped")
        life.ending.continuation.finish()
    }

    /// Waits until the node has stopped, by ``stop()`` or by a command over the control socket.
    public func untilStopped() async {
        for await _ in life.ending.stream {}
    }

    // MARK: Peers

    private func pump() async {
        await network.events.run { take($0) }
    }

    private func take(_ events: [HostEvent]) {
        for event in events {
            switch event {
            case .connected(let peer, let direction, let remote):
                guard network.connected(peer, direction, remote) else { continue }
                peers[peer] = PeerRoster.Entry(direction: direction, remote: remote)
            case .identified(let peer, let info):
                // What can be asked is a full node to a light one.
                let role: PeerLink.Role = info.protocolNames.contains(lightName) ? .full : .light
                peers[peer]?.info = info
                peers[peer]?.role = role
                guard network.classified(peer, role, info), role == .full else { continue }
                peers[peer]?.isAnnounced = true
                handle(.connected(peer.name))
                if client.head == nil { handle(.refresh) }
            case .disconnected(let peer, let reason):
                network.disconnected(peer, reason)
                peers[peer] = nil
                handle(.disconnected(peer.name))
            case .request(let request): request.decline()
            case .messages(let batch): _ = network.takeExchange(batch)
            case .opened, .refused, .sent: break
            }
        }
    }

    /// Waits until at least so many full nodes can be asked.
    ///
    /// - Returns: whether there are so many in time.
    public func connected(to count: Int, within limit: Duration) async -> Bool {
        let end = ContinuousClock.now + limit
        while client.sources.count < count {
            guard ContinuousClock.now < end, (try? await Task.sleep(for: .milliseconds(20))) != nil
            else { return false }
        }
        return true
    }

    // MARK: The machine

    private func follow() async {
        while !Task.isCancelled {
            handle(.refresh)
            do { try await Task.sleep(for: Self.followInterval) } catch { return }
        }
    }

    private func handle(_ event: LightClient.Event) {
        for effect in client.handle(event, now: site.clock.now) {
            switch effect {
            case .ask(let source, let request, let ticket):
                Task { await self.ask(source, request, ticket) }
            case .keep(let record): keep(record)
            case .adopted(let head, let confirmations):
                reachedAt = Clocks.instant
                remember(head.block)
                log.debug(
                    "head",
                    metadata: [
                        "height": "\(head.header.height)", "confirmations": "\(confirmations)",
                    ])
                finishRefresh(true)
            case .failed(let source, let fault):
                log.info("source failed", metadata: ["peer": "\(source)", "why": "\(fault)"])
                if fault.isLie { network.fault(source, .grave) }
            case .unreached: finishRefresh(false)
            case .stopped(let stop):
                log.critical("light client stopped", metadata: ["why": "\(stop)"])
                finishRefresh(false)
            }
        }
    }

    private func ask(_ source: PeerName, _ request: LightRequest, _ ticket: UInt64) async {
        guard let response = await exchange(request, with: PeerID(source)) else {
            return handle(.silent(source, ticket: ticket))
        }
        if case .head(let head) = response { peers[PeerID(source)]?.height = head.header.height }
        handle(.answered(source, ticket: ticket, response))
    }

    private func keep(_ record: TrustRecord) {
        do throws(HomeError) {
            try Files.write(record.wire, to: home.trustPath, secret: false)
        } catch {
            log.error("trust not saved", metadata: ["why": "\(error)"])
        }
    }

    private func finishRefresh(_ reached: Bool) {
        let waiting = refreshing
        refreshing = []
        for waiter in waiting { waiter.resume(returning: reached) }
    }

    // MARK: Asking

    public var trust: LightTrust { client.trust }

    /// The newest head that was proved, asked for now.
    ///
    /// - Throws: ``LightNodeError`` when no full node shows one.
    public func refreshedHead() async throws(LightNodeError) -> FinalizedHeader {
        if let haltReason { throw .halted(haltReason) }
        _ = await withCheckedContinuation { done in
            refreshing.append(done)
            handle(.refresh)
            // With nobody to ask, the round ends within the call.
            if !client.isBusy { finishRefresh(false) }
        }
        guard let head = client.head else { throw .unreachable }
        return head
    }

    /// The newest head that was proved so far.
    public var head: FinalizedHeader? { client.head }

    var haltReason: String? {
        switch client.stop {
        case .conflict: "two contradicting final blocks were shown"
        case .fault(let fault): "\(fault)"
        case nil: nil
        }
    }

    /// One word for the operator.
    public var word: String {
        if let haltReason { return "halted (\(haltReason))" }
        guard let reachedAt else { return "starting" }
        let age = Clocks.instant.milliseconds(since: reachedAt)
        return age > Self.stallMilliseconds ? "stalled" : "synced"
    }

    /// Full nodes that can be asked, beginning with another one each time.
    func sources() -> [PeerID] {
        turn += 1
        let names = client.sources
        return names.indices.map { PeerID(names[($0 + turn) % names.count]) }
    }

    /// One request to one full node; `nil` without a fitting answer in time.
    func exchange(_ request: LightRequest, with peer: PeerID) async -> LightResponse? {
        do throws(TransportError) {
            let bytes = try await network.host.request(
                request.wire, from: peer, on: Protocols.light,
                responseByteLimit: LightLimits.responseByteLimit, deadline: Self.answerDeadline)
            guard let response = try? LightResponse(wire: bytes), response.answers(request) else {
                log.info("answer of no use", metadata: ["peer": "\(peer)"])
                return nil
            }
            return response
        } catch {
            log.debug("no answer", metadata: ["peer": "\(peer)", "why": "\(error)"])
            return nil
        }
    }

    func isProved(_ block: Digest) -> Bool { proved.contains(block) }

    func remember(_ block: Digest) {
        if proved.count >= Self.provedLimit { proved = [] }
        proved.insert(block)
    }
}

extension Home {
    /// What a light node believes, between two runs.
    var trustPath: String { dataDirectory + "/trust" }
}

extension Genesis {
    /// The anchor that everybody who knows the document has; needs the founded state.
    public var anchor: TrustAnchor {
        get throws(GenesisError) {
            let founded = try GenesisState(self)
            guard let set = validatorSet else { throw .validators }
            return TrustAnchor(genesis: founded.state.final.header, set: set)
        }
    }
}
