/// Something that goes wrong on purpose, or ends.
public enum Fault: Hashable, Sendable {
    // MARK: Processes
    /// The node stops; of its unsynced writes a random first part survives.
    case crash(Int)
    /// The node stops in the middle of carrying out effects, at a random place.
    case crashSoon(Int)
    /// The node stops after carrying out so many more effects, and comes back.
    case crashAfter(Int, effects: UInt64)
    /// The node stops when it has just asked the disk to keep a proposal, and comes back.
    case crashOnProposal(Int)
    case restart(Int)
    /// The node gets the newest program, and starts again with it.
    case upgrade(Int)
    /// The process does nothing for a while, and then everything that waited.
    case pause(Int, milliseconds: UInt64)
    /// The wall clock jumps.
    case jump(Int, milliseconds: Int64)

    // MARK: Links
    /// Nothing passes between the two groups, in either direction.
    case partition([Int])
    /// Nothing that this node sends arrives anywhere.
    case mute(Int)
    /// Nothing passes from the one to the other; the other way is open.
    case cut(from: Int, to: Int)
    /// Nothing reaches or leaves the node.
    case isolate(Int)
    /// What the node sends is held back for a while.
    case clog(Int, milliseconds: UInt64)
    /// All that the node sends and receives takes so much longer; zero ends it.
    case slow(Int, milliseconds: UInt64)
    /// The connection breaks, and is made anew.
    case reset(Int, Int)
    case heal
    case network(NetworkFaults)

    // MARK: Disks
    /// The vote log goes back to what it was when the run began.
    case loseVotes(Int)
    /// Keeps a copy of the node's data.
    case backUp(Int)
    /// The node's data becomes the copy; only the mark beside the key is newer.
    case restoreBackup(Int)
    /// The one's data becomes the other's.
    case clone(from: Int, to: Int)
    /// The node stops; of the first write that does not survive whole, a part does.
    case tearWrite(Int)
    /// One bit changes in a stored block.
    case flipBit(Int)
    /// A stored block lies where another one belongs.
    case misdirectWrite(Int)
    /// The next write fails, which stops the node.
    case failWrite(Int)
    /// All writes fail until there is room again.
    case fillDisk(Int)
    case freeDisk(Int)
    /// Writes take up to so much longer.
    case slowDisk(Int, milliseconds: UInt64)
}

extension Fault {
    /// What it is counted as; the end of a fault is none.
    var kind: FaultKind? {
        switch self {
        case .crash: .crash
        case .crashSoon, .crashAfter, .crashOnProposal: .crashBetweenEffects
        case .pause: .pause
        case .jump: .clockJump
        case .partition, .isolate: .partition
        case .mute, .cut: .oneWayCut
        case .clog: .clog
        case .reset: .connectionReset
        case .loseVotes: .lostVotes
        case .restoreBackup: .oldBackup
        case .clone: .clonedData
        case .tearWrite: .tornWrite
        case .flipBit: .bitFlip
        case .failWrite: .writeError
        case .fillDisk: .fullDisk
        case .misdirectWrite: .misdirectedWrite
        case .upgrade: .mixedVersions
        case .slowDisk(_, let milliseconds): milliseconds > 0 ? .slowDisk : nil
        case .slow(_, let milliseconds): milliseconds > 0 ? .slowPeer : nil
        case .restart, .heal, .network, .backUp, .freeDisk: nil
        }
    }
}
