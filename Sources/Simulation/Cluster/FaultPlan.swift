/// What goes wrong in a campaign, and when: drawn before the run begins.
struct FaultPlan {
    struct Entry {
        let milliseconds: UInt64
        let fault: Fault
    }

    /// The first block or two come undisturbed.
    private static let quietMilliseconds: UInt64 = 1_500

    private let scenario: Scenario
    private let size: Campaign.Size
    private(set) var entries: [Entry] = []
    private var down: [(node: Int, until: UInt64)] = []
    /// Weight that cannot vote any more in its epoch, traitors included.
    private var silenced: UInt64

    init(_ scenario: Scenario, _ size: Campaign.Size) {
        self.scenario = scenario
        self.size = size
        let lost =
            Array(scenario.traitors.keys) + Array(scenario.twins.values)
            + Array(scenario.lyingDisks) + Array(scenario.protocolNumbers.keys)
        silenced = lost.filter { $0 < scenario.weights.count }.reduce(0) {
            $0 + scenario.weights[$1]
        }
        // Followers that become validators weigh one each.
        if scenario.changesValidators { silenced += UInt64(scenario.followerCount) }
    }

    mutating func draw(_ dice: inout Dice) {
        for node in scenario.protocolNumbers.keys.sorted() {
            add(2_000 + dice.below(size.safetyMilliseconds), .upgrade(node))
        }
        for (twin, owner) in scenario.twins.sorted(by: { $0.key < $1.key })
        where dice.below(2) == 0 {
            // Not from the start, but from a copy of the other's data.
            let time = Self.quietMilliseconds + dice.below(size.safetyMilliseconds)
            add(1, .crash(twin))
            add(time, .clone(from: owner, to: twin))
            add(time + 50, .restart(twin))
        }
        var time = Self.quietMilliseconds
        while true {
            time += 200 + dice.below(min(4_000, size.safetyMilliseconds / 4))
            guard time < size.safetyMilliseconds else { break }
            let over = time + 100 + dice.below(size.longestMilliseconds - 600)
            let node = dice.index(of: scenario.nodeCount)
            switch dice.below(4) {
            case 0: disturbProcess(node, time, over, &dice)
            case 1: disturbLinks(node, time, over, &dice)
            case 2: disturbDisk(node, time, over, &dice)
            default: crash(node, time, over, &dice)
            }
        }
    }

    private mutating func add(_ time: UInt64, _ fault: Fault) {
        entries.append(Entry(milliseconds: time, fault: fault))
    }

    private mutating func crash(
        _ node: Int, _ time: UInt64, _ over: UInt64, _ dice: inout Dice
    ) {
        switch dice.below(8) {
        case 0...3: add(time, .crashSoon(node))
        case 4: add(time, .crashOnProposal(node))
        case 5...6:
            guard take(down: node, time, over) else { return }
            add(time, .crash(node))
            add(over, .restart(node))
        default:
            // All at once, and back again.
            for node in 0..<scenario.nodeCount {
                add(time, .crash(node))
                add(time + 500 + dice.below(1_000), .restart(node))
            }
        }
    }

    private mutating func disturbProcess(
        _ node: Int, _ time: UInt64, _ over: UInt64, _ dice: inout Dice
    ) {
        switch dice.below(5) {
        case 0...1: add(time, .pause(node, milliseconds: over - time))
        case 2:
            // A process that stands still for up to a minute.
            let rest = size.safetyMilliseconds + size.longestMilliseconds - time
            add(time, .pause(node, milliseconds: 100 + dice.below(min(60_000, rest) - 100)))
        case 3:
            // A clock so far off that its owner's votes come to nothing.
            guard silence(node) else { return }
            add(time, .jump(node, milliseconds: dice.symmetric(10_000)))
        default: add(time, .jump(node, milliseconds: dice.symmetric(400)))
        }
    }

    private mutating func disturbLinks(
        _ node: Int, _ time: UInt64, _ over: UInt64, _ dice: inout Dice
    ) {
        let other = (node + 1 + dice.index(of: scenario.nodeCount - 1)) % scenario.nodeCount
        switch dice.below(7) {
        case 0:
            add(time, .partition((0..<scenario.nodeCount).filter { _ in dice.below(2) == 0 }))
        case 1: add(time, .mute(node))
        case 2: add(time, .cut(from: node, to: other))
        case 3: return add(time, .clog(node, milliseconds: min(5_000, over - time)))
        case 4: return add(time, .reset(node, other))
        case 5:
            add(time, .slow(node, milliseconds: 50 + dice.below(2_000)))
            return add(over, .slow(node, milliseconds: 0))
        default: add(time, .isolate(node))
        }
        add(over, .heal)
    }

    private mutating func disturbDisk(
        _ node: Int, _ time: UInt64, _ over: UInt64, _ dice: inout Dice
    ) {
        switch dice.below(8) {
        case 0:
            guard take(down: node, time, over) else { return }
            add(time, .tearWrite(node))
            add(over, .restart(node))
        case 1: add(time, .failWrite(node))
        case 2:
            guard take(down: node, time, over) else { return }
            add(time, .fillDisk(node))
            add(over, .freeDisk(node))
        case 3:
            add(time, .slowDisk(node, milliseconds: 1 + dice.below(1_000)))
            add(over, .slowDisk(node, milliseconds: 0))
        case 4: add(time, .flipBit(node))
        case 5: add(time, .misdirectWrite(node))
        case 6:
            guard silence(node), take(down: node, time, over) else { return }
            add(time, .crash(node))
            add(time + 50, .loseVotes(node))
            add(over, .restart(node))
        default:
            guard time > 1_000, silence(node), take(down: node, time, over) else { return }
            add(time - 1_000, .backUp(node))
            add(time, .crash(node))
            add(time + 50, .restoreBackup(node))
            add(over, .restart(node))
        }
    }

    /// Whether a node may be taken down for a while: one thing at a time.
    private mutating func take(down node: Int, _ time: UInt64, _ over: UInt64) -> Bool {
        guard !down.contains(where: { $0.node == node && $0.until >= time }) else { return false }
        down.append((node, over))
        return true
    }

    /// Whether the network can do without a node's votes for the rest of the epoch.
    private mutating func silence(_ node: Int) -> Bool {
        guard node < scenario.weights.count else { return true }
        let weight = scenario.weights[node]
        guard scenario.traitors[node] == nil,
            3 * (silenced + weight) < scenario.weights.reduce(0, +)
        else { return false }
        silenced += weight
        return true
    }
}
