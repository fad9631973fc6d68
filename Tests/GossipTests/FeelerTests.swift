import Gossip
import Primitives
import Testing
import Wire

@Suite("Dials that are tries, and pauses between dials")
struct FeelerTests {
    private static let wall = PlannerTests.wall
    private static let start = PlannerTests.now

    /// A planner that knows a hundred peers, each in a group of its own.
    private static func planner() throws -> ConnectionPlanner {
        var chance = Chance(seed: 1)
        var book = PlannerTests.lone().book
        for index in 0..<100 {
            let ip: [UInt8] = [50, UInt8(index), 1, 1]
            let group = try PlannerTests.place(ip).group
            let address = try #require(BookAddress([4] + ip + [6, 15, 161], group: group))
            book.add(
                GossipNetwork.name(index), at: [address], sequence: 1, source: group, now: wall,
                using: &chance)
        }
        return PlannerTests.lone(saved: SavedPeers(entries: book.saved))
    }

    private static func dials(_ effects: [ConnectionPlanner.Effect]) -> [(PeerName, [[UInt8]])] {
        effects.compactMap { effect in
            guard case .dial(let name, let addresses) = effect else { return nil }
            return (name, addresses)
        }
    }

    private static func connect(
        _ dial: (name: PeerName, addresses: [[UInt8]]), _ planner: inout ConnectionPlanner,
        _ now: Instant
    ) throws -> [ConnectionPlanner.Effect] {
        let place = try #require(NetworkPlace(multiaddr: dial.addresses[0]))
        let connection = ConnectionPlanner.Connection(isOutbound: true, place: place, role: .full)
        return planner.handle(.connected(dial.name, connection), now: now, wall: wall)
    }

    @Test("A18: a node that has its connections tries one address in two minutes, and lets go")
    func feelers() throws {
        var planner = try Self.planner()
        var now = Self.start
        for dial in Self.dials(planner.handle(.started, now: now, wall: Self.wall)) {
            _ = try Self.connect(dial, &planner, now)
        }
        while planner.outboundCount < 8 {
            let dials = Self.dials(planner.handle(.ticked, now: now, wall: Self.wall))
            try #require(!dials.isEmpty)
            for dial in dials { _ = try Self.connect(dial, &planner, now) }
        }
        var tries: [PeerName] = []
        for _ in 0..<1_200 {  // Ten minutes.
            now = now.advanced(milliseconds: 500)
            for dial in Self.dials(planner.handle(.ticked, now: now, wall: Self.wall)) {
                tries.append(dial.0)
                let effects = try Self.connect(dial, &planner, now)
                #expect(effects == [.disconnect(dial.0, .feelerDone)])
                #expect(planner.outboundCount == 8, "a try takes no place")
                _ = planner.handle(.disconnected(dial.0), now: now, wall: Self.wall)
                #expect(planner.book[dial.0]?.isTried == true, "the book knows better now")
            }
        }
        #expect((4...5).contains(tries.count), "\(tries.count) tries in ten minutes")
        #expect(Set(tries).count == tries.count)
    }

    @Test("A17: a peer that does not answer is dialled after 1 s, 2 s, 4 s, up to ten minutes")
    func pauses() throws {
        var chance = Chance(seed: 2)
        var book = PlannerTests.lone().book
        let group = try PlannerTests.place([50, 1, 1, 1]).group
        let address = try #require(BookAddress([4, 50, 1, 1, 1, 6, 15, 161], group: group))
        let name = GossipNetwork.name(1)
        book.add(
            name, at: [address], sequence: 1, source: group, now: Self.wall, using: &chance)
        book.succeeded(name, now: Self.wall)
        var planner = PlannerTests.lone(saved: SavedPeers(entries: book.saved))
        var now = Self.start
        var instants: [UInt64] = []
        _ = planner.handle(.started, now: now, wall: Self.wall)
        _ = planner.handle(.dialFailed(name), now: now, wall: Self.wall)
        for step in 0..<10_000 as Range<UInt64> {  // 5,000 s.
            now = now.advanced(milliseconds: 500)
            for dial in Self.dials(planner.handle(.ticked, now: now, wall: Self.wall)) {
                instants.append(500 * (step + 1))
                _ = planner.handle(.dialFailed(dial.0), now: now, wall: Self.wall)
            }
        }
        let pauses = zip(instants, [0] + instants).map { $0 - $1 }
        for (index, pause) in pauses.enumerated() {
            let least: UInt64 = min(1_000 << UInt64(min(index, 20)), 600_000)
            // Up to a quarter more by chance, and the next tick.
            let most: UInt64 = least + least / 4 + 500
            #expect(pause >= least && pause <= most, "\(index): \(pause) ms")
        }
        #expect(pauses.count >= 12)
    }
}
