import Chain
import Consensus
import Primitives
import Replica

/// Processes that end and begin, and what their disks keep.
extension Cluster {
    mutating func applyToDisk(_ fault: Fault) {
        switch fault {
        case .loseVotes(let node):
            nodes[node].disk.restoreVotes(of: SimulatedDisk(founding.founded))
            nodes[node].hasLostVotes = true
        case .backUp(let node): nodes[node].backup = nodes[node].disk
        case .restoreBackup(let node):
            guard !nodes[node].isUp, let backup = nodes[node].backup else { return }
            nodes[node].disk.restore(backup)
            nodes[node].hasLostVotes = true
        case .clone(let one, let other):
            guard !nodes[other].isUp else { return }
            nodes[other].disk = nodes[one].disk
            nodes[other].isCopy = true
            record.show(.copied(from: one, to: other))
        case .tearWrite(let node): crash(node, isTorn: true)
        case .flipBit(let node):
            if nodes[node].disk.flipBit(&dice.disk) { record.damaged.insert(node) }
        case .misdirectWrite(let node):
            if nodes[node].disk.misdirect(&dice.disk) { record.damaged.insert(node) }
        case .failWrite(let node): nodes[node].failsNextWrite = true
        case .fillDisk(let node): nodes[node].isDiskFull = true
        case .freeDisk(let node):
            nodes[node].isDiskFull = false
            restart(node)
        case .slowDisk(let node, let milliseconds):
            nodes[node].slownessMicroseconds = milliseconds * 1_000
        case .crash, .crashSoon, .crashAfter, .crashOnProposal, .restart, .upgrade, .pause, .jump,
            .partition, .mute, .cut, .isolate, .clog, .slow, .reset, .heal, .network:
            preconditionFailure("\(fault) is no fault of a disk")
        }
    }

    /// Whether the disk takes a write; a node whose disk does not stops, as the real one does.
    mutating func takesWrite(_ node: Int) -> Bool {
        guard nodes[node].failsNextWrite || nodes[node].isDiskFull else { return true }
        nodes[node].failsNextWrite = false
        crash(node)
        if !nodes[node].isDiskFull {
            agenda.schedule(.fault(.restart(node)), at: record.now + 500_000_000)
        }
        return false
    }

    mutating func crash(_ node: Int, isTorn: Bool = false) {
        guard nodes[node].isUp else { return }
        nodes[node].replica = nil
        nodes[node].plannedCrash = nil
        nodes[node].life += 1
        // Each environment keeps its order, so what survives of it is a first part.
        let writes = nodes[node].writes.map(\.write)
        nodes[node].writes = []
        for kept in [writes.filter(\.isVote), writes.filter { !$0.isVote }] {
            let count = dice.crash.index(of: kept.count + 1)
            for write in kept.prefix(count) { apply(write, at: node) }
            record.faults[.lostWrites] += UInt64(kept.count - count)
            if isTorn, count < kept.count, let part = kept[count].torn(&dice.crash) {
                apply(part, at: node)
            }
        }
        loseWhatWasCalledKept(node)
        record.show(.crashed(node))
        for other in nodes.indices where other != node && links.connection(node, other) != 0 {
            cutLink(node, other)
            deliverLoss(of: node, to: other)
        }
    }

    /// A disk that lies has what it really kept, or all of it when the power held for long enough.
    private mutating func loseWhatWasCalledKept(_ node: Int) {
        guard let kept = nodes[node].kept, dice.disk.below(2) == 0 else { return }
        record.faults[.lyingSync] += 1
        nodes[node].disk = kept
    }

    /// What a disk that lies has really kept: now and then, all.
    mutating func syncInTruth(_ node: Int) {
        guard scenario.lyingDisks.contains(node) else { return }
        if nodes[node].kept == nil || dice.disk.below(16) == 0 {
            nodes[node].kept = nodes[node].disk
        }
    }

    mutating func upgrade(_ node: Int) {
        guard nodes[node].configuration.protocolNumber < ChainState.protocolNumber else { return }
        crash(node)
        nodes[node].configuration.protocolNumber = ChainState.protocolNumber
        restart(node)
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
        // A vote log that came from another machine listens for its own key first (rule C45).
        let standing: Simplex.Standing =
            nodes[node].isCopy ? .listening(views: Self.listeningViewCount) : .voting
        nodes[node].start(standing: standing, guarded: nodes[node].disk.highWater)
        deliver(.started, to: node)
    }

    /// As `Node` has it.
    private static let listeningViewCount: UInt64 = 20
}
