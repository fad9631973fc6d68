import Gossip
import Primitives
import Testing
import Wire

@Suite("Peers that have not said what they are, and first contacts")
struct NewcomerTests {
    typealias Planner = ConnectionPlanner

    static let now = PlannerTests.now
    static let wall = PlannerTests.wall

    static func newcomer(_ index: Int, isOutbound: Bool = false) throws -> Planner.Connection {
        let ip: [UInt8] = [50, UInt8(index & 255), UInt8(index >> 8), 1]
        return Planner.Connection(
            isOutbound: isOutbound, place: try PlannerTests.place(ip), role: nil)
    }

    @Test("Attack 68: newcomers have 32 places, and the one of longest silence goes first")
    func places() throws {
        var planner = PlannerTests.lone()
        var evicted: [PeerName] = []
        for index in 0..<40 {
            let effects = planner.handle(
                .connected(GossipNetwork.name(index), try Self.newcomer(index)),
                now: Self.now.advanced(milliseconds: UInt64(index)), wall: Self.wall)
            for case .disconnect(let name, .evicted) in effects { evicted.append(name) }
        }
        #expect(evicted == (0..<8).map { GossipNetwork.name($0) })
        #expect(planner.peers.count == 32)
        let late = Self.now.advanced(milliseconds: 10_020)
        let silent = planner.handle(.ticked, now: late, wall: Self.wall).compactMap { effect in
            if case .disconnect(let name, .silent) = effect { name } else { nil }
        }
        #expect(Set(silent) == Set((8...20).map { GossipNetwork.name($0) }))
    }

    @Test("A newcomer that says what it is moves to a place of that kind, if there is one")
    func classes() throws {
        var limits = Planner.Limits()
        (limits.light, limits.inbound) = (1, 1)
        var planner = PlannerTests.lone(limits: limits)
        for index in 0..<4 {
            _ = planner.handle(
                .connected(GossipNetwork.name(index), try Self.newcomer(index)), now: Self.now,
                wall: Self.wall)
        }
        func classify(_ index: Int, _ role: PeerLink.Role) -> [Planner.Effect] {
            planner.handle(
                .classified(GossipNetwork.name(index), role), now: Self.now, wall: Self.wall)
        }
        #expect(classify(0, .light) == [])
        #expect(classify(1, .light) == [.disconnect(GossipNetwork.name(1), .full)])
        #expect(classify(0, .full) == [], "what it said once holds")
        let asked = Planner.Effect.send(GossipNetwork.name(2), ExchangeMessage.request.wire)
        #expect(classify(2, .full) == [asked])
        let third = classify(3, .full)
        #expect(third.isEmpty == false, "full: one of the two goes")
        let outbound = try Self.newcomer(9, isOutbound: true)
        _ = planner.handle(
            .connected(GossipNetwork.name(9), outbound), now: Self.now, wall: Self.wall)
        #expect(
            classify(9, .light) == [.disconnect(GossipNetwork.name(9), .unfit)],
            "a light node is no outbound peer")
    }

    @Test("Attack 71: a list of dead addresses does not hold up the list after it")
    func lists() {
        var planner = PlannerTests.lone()
        func list(_ first: Int, _ count: Int) -> [BootstrapList.Peer] {
            (first..<first + count).map { index in
                BootstrapList.Peer(
                    name: GossipNetwork.name(index),
                    address: [4, 60, UInt8(index & 255), 1, 1, 6, 15, 161])
            }
        }
        var dialled: [PeerName] = []
        func note(_ effects: [Planner.Effect]) {
            for case .dial(let name, _) in effects { dialled.append(name) }
        }
        note(planner.handle(.bootstrap(list(0, 64)), now: Self.now, wall: Self.wall))
        note(planner.handle(.bootstrap(list(100, 1)), now: Self.now, wall: Self.wall))
        // The first eight fail; the other list is next, before the rest and before any repetition.
        for name in dialled {
            note(planner.handle(.dialFailed(name), now: Self.now, wall: Self.wall))
        }
        let before = dialled.count
        note(planner.handle(.ticked, now: Self.now, wall: Self.wall))
        #expect(dialled[before] == GossipNetwork.name(100))
        #expect(Set(dialled).count == dialled.count, "nobody twice before everybody once")
    }

    @Test("Attack 70: peers that came by themselves are no reason to ask no others")
    func uninvited() throws {
        var planner = PlannerTests.lone()
        for index in 0..<20 {
            let connection = try PlannerTests.inbound([66, 66, 1, UInt8(index)])
            _ = planner.handle(
                .connected(GossipNetwork.name(index), connection), now: Self.now, wall: Self.wall)
        }
        let address: [UInt8] = [4, 60, 1, 1, 1, 6, 15, 161]
        let peer = BootstrapList.Peer(name: GossipNetwork.name(100), address: address)
        let effects = planner.handle(.bootstrap([peer]), now: Self.now, wall: Self.wall)
        #expect(effects.contains(.dial(GossipNetwork.name(100), [address])))
    }

    @Test("A peer that the operator keeps is kept after a restart, and one that he drops rests")
    func kept() throws {
        var planner = PlannerTests.lone()
        let (name, address) = (GossipNetwork.name(1), [4, 50, 1, 1, 1, 6, 15, 161] as [UInt8])
        _ = planner.handle(.commanded(.add(name, address: address)), now: Self.now, wall: Self.wall)
        let saved = try SavedPeers(wire: planner.saved.wire)
        #expect(saved == planner.saved && saved.kept.map(\.name) == [name])
        var again = PlannerTests.lone(saved: saved)
        let started = again.handle(.started, now: Self.now, wall: Self.wall)
        #expect(started.contains(.dial(name, [address])))
        _ = again.handle(.dialFailed(name), now: Self.now, wall: Self.wall)
        let dropped = again.handle(.commanded(.drop(name)), now: Self.now, wall: Self.wall)
        #expect(dropped == [.save] && again.kept.isEmpty)
        var time = Self.now
        var dials: [UInt64] = []
        while dials.isEmpty, time.milliseconds(since: Self.now) < 700_000 {
            time = time.advanced(milliseconds: 500)
            for case .dial in again.handle(.ticked, now: time, wall: Self.wall) {
                dials.append(time.milliseconds(since: Self.now))
            }
        }
        #expect(try #require(dials.first) >= 600_000, "ten minutes")
    }

    @Test("On one machine each port is a group of its own, inside a site each host")
    func groups() throws {
        func group(_ address: [UInt8]) throws -> NetworkGroup {
            try #require(NetworkPlace(multiaddr: address)).group
        }
        let zeros = [UInt8](repeating: 0, count: 15)
        #expect(
            try group([4, 127, 0, 0, 1, 6, 15, 161]) != group([4, 127, 0, 0, 1, 6, 15, 162]))
        #expect(
            try group([4, 127, 0, 0, 1, 6, 15, 161]) == group([41] + zeros + [1, 6, 15, 161]))
        #expect(try group([4, 10, 1, 1, 1, 6, 0, 1]) == group([4, 10, 1, 1, 1, 6, 0, 2]))
        #expect(try group([4, 10, 1, 1, 1, 6, 0, 1]) != group([4, 10, 1, 1, 2, 6, 0, 1]))
        #expect(try group([4, 50, 1, 1, 1, 6, 0, 1]) == group([4, 50, 1, 9, 9, 6, 0, 1]))
        #expect(try group([4, 50, 1, 1, 1, 6, 0, 1]) != group([4, 50, 2, 1, 1, 6, 0, 1]))
        #expect(NetworkPlace.isEndpoint([4, 50, 1, 1, 1, 6, 0, 1]))
        for address: [UInt8] in [
            [4, 50, 1, 1, 1, 6, 0, 0], [4, 50, 1, 1, 1, 6, 0, 1, 0], [4, 50, 1, 1, 1], [],
            [4, 50, 1, 1, 1, 7, 0, 1], [54, 1, 97, 6, 0, 1, 0, 0],
        ] { #expect(!NetworkPlace.isEndpoint(address)) }
    }

    @Test(
        "A node shares its connections out: eight of its own, two fifths of the rest for light ones"
    )
    func shares() {
        let usual = Planner.Limits(sharing: 168, servesLight: true)
        #expect((usual.outbound, usual.inbound, usual.light) == (8, 96, 64))
        let small = Planner.Limits(sharing: 12, servesLight: true)
        #expect((small.outbound, small.inbound, small.light) == (3, 6, 3))
        let alone = Planner.Limits(sharing: 1, servesLight: false)
        #expect((alone.outbound, alone.inbound, alone.light) == (1, 1, 0))
    }
}
