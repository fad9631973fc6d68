import Consensus
import Primitives
import Replica

extension TimerName {
    var isConsensus: Bool {
        guard case .consensus = self else { return false }
        return true
    }
}

/// Something that goes wrong on purpose.
public enum Fault: Hashable, Sendable {
    /// The node stops; of its unsynced writes a random first part survives.
    case crash(Int)
    /// The node stops in the middle of carrying out effects, at a random place.
    case crashSoon(Int)
    case restart(Int)
    /// Nothing passes between the two groups, in either direction.
    case partition([Int])
    /// Nothing that this node sends arrives anywhere.
    case mute(Int)
    case heal
    /// The wall clock jumps.
    case jump(Int, milliseconds: Int64)
    /// The vote log goes back to what it was when the run began.
    case loseVotes(Int)
    case network(NetworkFaults)
}

extension Fault {
    /// What it is counted as; the end of a fault is none.
    var kind: FaultKind? {
        switch self {
        case .crash: .crash
        case .crashSoon: .crashBetweenEffects
        case .partition: .partition
        case .mute: .oneWayCut
        case .jump: .clockJump
        case .loseVotes: .lostVotes
        case .restart, .heal, .network: nil
        }
    }
}

extension Cluster {
    /// Plans a fault for a time of the run.
    public mutating func plan(_ fault: Fault, atMilliseconds time: UInt64) {
        agenda.schedule(.fault(fault), at: time * 1_000_000)
    }

    mutating func apply(_ fault: Fault) {
        if let kind = fault.kind { record.faults[kind] += 1 }
        switch fault {
        case .crash(let node): crash(node)
        case .crashSoon(let node): record.crashCountdown[node] = dice.crash.below(40)
        case .restart(let node): restart(node)
        case .partition(let group): partition(group)
        case .mute(let node):
            for other in nodes.indices where other != node {
                network.cut(from: node, to: other, true)
            }
        case .heal: heal()
        case .jump(let node, let milliseconds):
            nodes[node].clock.offsetMilliseconds += milliseconds
        case .loseVotes(let node):
            nodes[node].disk.restoreVotes(of: SimulatedDisk(founding.founded))
        case .network(let faults): network.faults = faults
        }
    }

    private mutating func partition(_ group: [Int]) {
        for one in nodes.indices {
            for other in nodes.indices where group.contains(one) != group.contains(other) {
                network.cut(from: one, to: other, true)
            }
        }
    }

    /// Lifts all cuts; connections that lost bytes in the middle are made anew.
    private mutating func heal() {
        for one in nodes.indices {
            for other in nodes.indices where other < one {
                guard network.isCut(from: one, to: other) || network.isCut(from: other, to: one)
                else { continue }
                if links.connection(one, other) != 0 {
                    cutLink(one, other)
                    deliver(.disconnected(nodes[other].name), to: one)
                    deliver(.disconnected(nodes[one].name), to: other)
                }
                agenda.schedule(.connect(other, one), at: record.now + 100_000_000)
            }
        }
        network.heal()
    }

    /// Whether a planned crash strikes just before this effect.
    mutating func crashes(_ node: Int, before effect: Replica.Effect) -> Bool {
        guard let left = record.crashCountdown[node] else { return false }
        guard left == 0 else {
            record.crashCountdown[node] = left - 1
            return false
        }
        record.crashCountdown[node] = nil
        crash(node)
        agenda.schedule(
            .fault(.restart(node)), at: record.now + dice.crash.below(3_000_000_000))
        return true
    }

    mutating func crash(_ node: Int) {
        guard nodes[node].isUp else { return }
        nodes[node].replica = nil
        nodes[node].life += 1
        // Each environment keeps its order, so what survives of it is a first part.
        let writes = nodes[node].writes.map(\.write)
        nodes[node].writes = []
        for kept in [writes.filter(\.isVote), writes.filter { !$0.isVote }] {
            let count = dice.crash.index(of: kept.count + 1)
            for write in kept.prefix(count) { apply(write, at: node) }
        }
        for other in nodes.indices where other != node && links.connection(node, other) != 0 {
            cutLink(node, other)
            deliverLoss(of: node, to: other)
        }
    }

    mutating func restart(_ node: Int) {
        guard !nodes[node].isUp else { return }
        start(node)
        for other in nodes.indices where other != node {
            agenda.schedule(
                .connect(node, other), at: record.now + 60_000_000 + UInt64(other))
        }
    }

    mutating func start(_ node: Int) {
        nodes[node].start(standing: .voting, guarded: nodes[node].disk.highWater)
        deliver(.started, to: node)
    }
}

extension Dice {
    /// A number between the bound's negative and the bound.
    mutating func symmetric(_ bound: UInt64) -> Int64 {
        Int64(below(2 * bound + 1)) - Int64(bound)
    }
}
