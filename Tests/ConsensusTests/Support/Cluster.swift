import Consensus
import Primitives
import Wire

/// What a run is like.
struct ClusterOptions {
    var weights: [UInt64] = [1, 1, 1, 1]
    var seed: UInt64 = 1
    var lossPercent: UInt64 = 0
    var duplicatePercent: UInt64 = 0
    /// - Unit: milliseconds; the one-way delay is drawn between them.
    var delay: ClosedRange<UInt64> = 20...80
    var disk: ClosedRange<UInt64> = 1...8
    var execution: ClosedRange<UInt64> = 1...20
    var lastHeight: UInt64 = 1_000_000
    var isBusy = true
    var pace = Pace()
    var scheme = SignatureScheme.simulated
    /// Checks after each event; off where only speed is measured.
    var isChecked = true
}

/// A validator, its disk and its world.
struct ClusterNode {
    var machine: Simplex
    var incarnation: UInt64 = 0
    var isUp = true
    /// What is on disk for certain.
    var log: [VoteRecord] = []
    var highWater: HighWater?
    /// Written and not yet synced.
    var unsynced: [Simplex.LogBatch] = []
    var finalization: Finalization?
    var headers: Set<Digest> = []
    var hasEnded = false
    /// - Unit: milliseconds ahead of true time.
    var clockAhead: Int64 = 0
    var alarms: [Simplex.Alarm] = []
    var evidence: [Evidence] = []
    var faults: [Simplex.PeerFault] = []
    var finalizedAt: [View: UInt64] = [:]
    var sentByteCount = 0
}

/// Validators on a network that delays, loses and repeats, from one seed.
///
/// A driver of the same machine that a node drives: it keeps a log, crashes, and starts again.
struct Cluster {
    enum Item {
        case deliver(ConsensusMessage, from: Int, to: Int)
        case event(Simplex.Event, at: Int, incarnation: UInt64)
        case synced(Simplex.LogToken, at: Int, incarnation: UInt64)
    }

    let options: ClusterOptions
    let keys: [SigningKey]
    let config: EpochConfig
    var nodes: [ClusterNode] = []
    var agenda = Agenda<Item>()
    var random: Chance
    /// - Unit: nanoseconds.
    var now: UInt64 = 0
    var headers: [Digest: BlockHeader] = [:]
    var checker = Checker()
    /// Links that are cut, as sender × 256 + receiver.
    var cut: Set<Int> = []
    /// Changes what a traitor sends to someone; `nil` drops it.
    var treachery: (inout Cluster, ConsensusMessage, Int, Int) -> [ConsensusMessage] = {
        _, message, _, _ in [message]
    }
    var traitors: Set<Int> = []
    /// Seats whose blocks nobody finds valid, and those whose execution never ends.
    var invalidBlocksOf: Set<Int> = []
    var messageCount = 0

    init(_ options: ClusterOptions) {
        self.options = options
        keys = Fixture.keys(options.weights.count)
        config = Fixture.config(
            keys, weights: options.weights, lastHeight: options.lastHeight,
            scheme: options.scheme, pace: options.pace)
        random = Chance(seed: options.seed)
        nodes = keys.map { ClusterNode(machine: Simplex(config, key: $0)) }
    }

    func peer(_ index: Int) -> Simplex.Peer {
        Simplex.Peer(nodes[index].incarnation << 16 | UInt64(index))
    }

    private func index(_ peer: Simplex.Peer) -> Int { Int(peer.number & 0xffff) }

    // MARK: Life of a node

    mutating func startAll() {
        for index in nodes.indices { nodes[index].isUp = true }
        for index in nodes.indices { start(index) }
    }

    /// Starts a node from what its disk holds, with new connections to everyone who is up.
    mutating func start(_ index: Int, standing: Simplex.Standing = .voting) {
        nodes[index].isUp = true
        if let final = nodes[index].finalization?.view {
            nodes[index].log.removeAll { $0.isObsolete(finalized: final) }
        }
        let node = nodes[index]
        handle(
            .started(
                Simplex.Recovery(
                    records: node.log, highWater: node.highWater,
                    finalization: node.finalization,
                    finalizedHeader: node.finalization.flatMap { headers[$0.block] },
                    standing: standing)), at: index)
        handle(.mempool(ready: options.isBusy), at: index)
        for other in nodes.indices where other != index && nodes[other].isUp {
            handle(.connected(peer(other)), at: index)
            if nodes[other].incarnation > 0 || node.incarnation > 0 {
                handle(.connected(peer(index)), at: other)
            }
        }
    }

    /// Stops a node at this instant; a random part of what was not synced survives, in order.
    mutating func crash(_ index: Int) {
        guard nodes[index].isUp else { return }
        let old = peer(index)
        nodes[index].isUp = false
        let kept = Int(random.below(UInt64(nodes[index].unsynced.count + 1)))
        for batch in nodes[index].unsynced.prefix(kept) {
            nodes[index].log += batch.records
            checker.persisted(batch.records, by: index)
        }
        nodes[index].unsynced = []
        nodes[index].incarnation += 1
        nodes[index].machine = Simplex(config, key: keys[index])
        for other in nodes.indices where other != index && nodes[other].isUp {
            handle(.disconnected(old), at: other)
        }
    }

    /// Cuts every link between the group and the rest.
    mutating func partition(_ group: Set<Int>) {
        for one in nodes.indices {
            for other in nodes.indices where group.contains(one) != group.contains(other) {
                cut.insert(one * 256 + other)
            }
        }
    }

    mutating func heal() { cut = [] }

    mutating func setBusy(_ isBusy: Bool) {
        for index in nodes.indices where nodes[index].isUp {
            handle(.mempool(ready: isBusy), at: index)
        }
    }

    // MARK: Time

    /// Runs for so many milliseconds of simulated time.
    mutating func run(milliseconds: UInt64) {
        let end = now + milliseconds * 1_000_000
        while let time = agenda.nextTime, time <= end { step() }
        now = end
    }

    /// Runs until the condition holds.
    ///
    /// - Returns: the milliseconds it took, or `nil` when the limit came first.
    @discardableResult
    mutating func run(
        until condition: (Cluster) -> Bool, limit: UInt64
    ) -> UInt64? {
        let start = now
        while !condition(self) {
            guard let time = agenda.nextTime, time <= start + limit * 1_000_000 else { return nil }
            step()
        }
        return (now - start) / 1_000_000
    }

    private mutating func step() {
        guard let (time, item) = agenda.take() else { return }
        now = max(now, time)
        switch item {
        case .deliver(let message, let from, let to):
            guard nodes[to].isUp else { return }
            messageCount += 1
            let wall = wall(at: to)
            handle(.received(message, from: peer(from), at: wall), at: to)
        case .event(let event, let index, let incarnation):
            guard nodes[index].isUp, nodes[index].incarnation == incarnation else { return }
            handle(event, at: index)
        case .synced(let token, let index, let incarnation):
            guard nodes[index].isUp, nodes[index].incarnation == incarnation else { return }
            sync(token, at: index)
        }
    }

    func wall(at index: Int) -> Timestamp {
        let ahead = Int64(Fixture.start.time.number) + 1 + Int64(now / 1_000_000)
        return Timestamp(UInt64(max(0, ahead + nodes[index].clockAhead)))
    }

    private mutating func sync(_ token: Simplex.LogToken, at index: Int) {
        while let batch = nodes[index].unsynced.first, batch.token <= token {
            nodes[index].unsynced.removeFirst()
            if options.isChecked {
                nodes[index].log += batch.records
                checker.persisted(batch.records, by: index)
            }
            for mark in batch.records.compactMap(\.ownVote).map({ HighWater($0) }) {
                nodes[index].highWater = nodes[index].highWater.map { max($0, mark) } ?? mark
            }
        }
        handle(.logged(token), at: index)
    }

    // MARK: Carrying effects out

    mutating func handle(_ event: Simplex.Event, at index: Int) {
        let effects = nodes[index].machine.handle(event, now: Instant(now))
        for effect in effects { perform(effect, by: index) }
    }

    private mutating func later(
        _ event: Simplex.Event, at index: Int, within range: ClosedRange<UInt64>
    ) {
        let delay = range.lowerBound + random.below(range.upperBound - range.lowerBound + 1)
        agenda.add(
            .event(event, at: index, incarnation: nodes[index].incarnation),
            at: now + delay * 1_000_000)
    }

    private mutating func perform(_ effect: Simplex.Effect, by index: Int) {
        switch effect {
        case .persist(let batch): persist(batch, by: index)
        case .send(let message, let recipient): send(message, to: recipient, by: index)
        case .build(let request):
            let header = Fixture.header(for: request, config: config, time: wall(at: index))
            headers[header.digest] = header
            nodes[index].headers.insert(header.digest)
            later(.built(header, for: request.view), at: index, within: 0...2)
        case .check(let header, let block, let view, _):
            nodes[index].headers.insert(block)
            headers[block] = header
            later(.checked(block: block, view: view, passed: true), at: index, within: 0...2)
        case .certify(let header, let block, let view):
            let isValid = !invalidBlocksOf.contains(Int(header.leader.index))
            let execution: Simplex.Execution =
                isValid ? .valid(stateRoot: Fixture.stateRoot(after: block)) : .invalid
            headers[block] = header
            later(
                .executed(block: block, view: view, execution), at: index,
                within: options.execution)
        case .fetch(let block, _, _):
            guard let header = headers[block], nodes.count(where: \.isUp) > 1 else { return }
            later(.fetched(header), at: index, within: 2 * options.delay.lowerBound...200)
        case .finalized(let finalization):
            nodes[index].finalization = finalization
            nodes[index].finalizedAt[finalization.view] = now
            if options.isChecked { checker.finalized(finalization, headers: headers) }
        case .boundaryGrew(let finalization): nodes[index].finalization = finalization
        case .epochEnded: nodes[index].hasEnded = true
        case .evidence(let evidence): nodes[index].evidence.append(evidence)
        case .fault(_, let fault): nodes[index].faults.append(fault)
        case .alarm(let alarm): nodes[index].alarms.append(alarm)
        case .listened, .forked: break
        case .wake(let instant):
            agenda.add(
                .event(.woke, at: index, incarnation: nodes[index].incarnation),
                at: max(now, instant.number))
        }
    }

    private mutating func persist(_ batch: Simplex.LogBatch, by index: Int) {
        nodes[index].unsynced.append(batch)
        let delay =
            options.disk.lowerBound
            + random.below(options.disk.upperBound - options.disk.lowerBound + 1)
        agenda.add(
            .synced(batch.token, at: index, incarnation: nodes[index].incarnation),
            at: now + delay * 1_000_000)
    }

    private mutating func send(
        _ message: ConsensusMessage, to recipient: Simplex.Recipient, by index: Int
    ) {
        if options.isChecked, !traitors.contains(index) { checker.sent(message, by: index) }
        switch recipient {
        case .everyone:
            for other in nodes.indices where other != index { post(message, index, other) }
        case .one(let peer): post(message, index, self.index(peer))
        }
    }

    private mutating func post(_ message: ConsensusMessage, _ from: Int, _ to: Int) {
        guard traitors.contains(from) else { return transmit(message, from, to) }
        let betray = treachery
        for changed in betray(&self, message, from, to) { transmit(changed, from, to) }
    }

    mutating func transmit(_ message: ConsensusMessage, _ from: Int, _ to: Int) {
        guard nodes[to].isUp, !cut.contains(from * 256 + to) else { return }
        guard !random.chance(options.lossPercent) else { return }
        if options.isChecked { checker.seen(message) }
        let copies = random.chance(options.duplicatePercent) ? 2 : 1
        for _ in 0..<copies {
            let range = options.delay
            let delay =
                range.lowerBound * 1_000_000
                + random.below((range.upperBound - range.lowerBound) * 1_000_000 + 1)
            agenda.add(.deliver(message, from: from, to: to), at: now + delay)
        }
    }
}
