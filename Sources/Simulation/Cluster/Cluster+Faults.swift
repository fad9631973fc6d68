import Consensus
import Primitives
import Replica

extension Cluster {
    /// Plans a fault for a time of the run.
    public mutating func plan(_ fault: Fault, atMilliseconds time: UInt64) {
        agenda.schedule(.fault(fault), at: time * 1_000_000)
    }

    mutating func apply(_ fault: Fault) {
        if let kind = fault.kind { record.faults[kind] += 1 }
        switch fault {
        case .crash(let node): crash(node)
        case .crashSoon(let node): plan(node, .after(dice.crash.below(40)))
        case .crashAfter(let node, let effects): plan(node, .after(effects))
        case .crashOnProposal(let node): plan(node, .onProposal)
        case .restart(let node): restart(node)
        case .upgrade(let node): upgrade(node)
        case .pause(let node, let milliseconds):
            pause(node, milliseconds: milliseconds)
        case .jump(let node, let milliseconds):
            nodes[node].clock.offsetMilliseconds += milliseconds
        case .partition(let group): partition(group)
        case .mute(let node):
            for other in nodes.indices where other != node {
                network.cut(from: node, to: other, true)
            }
        case .cut(let one, let other): network.cut(from: one, to: other, true)
        case .isolate(let node): partition([node])
        case .clog(let node, let milliseconds):
            network.clog(node, until: record.now + milliseconds * 1_000_000)
        case .slow(let node, let milliseconds): network.slow(node, milliseconds: milliseconds)
        case .reset(let one, let other): reset(one, other)
        case .heal: heal()
        case .network(let faults): network.faults = faults
        case .loseVotes, .backUp, .restoreBackup, .clone, .tearWrite, .flipBit, .misdirectWrite,
            .failWrite, .fillDisk, .freeDisk, .slowDisk:
            applyToDisk(fault)
        }
    }

    /// A process stands still; what happens to it meanwhile waits in its order.
    private mutating func pause(_ node: Int, milliseconds: UInt64) {
        let end = max(nodes[node].pauseEndsAt, record.now + milliseconds * 1_000_000)
        nodes[node].pauseEndsAt = end
        agenda.schedule(.resume(node), at: end)
    }

    /// Ends the pause of a process, now.
    mutating func resume(_ node: Int) {
        nodes[node].pauseEndsAt = 0
        let stalled = nodes[node].stalled
        nodes[node].stalled = []
        for happening in stalled { agenda.schedule(happening, at: record.now) }
    }

    private mutating func plan(_ node: Int, _ crash: SimulatedNode.PlannedCrash) {
        if nodes[node].isUp { nodes[node].plannedCrash = crash }
    }

    private mutating func partition(_ group: [Int]) {
        for one in nodes.indices {
            for other in nodes.indices where group.contains(one) != group.contains(other) {
                network.cut(from: one, to: other, true)
            }
        }
    }

    /// A connection breaks; what was under way on it is lost.
    mutating func reset(_ one: Int, _ other: Int) {
        guard links.connection(one, other) != 0 else { return }
        cutLink(one, other)
        deliverLoss(of: one, to: other)
        deliverLoss(of: other, to: one)
        agenda.schedule(.connect(one, other), at: record.now + 100_000_000)
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
        switch nodes[node].plannedCrash {
        case nil: return false
        case .after(0): break
        case .after(let left):
            nodes[node].plannedCrash = .after(left - 1)
            return false
        case .onProposal:
            guard let last = nodes[node].writes.last?.write, last.isProposal else { return false }
        }
        nodes[node].plannedCrash = nil
        crash(node)
        agenda.schedule(
            .fault(.restart(node)), at: record.now + dice.crash.below(3_000_000_000))
        return true
    }
}

extension Dice {
    /// A number between the bound's negative and the bound.
    mutating func symmetric(_ bound: UInt64) -> Int64 {
        Int64(below(2 * bound + 1)) - Int64(bound)
    }
}
