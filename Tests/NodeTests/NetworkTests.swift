import Chain
import Foundation
import Gossip
import Logging
import Node
import Primitives
import Testing
import Transport

extension Cluster {
    /// A home that only follows, with other settings.
    func follower(_ change: (inout Configuration) -> Void) throws -> Home {
        let home = try follower()
        var configuration = try home.configuration()
        change(&configuration)
        try home.save(configuration)
        return home
    }

    /// A signed list of these addresses.
    func list(
        of addresses: [Multiaddr], seed: UInt8 = 0x55, days: UInt64 = 1
    ) throws -> BootstrapFile {
        try BootstrapFile(
            signing: addresses, for: genesis.digest, sequence: 1,
            expiry: Clocks.wall.adding(days * 24 * 3_600_000),
            with: SigningKey(seed: FixedBytes(repeating: seed)))
    }

    /// A running follower that knows nothing but these lists.
    func startFollower(
        lists: [BootstrapFile] = [], _ change: (inout Configuration) -> Void = { _ in }
    ) async throws -> FullNode {
        let home = try follower(change)
        var configuration = try home.configuration()
        configuration.bootstrapLists = try lists.map { try home.adopt($0) }
        try home.save(configuration)
        let node = try FullNode(home, log: Self.log)
        try await node.start()
        return node
    }
}

@Suite("A network of full nodes", .serialized)
struct NetworkTests {
    private func isWhole(_ nodes: [FullNode]) async -> Bool {
        for node in nodes {
            let counts = node.connections
            guard counts.inbound + counts.outbound == nodes.count - 1, counts.isAtTarget,
                counts.known == nodes.count - 1,
                await node.driver.standings.count == nodes.count - 1
            else { return false }
        }
        return true
    }

    @Test("Ten nodes from one address are fully connected, and any one that is cut off heals")
    func tenNodes() async throws {
        let cluster = try Cluster()
        var nodes = [try await cluster.startFollower()]
        let list = try cluster.list(of: nodes[0].addresses)
        for _ in 1..<10 { nodes.append(try await cluster.startFollower(lists: [list])) }
        let start = ContinuousClock.now
        try await cluster.wait("every node is connected to every other", seconds: 10) {
            await isWhole(nodes)
        }
        print("ten nodes were fully connected after", ContinuousClock.now - start)
        for index in [0, 4, 9] {
            nodes[index].cut(true)
            try await cluster.wait("node \(index) is alone") {
                nodes[index].connections.outbound + nodes[index].connections.inbound == 0
            }
            try await Task.sleep(for: .seconds(1))
            nodes[index].cut(false)
            let start = ContinuousClock.now
            try await cluster.wait("node \(index) is back") { await isWhole(nodes) }
            print("node \(index) was back after", ContinuousClock.now - start)
        }
        for node in nodes { await node.stop() }
    }

    @Test("The address book outlives the node, and a damaged one is put aside and built again")
    func book() async throws {
        let cluster = try Cluster()
        let others = [
            try await cluster.startFollower(), try await cluster.startFollower(),
        ]
        let list = try cluster.list(of: others.flatMap(\.addresses))
        let node = try await cluster.startFollower(lists: [list])
        let home = node.home
        try await cluster.wait("the node knows both") { node.connections.outbound == 2 }
        await node.stop()

        var configuration = try home.configuration()
        let lists = configuration.bootstrapLists
        configuration.bootstrapLists = []
        try home.save(configuration)
        let again = try FullNode(home, log: Cluster.log)
        try await again.start()
        try await cluster.wait("the book leads back") { again.connections.outbound == 2 }
        await again.stop()

        let path = home.directory + "/data/peers"
        var bytes = Array(try Data(contentsOf: URL(fileURLWithPath: path)))
        bytes[bytes.count / 2] ^= 1
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        configuration.bootstrapLists = lists
        try home.save(configuration)
        let third = try FullNode(home, log: Logger.node("damaged", level: "critical"))
        #expect(FileManager.default.fileExists(atPath: path + ".damaged"))
        try await third.start()
        try await cluster.wait("the list leads back") { third.connections.outbound == 2 }
        await third.stop()
        for other in others { await other.stop() }
    }

    @Test("Peers are added, dropped, banned and freed by commands, also after a restart")
    func commands() async throws {
        let cluster = try Cluster()
        let (node, other) = (try await cluster.startFollower(), try await cluster.startFollower())
        let (client, id) = (ControlClient(node.home), "\(other.peerID)")
        func peers() async throws -> [PeerAnswer] {
            guard case .peers(let peers) = try await client.request(.peers) else { return [] }
            return peers
        }
        func isConnected() async -> Bool { (try? await peers().isEmpty) == false }
        let address = "\(try #require(other.addresses.first))"
        #expect(try await client.request(.addPeer(address: address)) == .done)
        try await cluster.wait("the peer is dialled") { await isConnected() }
        try await cluster.wait("the peer says what it is") {
            (try? await peers().first?.role) == .full
        }
        #expect(try await peers().first?.kept == true)
        #expect(try await client.request(.dropPeer(peer: id)) == .done)
        try await cluster.wait("the peer is gone") { await !isConnected() }
        #expect(try await client.request(.banPeer(peer: id, seconds: 3_600)) == .done)
        await #expect(throws: FailureAnswer.self) {
            try await client.request(.addPeer(address: address))
        }
        // The other one cannot come back by itself either.
        let there = ControlClient(other.home)
        let own = "\(try #require(node.addresses.first))"
        #expect(try await there.request(.addPeer(address: own)) == .done)
        try await Task.sleep(for: .seconds(2))
        #expect(try await peers().isEmpty)
        await node.stop()
        try await errors(of: FullNode(node.home, log: Cluster.log), client, id)
        await other.stop()
    }

    /// The ban is still there, is lifted once, and what cannot be done is told in one sentence.
    private func errors(of node: FullNode, _ client: ControlClient, _ id: String) async throws {
        try await node.start()
        guard case .bans(let bans) = try await client.request(.bans) else {
            throw FailureAnswer("test", "another answer")
        }
        #expect(bans.map(\.peer) == [id])
        #expect(try await client.request(.unbanPeer(peer: id)) == .done)
        let wrong: [(ControlRequest, String)] = [
            (.unbanPeer(peer: id), "not_banned"), (.dropPeer(peer: "x"), "malformed"),
            (.banPeer(peer: id, seconds: 0), "out_of_range"),
            (.banPeer(peer: "\(node.peerID)", seconds: 60), "own"),
            (.addPeer(address: "/ip4/127.0.0.1/tcp/1"), "malformed"),
            (.addPeer(address: "\(try #require(node.addresses.first))"), "own"),
        ]
        for (request, code) in wrong {
            do {
                _ = try await client.request(request)
                Issue.record("\(request) was done")
            } catch { #expect(error.code == code) }
        }
        await node.stop()
    }
}
