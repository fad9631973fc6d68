import Gossip
import Primitives
import Testing
import Wire

@Suite("Connections")
struct PlannerTests {
    @Test(
        "Ten nodes that know one address are all at their target within ten seconds",
        arguments: [true, false])
    func tenNodes(isLocal: Bool) {
        var network = PlannerNetwork(count: 10, seed: 1, isLocal: isLocal)
        network.start(bootstrap: 0)
        network.run(milliseconds: 10_000)
        for index in network.nodes.indices {
            #expect(network.nodes[index].planner.isAtTarget(wall: network.wall), "node \(index)")
            #expect(network.degree(index) >= 8, "node \(index)")
        }
        #expect(network.isConnected)
    }

    @Test("A node that is cut off and comes back is connected again without help")
    func heal() {
        var network = PlannerNetwork(count: 10, seed: 2)
        network.start(bootstrap: 0)
        network.run(milliseconds: 10_000)
        network.stop(0)
        network.run(milliseconds: 60_000)
        #expect(network.degree(0) == 0)
        #expect(network.isConnected, "the others do not need the bootstrap node")
        network.nodes[0].isUp = true
        network.run(milliseconds: 30_000)
        #expect(network.degree(0) >= 3)
    }

    @Test("Forty nodes from one address make one network, nearly all at their target")
    func fortyNodes() {
        var network = PlannerNetwork(count: 40, seed: 3)
        network.start(bootstrap: 0)
        network.run(milliseconds: 20_000)
        #expect(network.isConnected)
        let atTarget = network.nodes.count { $0.planner.outboundCount >= 8 }
        #expect(atTarget >= 36, "\(atTarget) at their target")
        #expect(!network.disconnections.contains(.unsolicited))
    }

    static func lone(
        limits: ConnectionPlanner.Limits = .init(), saved: SavedPeers = SavedPeers()
    ) -> ConnectionPlanner {
        ConnectionPlanner(
            own: GossipNetwork.name(999), key: FixedBytes(repeating: 3), limits: limits,
            restoring: saved, scheme: .simulated, chance: Chance(seed: 5))
    }

    static let now = Instant(5_000_000_000)
    static let wall = Timestamp(1_800_000_000_000)

    static func place(_ ip: [UInt8]) throws -> NetworkPlace { try #require(NetworkPlace(ip: ip)) }

    static func inbound(_ ip: [UInt8], role: PeerLink.Role = .full) throws
        -> ConnectionPlanner.Connection
    {
        ConnectionPlanner.Connection(isOutbound: false, place: try place(ip), role: role)
    }

    @Test("Attack 70: outbound connections go to different groups, whatever fills the book")
    func eclipse() throws {
        var planner = Self.lone()
        var chance = Chance(seed: 1)
        var book = planner.book
        // One attacker's group names five thousand peers of its own; eight honest ones are known.
        let attacker = try Self.place([66, 66, 1, 1]).group
        for index in 0..<5_000 {
            let ip: [UInt8] = [66, 66, UInt8(index >> 8), UInt8(index & 255)]
            let address = try #require(BookAddress([4] + ip + [6, 15, 161], group: attacker))
            book.add(
                GossipNetwork.name(2_000 + index), at: [address], sequence: 1, source: attacker,
                now: Self.wall, using: &chance)
        }
        #expect(book.count <= 16 * 64, "one source reaches sixteen buckets")
        for index in 0..<8 {
            let ip: [UInt8] = [50, UInt8(index), 1, 1]
            let group = try Self.place(ip).group
            let address = try #require(BookAddress([4] + ip + [6, 15, 161], group: group))
            book.add(
                GossipNetwork.name(index), at: [address], sequence: 1, source: group,
                now: Self.wall, using: &chance)
        }
        planner = Self.lone(saved: SavedPeers(entries: book.saved))
        var dialled: [PeerName] = []
        var effects = planner.handle(.started, now: Self.now, wall: Self.wall)
        while !effects.isEmpty {
            var next: [ConnectionPlanner.Effect] = []
            for case .dial(let name, let addresses) in effects {
                dialled.append(name)
                let place = try #require(NetworkPlace(multiaddr: addresses[0]))
                let connection = ConnectionPlanner.Connection(
                    isOutbound: true, place: place, role: .full)
                _ = planner.handle(.connected(name, connection), now: Self.now, wall: Self.wall)
                next += planner.handle(.ticked, now: Self.now, wall: Self.wall)
            }
            effects = next.filter { if case .dial = $0 { true } else { false } }
        }
        let hostile = dialled.count { GossipNetwork.index($0) >= 2_000 }
        #expect(dialled.count == 8)
        #expect(hostile <= 1)
    }

    @Test("Attack 70: the outbound peers of longest standing are dialled first after a restart")
    func anchors() throws {
        var network = PlannerNetwork(count: 10, seed: 4)
        network.start(bootstrap: 0)
        network.run(milliseconds: 10_000)
        let saved = network.nodes[5].planner.saved
        #expect(!saved.anchors.isEmpty && saved.anchors.count <= 4)
        let bytes = saved.wire
        let restored = try SavedPeers(wire: bytes)
        #expect(restored == saved)
        var limits = ConnectionPlanner.Limits()
        limits.outbound = 4
        var planner = ConnectionPlanner(
            own: network.nodes[5].name, key: FixedBytes(repeating: 5), limits: limits,
            restoring: restored, scheme: .simulated, chance: Chance(seed: 1))
        let effects = planner.handle(.started, now: network.now, wall: network.wall)
        let dialled = effects.compactMap { effect -> PeerName? in
            if case .dial(let name, _) = effect { name } else { nil }
        }
        #expect(Array(dialled.prefix(saved.anchors.count)) == saved.anchors)
    }

    @Test("Attack 70: while no block comes, two more peers are looked for")
    func stall() {
        var network = PlannerNetwork(count: 30, seed: 4)
        network.start(bootstrap: 0)
        network.run(milliseconds: 30_000)
        let before = network.nodes[3].planner.outboundCount
        #expect(before == 8)
        network.handle(.stalled(true), at: 3)
        network.run(milliseconds: 5_000)
        let planner = network.nodes[3].planner
        let left = planner.book.saved.count { entry in
            !planner.peers.contains { $0.name == entry.name }
        }
        #expect(planner.outboundCount == before + 2, "\(left) peers were left to dial")
    }

    @Test("A full node gives up the youngest peer of the largest group, not the useful ones")
    func eviction() throws {
        var limits = ConnectionPlanner.Limits()
        limits.inbound = 40
        limits.perHost = 100
        var planner = Self.lone(limits: limits)
        var time = Self.now
        for index in 0..<20 {
            let connection = try Self.inbound([50, UInt8(index), 1, 1])
            let name = GossipNetwork.name(index)
            _ = planner.handle(.connected(name, connection), now: time, wall: Self.wall)
            _ = planner.handle(
                .helped(name, .ping(milliseconds: 5 + UInt64(index))), now: time, wall: Self.wall)
            time = time.advanced(milliseconds: 1_000)
        }
        var evicted: [PeerName] = []
        for index in 100..<200 {
            let connection = try Self.inbound([66, 66, 1, UInt8(index)])
            let effects = planner.handle(
                .connected(GossipNetwork.name(index), connection), now: time, wall: Self.wall)
            for case .disconnect(let name, .evicted) in effects { evicted.append(name) }
            time = time.advanced(milliseconds: 1_000)
        }
        #expect(evicted.count == 80)
        #expect(evicted.allSatisfy { GossipNetwork.index($0) >= 100 })
        #expect(planner.peers.count == 40)
    }

    @Test("Light peers have places of their own, and cannot take those of full nodes")
    func lightPeers() throws {
        var limits = ConnectionPlanner.Limits()
        limits.light = 10
        var planner = Self.lone(limits: limits)
        var refused = 0
        for index in 0..<50 {
            let connection = try Self.inbound([50, UInt8(index), 1, 1], role: .light)
            let effects = planner.handle(
                .connected(GossipNetwork.name(index), connection), now: Self.now, wall: Self.wall)
            refused += effects.count { if case .disconnect(_, .full) = $0 { true } else { false } }
        }
        #expect(refused == 40)
        let connection = try Self.inbound([60, 1, 1, 1])
        let effects = planner.handle(
            .connected(GossipNetwork.name(100), connection), now: Self.now, wall: Self.wall)
        #expect(effects.count == 1, "a full node is let in, and asked for peers")
    }

    @Test("One host gets eight places, loopback is not counted")
    func perHost() throws {
        var planner = Self.lone()
        for index in 0..<8 {
            let place = try Self.inbound([50, 1, 1, 1])
            _ = planner.handle(
                .connected(GossipNetwork.name(index), place), now: Self.now, wall: Self.wall)
        }
        #expect(!planner.admits(try Self.place([50, 1, 1, 1])))
        #expect(planner.admits(try Self.place([50, 1, 1, 2])))
        #expect(planner.admits(try Self.place([127, 0, 0, 1])))
    }

    @Test("A banned peer is cut off, not let in, not dialled, and free again when the ban ends")
    func bans() throws {
        var planner = Self.lone()
        let name = GossipNetwork.name(1)
        let connection = try Self.inbound([50, 1, 1, 1])
        _ = planner.handle(.connected(name, connection), now: Self.now, wall: Self.wall)
        let cut = planner.handle(.faulted(name, .major), now: Self.now, wall: Self.wall)
        #expect(cut.first == .disconnect(name, .banned))
        _ = planner.handle(.disconnected(name), now: Self.now, wall: Self.wall)
        let again = planner.handle(.connected(name, connection), now: Self.now, wall: Self.wall)
        #expect(again == [.disconnect(name, .banned)])
        let later = Self.wall.adding(3_600_001)
        _ = planner.handle(.ticked, now: Self.now, wall: later)
        #expect(planner.bans.bans.isEmpty)
        let free = planner.handle(.connected(name, connection), now: Self.now, wall: later)
        #expect(!free.contains(.disconnect(name, .banned)))
    }

    @Test("Attack 62: endless banned addresses leave a bounded list, and one host is banned whole")
    func banFlood() throws {
        var bans = BanList()
        for index in 0..<10_000 {
            let ip: [UInt8] =
                [0x20, 1, 0, 1, 0, 0, 0, 0] + [UInt8](repeating: UInt8(index & 255), count: 8)
            let place = try #require(NetworkPlace(ip: ip))
            bans.ban(
                GossipNetwork.name(index), host: place.host,
                until: Self.wall.adding(UInt64(index)))
        }
        #expect(bans.bans.count == BanList.limit)
        let host = try #require(
            NetworkPlace(ip: [0x20, 1, 0, 1] + [UInt8](repeating: 0, count: 12)))
        #expect(bans.isBanned(host: host.host))
        #expect(try BanList(wire: bans.wire) == bans)
        bans.expire(now: Self.wall.adding(20_000))
        #expect(bans.bans.isEmpty && !bans.isBanned(host: host.host))
    }

    @Test("A connection that gave way to another of its peer does not lengthen the wait for him")
    func replaced() throws {
        var planner = Self.lone()
        let name = GossipNetwork.name(1)
        _ = planner.handle(
            .commanded(.add(name, address: [4, 50, 1, 1, 1, 6, 15, 161])), now: Self.now,
            wall: Self.wall)
        _ = planner.handle(
            .connected(name, try Self.inbound([50, 1, 1, 1])), now: Self.now, wall: Self.wall)
        for _ in 0..<8 {
            _ = planner.handle(.replaced(name), now: Self.now, wall: Self.wall)
            #expect(!planner.holds(name))
            _ = planner.handle(
                .connected(name, try Self.inbound([50, 1, 1, 1])), now: Self.now, wall: Self.wall)
            #expect(planner.holds(name))
        }
        _ = planner.handle(.dialEnded(name), now: Self.now, wall: Self.wall)
        _ = planner.handle(.disconnected(name), now: Self.now, wall: Self.wall)
        var dialledAfter: UInt64?
        for half in 1...60 where dialledAfter == nil {
            let time = Self.now.advanced(milliseconds: UInt64(half) * 500)
            for case .dial in planner.handle(.ticked, now: time, wall: Self.wall) {
                dialledAfter = UInt64(half) * 500
            }
        }
        #expect(try #require(dialledAfter) <= 2_000, "one second, a quarter more, and a tick")
    }

    @Test("A peer that the operator added is dialled again and again, and never banned by itself")
    func wishes() {
        var planner = Self.lone()
        let name = GossipNetwork.name(1)
        let address: [UInt8] = [4, 50, 1, 1, 1, 6, 15, 161]
        var time = Self.now
        var dials = planner.handle(
            .commanded(.add(name, address: address)), now: time, wall: Self.wall
        ).count { if case .dial = $0 { true } else { false } }
        #expect(dials == 1)
        _ = planner.handle(.dialFailed(name), now: time, wall: Self.wall)
        for _ in 0..<600 {
            time = time.advanced(milliseconds: 500)
            for case .dial in planner.handle(.ticked, now: time, wall: Self.wall) {
                dials += 1
                _ = planner.handle(.dialFailed(name), now: time, wall: Self.wall)
            }
        }
        #expect(dials >= 9, "300 s with at most 30 s and a quarter between two")
        #expect(dials <= 20, "with growing pauses")
        _ = planner.handle(.faulted(name, .grave), now: time, wall: Self.wall)
        #expect(planner.bans.bans.isEmpty)
    }

    @Test("Attack 65: records that peers invent are not passed on, and answers are limited")
    func inventions() throws {
        var network = PlannerNetwork(count: 3, seed: 6)
        network.start(bootstrap: 0)
        network.run(milliseconds: 3_000)
        let liar = network.nodes[1].name
        let invented = (0..<64).map { index -> [UInt8] in
            let key = SigningKey(seed: FixedBytes(repeating: UInt8(100 + index)))
            let address: [UInt8] = [4, 77, UInt8(index), 1, 1, 6, 15, 161]
            return SignedPeerRecord(signing: [address], sequence: 1, with: key, scheme: .simulated)
                .envelope
        }
        // Node 2 asks node 1, which answers with peers that nobody was ever connected to.
        let wall = network.wall
        for _ in 0..<10 { network.handle(.ticked, at: 2) }
        let before = network.nodes[2].planner.book.count
        network.handle(
            .recommended(
                invented.compactMap { SignedPeerRecord(envelope: $0) }, from: liar), at: 2)
        #expect(network.nodes[2].planner.book.count > before)
        var answers: [ExchangeMessage] = []
        for _ in 0..<100 {
            let effects = network.nodes[2].planner.handle(
                .received(network.nodes[0].name, ExchangeMessage.request.wire), now: network.now,
                wall: wall)
            for case .send(_, let bytes) in effects {
                answers.append(try ExchangeMessage(wire: bytes))
            }
        }
        #expect(answers.count <= 10)
        for case .answer(let records) in answers {
            #expect(Set(records).isDisjoint(with: invented))
        }
    }

    @Test("An answer that nobody asked for ends the connection")
    func unsolicited() throws {
        var planner = Self.lone()
        let name = GossipNetwork.name(1)
        let connection = try Self.inbound([50, 1, 1, 1], role: .light)
        _ = planner.handle(.connected(name, connection), now: Self.now, wall: Self.wall)
        let effects = planner.handle(
            .received(name, ExchangeMessage.answer([]).wire), now: Self.now, wall: Self.wall)
        #expect(effects == [.disconnect(name, .unsolicited)])
        let malformed = planner.handle(
            .received(name, [0xff]), now: Self.now, wall: Self.wall)
        #expect(malformed == [.disconnect(name, .malformed)])
    }
}
