import Gossip
import Primitives
import Wire

/// Connection planners whose dials succeed when the other node is up.
struct PlannerNetwork {
    struct Node {
        var planner: ConnectionPlanner
        let signer: SigningKey
        let address: [UInt8]
        var isUp = true
        var record: SignedPeerRecord {
            SignedPeerRecord(signing: [address], sequence: 1, with: signer, scheme: .simulated)
        }
        var name: PeerName { PeerName(signer.publicKey) }
    }

    var nodes: [Node] = []
    var indexOf: [PeerName: Int] = [:]
    var pairs: Set<[Int]> = []
    var now = Instant(1_000_000_000)
    var wall = Timestamp(1_800_000_000_000)
    var disconnections: [ConnectionPlanner.Reason] = []

    /// Addresses lie in groups of their own unless `isLocal`.
    init(
        count: Int, seed: UInt64, isLocal: Bool = false, limits: ConnectionPlanner.Limits = .init()
    ) {
        var limits = limits
        limits.acceptsLoopback = isLocal
        for index in 0..<count {
            var seedBytes = FixedBytes<32>()
            (seedBytes[0], seedBytes[1]) = (UInt8(index & 255), UInt8(index >> 8))
            seedBytes[2] = UInt8(truncatingIfNeeded: seed)
            let signer = SigningKey(seed: seedBytes)
            let ip: [UInt8] =
                isLocal ? [127, 0, 0, 1] : [30, UInt8(index & 255), UInt8(index >> 8), 1]
            let planner = ConnectionPlanner(
                own: PeerName(signer.publicKey), key: seedBytes, limits: limits,
                scheme: .simulated, chance: Chance(seed: seed &* 1_000 &+ UInt64(index)))
            let port = 4_000 + index
            let address = [4] + ip + [6, UInt8(port >> 8), UInt8(port & 255)]
            nodes.append(Node(planner: planner, signer: signer, address: address))
            indexOf[PeerName(signer.publicKey)] = index
        }
    }

    mutating func start(bootstrap: Int) {
        let peer = BootstrapList.Peer(
            name: nodes[bootstrap].name, address: nodes[bootstrap].address)
        for index in nodes.indices {
            handle(.started, at: index)
            if index != bootstrap { handle(.bootstrap([peer]), at: index) }
        }
    }

    mutating func run(milliseconds: UInt64) {
        let end = now.advanced(milliseconds: milliseconds)
        while now < end {
            now = now.advanced(milliseconds: ConnectionPlanner.tickMilliseconds)
            wall = wall.adding(ConnectionPlanner.tickMilliseconds)
            for index in nodes.indices where nodes[index].isUp { handle(.ticked, at: index) }
        }
    }

    mutating func handle(_ event: ConnectionPlanner.Event, at index: Int) {
        for effect in nodes[index].planner.handle(event, now: now, wall: wall) {
            switch effect {
            case .dial(let name, let addresses): dial(name, addresses, from: index)
            case .disconnect(let name, let reason):
                disconnections.append(reason)
                if let other = indexOf[name] { disconnect(index, other) }
            case .send(let name, let bytes):
                guard let other = indexOf[name], pairs.contains([index, other].sorted()) else {
                    continue
                }
                handle(.received(nodes[index].name, bytes), at: other)
            case .save, .armTick: continue
            }
        }
    }

    private mutating func dial(_ name: PeerName, _ addresses: [[UInt8]], from index: Int) {
        guard let other = indexOf[name], nodes[other].isUp, other != index,
            addresses.contains(nodes[other].address)
        else {
            handle(.dialFailed(name), at: index)
            return
        }
        guard pairs.insert([index, other].sorted()).inserted else {
            handle(.dialFailed(name), at: index)
            return
        }
        open(index, other, isOutbound: true)
        open(other, index, isOutbound: false)
        for (one, two) in [(index, other), (other, index)]
        where pairs.contains([index, other].sorted()) {
            handle(.identified(nodes[two].name, nodes[two].record), at: one)
        }
    }

    private mutating func open(_ index: Int, _ other: Int, isOutbound: Bool) {
        guard pairs.contains([index, other].sorted()),
            let place = NetworkPlace(multiaddr: nodes[other].address)
        else { return }
        let connection = ConnectionPlanner.Connection(
            isOutbound: isOutbound, place: place, role: .full)
        handle(.connected(nodes[other].name, connection), at: index)
    }

    mutating func disconnect(_ one: Int, _ other: Int) {
        guard pairs.remove([one, other].sorted()) != nil else { return }
        handle(.disconnected(nodes[other].name), at: one)
        handle(.disconnected(nodes[one].name), at: other)
    }

    mutating func stop(_ index: Int) {
        nodes[index].isUp = false
        for other in nodes.indices where other != index { disconnect(index, other) }
    }

    func degree(_ index: Int) -> Int { pairs.count { $0.contains(index) } }

    /// Whether every node that is up can reach every other along connections.
    var isConnected: Bool {
        guard let first = nodes.indices.first(where: { nodes[$0].isUp }) else { return true }
        var reached: Set<Int> = [first]
        var open = [first]
        while let index = open.popLast() {
            for other in nodes.indices
            where pairs.contains([index, other].sorted()) && reached.insert(other).inserted {
                open.append(other)
            }
        }
        return nodes.indices.allSatisfy { !nodes[$0].isUp || reached.contains($0) }
    }
}
