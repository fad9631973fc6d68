import Consensus
public import Primitives

/// What comes after the faults: healing, and the drain to equal states.
extension Cluster {
    /// Ends all faults but the traitors: everyone up, everyone connected, clocks right.
    public mutating func becalm() {
        core = nil
        calm(Array(nodes.indices))
    }

    private mutating func calm(_ healed: [Int]) {
        network.faults = NetworkFaults()
        apply(.heal)
        for node in healed {
            nodes[node].plannedCrash = nil
            nodes[node].failsNextWrite = false
            nodes[node].isDiskFull = false
            nodes[node].slownessMicroseconds = 0
            resume(node)
            network.clog(node, until: 0)
            network.slow(node, milliseconds: 0)
            upgrade(node)
            if !nodes[node].isUp { restart(node) }
            nodes[node].clock.offsetMilliseconds = 0
        }
    }

    /// Heals a quorum of honest validators, chosen at random.
    ///
    /// Until ``becalm()`` every other honest node stays, or gets, as bad off as can be. Traitors stay
    /// connected to all.
    mutating func healCore(_ dice: inout Dice) {
        var order = scenario.weights.indices.filter { isHonest($0) && !nodes[$0].hasLostVotes }
        dice.shuffle(&order)
        // Followers that have become validators weigh one each.
        let extra = scenario.changesValidators ? UInt64(scenario.followerCount) : 0
        let total = scenario.weights.reduce(0, +) + extra
        var weight: UInt64 = 0
        var chosen: [Int] = []
        for node in order where 3 * weight <= 2 * total {
            chosen.append(node)
            weight += scenario.weights[node]
        }
        core = Set(chosen)
        calm(chosen.sorted())
        for node in nodes.indices where isHonest(node) && !chosen.contains(node) {
            switch dice.below(6) {
            case 0: apply(.crash(node))
            case 1: apply(.isolate(node))
            case 2: apply(.mute(node))
            case 3: apply(.slow(node, milliseconds: 1_000 + dice.below(4_000)))
            case 4: apply(.jump(node, milliseconds: dice.symmetric(600_000)))
            default: break  // As the faults have left it.
            }
        }
    }

    /// Ends the payments and waits until all honest nodes have the same.
    public mutating func drain() {
        wallets.isClosed = true
        let limit = milliseconds + 60_000
        let isDone = run(untilMilliseconds: limit) { cluster in
            cluster.lowestHeight == cluster.highestHeight && !cluster.wallets.isWaiting
        }
        guard violations.isEmpty else { return }
        if !isDone {
            report("I15", "no common head after draining: \(lowestHeight) to \(highestHeight)")
        }
        let honest = nodes.indices.filter { isHonest($0) }
        if Set(honest.map { stateRoot(of: $0) }).count > 1 {
            report("I8", "state roots differ after draining")
        }
        for node in honest {
            record.compareBooks(
                with: nodes[node].disk.leaves, at: height(of: node), of: node)
        }
        run(untilMilliseconds: milliseconds + Self.quietMilliseconds)
        let lives = nodes.map { $0.isUp ? $0.life : 0 }
        if let left = record.submissions.leftover(lives, record.books) {
            report("\(RefusalsHaveReasons.name)", left)
        }
        for node in honest {
            // A traitor that goes on asking may have a read under way at any one moment.
            run(untilMilliseconds: milliseconds + Self.glanceMilliseconds) { cluster in
                cluster.leftover(of: node) == nil
            }
            if let left = leftover(of: node) {
                report("\(NothingPilesUp.name)", "node \(node): \(left)")
            }
            checkVigil(of: node)
        }
    }

    private func leftover(of node: Int) -> String? {
        nodes[node].replica.flatMap { NothingPilesUp.check($0) }
    }

    /// How long a node is watched for a moment in which it holds nothing.
    private static let glanceMilliseconds: UInt64 = 1_000
    /// Time for the last answers.
    private static let quietMilliseconds: UInt64 = 4_000

    mutating func report(_ law: String, _ sentence: String) { record.report(law, sentence) }

    /// The highest durable height of an honest node.
    public var highestHeight: Height {
        nodes.indices.filter { counts($0) }.map { height(of: $0) }.max() ?? Height(0)
    }

    /// The lowest durable height among honest nodes that are up.
    public var lowestHeight: Height {
        nodes.indices.filter { nodes[$0].isUp && counts($0) }.map { height(of: $0) }.min()
            ?? Height(0)
    }

    /// Whether a node's progress counts.
    func counts(_ node: Int) -> Bool { isHonest(node) && core?.contains(node) ?? true }

    /// Validators whose progress does not count: traitors, and what has not been healed.
    var uncountedVoterCount: Int { scenario.weights.indices.count { !counts($0) } }

    /// What has gone wrong on purpose so far.
    public var faults: FaultTally {
        var faults = record.faults
        faults.add(network.tally)
        faults[.traitor] = UInt64(scenario.traitors.count)
        faults[.twin] = UInt64(scenario.twins.count)
        let usual = NetworkFaults().uplinkBytesPerMillisecond
        faults[.narrowLinks] = scenario.faults.uplinkBytesPerMillisecond < usual ? 1 : 0
        return faults
    }
}
