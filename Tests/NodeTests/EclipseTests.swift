import Chain
import Foundation
import Gossip
import Leftovers
import LightClient
import Node
import Primitives
import Testing
import Transport
import Wire

@Suite("Attacks on how a node finds its network", .serialized, .tidy)
struct EclipseTests {
    @Test("Attack 70: with its places filled and its book poisoned, a node finds its friends again")
    func eclipse() async throws {
        let cluster = try Cluster()
        let friends = [
            try await cluster.startFollower(), try await cluster.startFollower(),
            try await cluster.startFollower(),
        ]
        let list = try cluster.list(of: friends.flatMap(\.addresses))
        let port = try #require(try await FreePorts.find(1).first)
        let address = try #require(Multiaddr("/ip4/127.0.0.1/tcp/\(port)"))
        let home = try cluster.follower(lists: [list]) {
            $0.peerLimit = 12
            $0.listen = ["\(address)"]
        }
        let attackers = (0..<12 as Range<UInt64>).map { number in
            let attacker = Stranger(.full, chain: cluster.genesis.digest, seed: 50 + number)
            attacker.answer([
                Stranger.inventions(64, from: 10_000 * (number + 1), [4, 127, 0, 0, 1, 6, 0, 9])
            ])
            return attacker
        }
        func friendCount(_ victim: FullNode) async -> Int {
            await victim.driver.standings.count { standing in
                friends.contains { $0.peerID.name == standing.0 }
            }
        }
        func attack(_ victim: FullNode) async {
            var address = address
            address.peer = victim.peerID
            for attacker in attackers { _ = try? await attacker.host.dial(address) }
        }
        try await cluster.run(home) { victim in
            try await cluster.wait("the victim has its connections") {
                await friendCount(victim) == 3
            }
            await attack(victim)
            try await Task.sleep(for: .seconds(3))
            #expect(await friendCount(victim) == 3, "they are not pushed out")
            #expect(victim.connections.inbound <= 6 + 3)
        }
        // The lists are gone, and the attackers are there first.
        var configuration = try home.configuration()
        configuration.bootstrapLists = []
        try home.save(configuration)
        try await cluster.run(home) { victim in
            await attack(victim)
            try await cluster.wait("its friends are there again", seconds: 8) {
                await friendCount(victim) >= 2
            }
        }
        for attacker in attackers { await attacker.close() }
        for friend in friends { await friend.stop() }
    }

    @Test("Attack 71: a list that is forged, foreign or old is not used, and says why")
    func forgedLists() throws {
        let cluster = try Cluster()
        let peer = PeerID(Stranger.inventedKey(1).publicKey)
        var address = try #require(Multiaddr("/ip4/127.0.0.1/tcp/9"))
        address.peer = peer
        let home = try cluster.follower()
        let good = try cluster.list(of: [address])
        let path = home.directory + "/list.json"
        func read(_ text: String, now: Timestamp = Clocks.wall) throws(HomeError) {
            guard FileManager.default.createFile(atPath: path, contents: Data(text.utf8)) else {
                throw .unwritable(path: path, reason: "test")
            }
            _ = try BootstrapFile.read(path, for: cluster.genesis.digest, now: now)
        }
        let text = try good.json
        try read(text)
        let hex = Hex.encode(good.list.wire)
        var forged = good.list.wire
        forged[forged.count / 2] ^= 1
        let network = good.list.genesis.hex
        let wrong: [(String, Timestamp, String)] = [
            (text.replacing(hex, with: Hex.encode(forged)), Clocks.wall, ""),
            (text, Clocks.wall.adding(90_000_000), "has expired"),
            (text.replacing(hex, with: hex + "00"), Clocks.wall, "cannot be read"),
            (String(repeating: " ", count: BootstrapFile.byteLimit + 1), Clocks.wall, "at most"),
            ("{\"peers\": []}", Clocks.wall, "not a bootstrap list"),
        ]
        for (text, now, reason) in wrong {
            let error = #expect(throws: HomeError.self) { try read(text, now: now) }
            #expect(error.map { reason.isEmpty || "\($0)".contains(reason) } == true, "\(reason)")
        }
        // What people read is not what is believed.
        try read(text.replacing("\"\(network)\"", with: "\"another\""))
        let foreign = try BootstrapFile(
            signing: [address], for: Digest(plain: [1]), sequence: 1,
            expiry: Clocks.wall.adding(60_000), with: SigningKey(seed: FixedBytes(repeating: 1)))
        #expect(throws: HomeError.self) { try read(try foreign.json) }
    }

    @Test("Attack 71: a hostile list neither holds up an honest one nor puts another in its place")
    func hostileList() async throws {
        let cluster = try Cluster()
        let friend = try await cluster.startFollower()
        let place = try #require(friend.addresses.first)
        // Sixty-four names: half at the friend's own address, half where nobody answers.
        let hostile = (0..<64 as Range<UInt64>).compactMap { number -> Multiaddr? in
            var address = number % 2 == 0 ? place : Multiaddr("/ip4/127.0.0.1/tcp/9")
            address?.peer = PeerID(Stranger.inventedKey(number).publicKey)
            return address
        }
        let evil = try cluster.list(of: hostile, seed: 0x01)
        let alone = try await cluster.startFollower(lists: [evil])
        let node = try await cluster.startFollower(
            lists: [evil, try cluster.list(of: [place], seed: 0xee)])
        try await cluster.wait("the honest list leads to the network", seconds: 10) {
            node.connections.outbound == 1
        }
        #expect(alone.connections.outbound == 0, "the identity is pinned, not the address")
        for node in [alone, node, friend] { await node.stop() }
    }

    @Test("A light peer that asks without end is told to wait, and others are served")
    func lightLimits() async throws {
        let cluster = try Cluster()
        let node = try await cluster.startFollower()
        let address = try #require(node.addresses.first)
        let greedy = Stranger(.light, chain: cluster.genesis.digest, seed: 8)
        _ = try await greedy.host.dial(address)
        func ask(_ stranger: Stranger, _ request: LightRequest) async throws -> LightResponse {
            try LightResponse(
                wire: try await stranger.host.request(
                    request.wire, from: node.peerID, on: Stranger.light,
                    responseByteLimit: LightLimits.responseByteLimit, deadline: .seconds(10)))
        }
        let many = LightRequest.submit(
            (0..<LightLimits.transactionCountLimit).map { [UInt8(truncatingIfNeeded: $0)] })
        var served = 0
        while case .submitted = try await ask(greedy, many) {
            served += 1
            try #require(served < 2_000, "nobody says stop")
        }
        // 16,384 points and what came back meanwhile, for 65 each.
        #expect(served >= 16_384 / 65)
        let modest = Stranger(.light, chain: cluster.genesis.digest, seed: 9)
        _ = try await modest.host.dial(address)
        guard case .submitted = try await ask(modest, .submit([[1]])) else {
            throw FailureAnswer("test", "the modest one is not served")
        }
        for stranger in [greedy, modest] { await stranger.close() }
        await node.stop()
    }
}
