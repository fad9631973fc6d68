import Chain
public import Consensus
import Gossip
public import Primitives
public import Replica
import Wire

/// A whole network in one thread, decided by one number.
///
/// - Source: `consensus.md` 4.2.
public struct Cluster: Sendable {
    /// What is to happen at some time of the run.
    indirect enum Happening: Sendable {
        case event(node: Int, life: Int, Replica.Event)
        /// With the votes in it, where there are traitors.
        case frame(
            from: Int, to: Int, connection: UInt64, Channel, [UInt8], votes: [Vote])
        case written(node: Int, life: Int, number: UInt64)
        case wake(node: Int, life: Int, TimerName, serial: UInt64)
        case connect(Int, Int)
        case disconnected(node: Int, peer: Int, connection: UInt64)
        case pay
        case resubmit(account: Int, id: Digest)
        case govern
        case fault(Fault)
        case resume(Int)
        /// Something that a traitor has held back.
        case late(Int, PeerName, Channel, [UInt8])
        case light(Int, LightMessage)
    }

    public let scenario: Scenario
    public let seed: UInt64
    let founding: Founding
    var nodes: [SimulatedNode] = []
    private(set) var places: [PeerName: Int] = [:]
    var agenda = Agenda<Happening>()
    var network: SimulatedNetwork
    var links: LinkTable
    var record: RunRecord
    var wallets: Wallets
    var dice: DiceSet
    var traitors: [Int: any Traitor] = [:]
    var lights: [SimulatedLightNode] = []
    /// The nodes whose progress counts while the rest stays broken; `nil` for all.
    var core: Set<Int>?

    /// Founds the network; every node starts at time zero, connected to every other.
    public init(_ scenario: Scenario, seed: UInt64) {
        self.scenario = scenario
        self.seed = seed
        founding = Founding(scenario, seed: seed)
        let count = scenario.nodeCount
        let cities = (0..<count).map { scenario.cities[$0 % scenario.cities.count] }
        network = SimulatedNetwork(
            cities: cities, dice: Dice(seed: seed, concern: .network))
        network.faults = scenario.faults
        links = LinkTable(count: count)
        dice = DiceSet(seed: seed)
        record = RunRecord(founding, scenario)
        wallets = Wallets(founding, scenario, seed: seed)
        for (node, kind) in scenario.traitors { traitors[node] = kind.make() }
        let disk = SimulatedDisk(founding.founded)
        for index in 0..<count {
            nodes.append(makeNode(index, disk))
            places[nodes[index].name] = index
        }
        for index in 0..<count { start(index) }
        for one in 0..<count {
            for other in 0..<one { agenda.schedule(.connect(other, one), at: UInt64(one)) }
        }
        startLightNodes()
        if scenario.paymentsPerSecond > 0 { agenda.schedule(.pay, at: 1_000_000_000) }
        if scenario.changesValidators { agenda.schedule(.govern, at: 2_000_000_000) }
    }

    private mutating func makeNode(_ index: Int, _ disk: SimulatedDisk) -> SimulatedNode {
        let text = Array("node \(index)".utf8)
        let isValidator = index < scenario.weights.count
        let configuration = ReplicaConfiguration(
            chain: founding.founded.state.chain,
            protocolNumber: scenario.protocolNumbers[index]
                ?? (isValidator ? ChainState.protocolNumber : scenario.followerProtocolNumber),
            name: PeerName(Digest(hashing: text, in: .seed).bytes),
            voteKey: voteKey(of: index), scheme: scenario.scheme,
            pace: scenario.pace, randomSeed: dice.gossip.next(),
            reveals: founding.reveals(of: voteKey(of: index)))
        var clock = SimulatedClock(epoch: Founding.time.adding(1_000))
        clock.base = dice.clock.below(1 << 50)
        clock.offsetMilliseconds = dice.clock.symmetric(scenario.clockOffsetMilliseconds)
        clock.driftMillionths = dice.clock.symmetric(scenario.clockDriftMillionths)
        return SimulatedNode(configuration: configuration, clock: clock, disk: disk)
    }

    private func voteKey(of node: Int) -> SigningKey? {
        let owner = scenario.twins[node] ?? scenario.clones[node] ?? node
        return owner < founding.voteKeys.count ? founding.voteKeys[owner] : nil
    }

    // MARK: Running

    /// Virtual time since the start.
    ///
    /// - Unit: milliseconds.
    public var milliseconds: UInt64 { record.now / 1_000_000 }

    /// Runs until a time of the run, or until a law is broken.
    public mutating func run(untilMilliseconds limit: UInt64) {
        run(untilMilliseconds: limit) { _ in false }
    }

    /// Runs until a condition holds; says whether it did before the time was up.
    @discardableResult
    public mutating func run(
        untilMilliseconds limit: UInt64, or condition: (Cluster) -> Bool
    ) -> Bool {
        while let time = agenda.nextTime, time <= limit * 1_000_000 {
            if !record.violations.isEmpty, !scenario.expectsFork { return false }
            if condition(self) { return true }
            step()
        }
        record.now = max(record.now, limit * 1_000_000)
        return condition(self)
    }

    private mutating func step() {
        guard let (time, happening) = agenda.next() else { return }
        record.now = max(record.now, time)
        if let (one, other) = happening.processes {
            let slower = nodes[one].pauseEndsAt >= nodes[other].pauseEndsAt ? one : other
            guard nodes[slower].pauseEndsAt <= record.now else {
                return nodes[slower].stalled.append(happening)
            }
        }
        switch happening {
        case .event(let node, let life, let event):
            guard nodes[node].life == life else { return }
            deliver(event, to: node)
        case .frame(
            let sender, let receiver, let connection, let channel, let frame, let votes):
            guard links.connection(sender, receiver) == connection else { return }
            record.note(frame, on: channel, at: receiver)
            let counted = countable(votes, by: receiver, from: sender)
            deliver(
                .received(nodes[sender].name, channel, frames: [frame]), to: receiver)
            showHeard(counted, by: receiver)
        case .written(let node, let life, let number):
            guard nodes[node].life == life else { return }
            finishWrite(number, at: node)
        case .wake(let node, let life, let name, let serial):
            guard nodes[node].life == life, nodes[node].wakes[name] == serial else { return }
            nodes[node].wakes[name] = nil
            deliver(.woke(name), to: node)
            if case .consensus = name { checkVigil(of: node) }
        case .connect(let one, let other): connect(one, other)
        case .disconnected(let node, let peer, let connection):
            guard links.connection(node, peer) == 0, links.last(node, peer) == connection else {
                return
            }
            deliver(.disconnected(nodes[peer].name), to: node)
        case .pay: pay()
        case .resubmit(let account, let id): resubmit(account, id)
        case .govern: govern()
        case .fault(let fault):
            record.note(Array("\(fault)".utf8), kind: 60, at: 0)
            apply(fault)
        case .resume(let node):
            if nodes[node].pauseEndsAt <= record.now { resume(node) }
        case .late(let node, let name, let channel, let frame):
            send(frame, on: channel, from: node, to: name)
        case .light(let index, let message):
            record.note(message.trace, kind: 61, at: index)
            handle(message, ofLight: index)
        }
    }

    /// Hands an event to a machine and carries out what it wants.
    mutating func deliver(_ event: Replica.Event, to node: Int) {
        guard nodes[node].isUp else { return }
        record.noteEvent(event, at: node)
        let moment = nodes[node].clock.read(at: record.now)
        let effects = nodes[node].replica?.handle(event, now: moment) ?? []
        perform(effects, by: node)
    }

    // MARK: Looking

    /// What was found to be against the rules, in order; empty after a good run.
    public var violations: [Violation] { record.violations }

    /// A hash of what happened, and of what every node has in the end (rule M14).
    ///
    /// - Precondition: The run is over.
    public mutating func historyDigest() -> Digest {
        for index in nodes.indices { record.note(nodes[index].disk.trace, kind: 62, at: index) }
        let violations = record.violations.map(\.description).joined()
        record.note(Array(violations.utf8), kind: 63, at: 0)
        return record.history.close()
    }

    /// Events that were handled.
    public var eventCount: UInt64 { record.history.eventCount }

    /// Final height of a node's durable chain.
    public func height(of node: Int) -> Height { nodes[node].disk.height }

    /// State root at a node's final height.
    public func stateRoot(of node: Int) -> Digest { nodes[node].disk.tip.stateRoot }

    /// What a node's disk remembers as signed last.
    public func mark(of node: Int) -> HighWater? { nodes[node].disk.highWater }

    public func phase(of node: Int) -> Phase { nodes[node].phase }
    public func isUp(_ node: Int) -> Bool { nodes[node].isUp }
    /// Whether the node follows the rules; twins do, and yet their key does not, and who forgets
    /// what its disk called kept may sign it again.
    public func isHonest(_ node: Int) -> Bool {
        scenario.traitors[node] == nil && !isTwin(node) && !scenario.lyingDisks.contains(node)
    }

    private func isTwin(_ node: Int) -> Bool {
        scenario.twins[node] != nil || scenario.twins.values.contains(node)
    }
    public func alarms(of node: Int) -> [Simplex.Alarm] { nodes[node].alarms }

    /// Payments that became final, and the time that each took from its first submission.
    ///
    /// - Unit: milliseconds.
    public var finalityMilliseconds: [UInt64] { wallets.delays }

    /// From a block's proposal, by the leader's clock, to its finality at every honest node.
    ///
    /// - Unit: milliseconds.
    public var blockFinalityMilliseconds: [UInt64] { record.blockDelays }

    /// Proofs of broken rules that honest nodes have found.
    public var evidence: [Evidence] { record.evidence }

    /// Pieces of evidence in final blocks.
    public var finalEvidenceCount: Int { record.finalEvidenceCount }

    /// The highest view that a final block was proposed in.
    public var finalView: View { record.finalView }

    /// Views that the final chain has come through, in all epochs.
    public var viewCount: UInt64 { record.viewCount }
}

extension Cluster.Happening {
    /// The nodes whose processes it waits for.
    var processes: (Int, Int)? {
        switch self {
        case .event(let node, _, _), .frame(_, let node, _, _, _, _), .written(let node, _, _),
            .wake(let node, _, _, _), .disconnected(let node, _, _):
            (node, node)
        case .connect(let one, let other): (one, other)
        case .pay, .resubmit, .govern, .fault, .resume, .late, .light: nil
        }
    }
}

/// Random numbers by what they are for.
struct DiceSet: Sendable {
    var disk: Dice
    var clock: Dice
    var crash: Dice
    var traitor: Dice
    var gossip: Dice
    var light: Dice

    init(seed: UInt64) {
        disk = Dice(seed: seed, concern: .disk)
        clock = Dice(seed: seed, concern: .clock)
        crash = Dice(seed: seed, concern: .crash)
        traitor = Dice(seed: seed, concern: .traitor)
        gossip = Dice(seed: seed, concern: .gossip)
        light = Dice(seed: seed, concern: .light)
    }
}
