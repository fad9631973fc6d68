import Chain
import Foundation
import Gossip
import Leftovers
import Logging
import Node
import Primitives
import Testing
import Transport
import Wire

extension Cluster {
    /// A home that only follows and knows nothing but these lists.
    func follower(
        lists: [BootstrapFile], _ change: (inout Configuration) -> Void = { _ in }
    ) throws -> Home {
        let home = try follower()
        var configuration = try home.configuration()
        configuration.bootstrapLists = try lists.map { try home.adopt($0) }
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
        let node = try FullNode.tidy(try follower(lists: lists, change))
        try await node.start()
        return node
    }

    /// Runs a node as long as something is done with it; its stores are closed afterwards.
    func run(
        _ home: Home, log: Logger = Self.log, _ work: (FullNode) async throws -> Void
    ) async throws {
        let node = try FullNode.tidy(home, log: log)
        try await node.start()
        try await work(node)
        await node.stop()
    }
}

@Suite("A network of full nodes", .serialized, .tidy)
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
        let home = try cluster.follower(lists: [list])
        try await cluster.run(home) { node in
            try await cluster.wait("the node knows both") { await node.standings == 2 }
        }

        var configuration = try home.configuration()
        let lists = configuration.bootstrapLists
        configuration.bootstrapLists = []
        try home.save(configuration)
        try await cluster.run(home) { node in
            #expect(node.connections.known == 2, "as it was left")
            try await cluster.wait("the book leads back") { await node.standings == 2 }
        }

        let path = home.directory + "/data/peers"
        var bytes = Array(try Data(contentsOf: URL(fileURLWithPath: path)))
        bytes[bytes.count / 2] ^= 1
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        configuration.bootstrapLists = lists
        try home.save(configuration)
        try await cluster.run(home, log: Logger.node("damaged", level: "critical")) { node in
            #expect(FileManager.default.fileExists(atPath: path + ".damaged"))
            try await cluster.wait("the list leads back") { await node.standings == 2 }
        }
        for other in others { await other.stop() }
    }

    @Test("Bans that come while the node ends are all written, and nothing is complained of")
    func savedAtTheEnd() async throws {
        let cluster = try Cluster()
        let home = try cluster.follower(lists: [])
        let complaints = Complaints()
        for round in 0..<10 as Range<UInt64> {
            try await cluster.run(home, log: complaints.log) { node in
                let client = ControlClient(node.home)
                for number in 0..<8 as Range<UInt64> {
                    let peer = PeerID(Stranger.inventedKey(100 * round + number).publicKey)
                    _ = try await client.request(.banPeer(peer: "\(peer)", seconds: 3_600))
                }
            }
        }
        try await cluster.run(home, log: complaints.log) { node in
            guard case .bans(let bans) = try await ControlClient(node.home).request(.bans) else {
                throw FailureAnswer("test", "another answer")
            }
            #expect(bans.count == 80)
        }
        #expect(complaints.lines == [])
    }

    @Test("Peers are added, dropped, banned and freed by commands, also after a restart")
    func commands() async throws {
        let cluster = try Cluster()
        let other = try await cluster.startFollower()
        let home = try cluster.follower(lists: [])
        try await cluster.run(home) { try await cluster.command($0, about: other) }
        try await cluster.run(home) { try await errors(of: $0, about: "\(other.peerID)") }
        await other.stop()
    }

    /// The ban is still there, is lifted once, and what cannot be done is told in one sentence.
    private func errors(of node: FullNode, about id: String) async throws {
        let client = ControlClient(node.home)
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
    }
}

extension FullNode {
    /// Full nodes that the replica knows.
    fileprivate var standings: Int { get async { await driver.standings.count } }
}

extension Cluster {
    /// A peer is added, dropped and banned, and cannot come back by itself.
    fileprivate func command(_ node: FullNode, about other: FullNode) async throws {
        let (client, id) = (ControlClient(node.home), "\(other.peerID)")
        func peers() async throws -> [PeerAnswer] {
            guard case .peers(let peers) = try await client.request(.peers) else { return [] }
            return peers
        }
        func isConnected() async -> Bool { (try? await peers().isEmpty) == false }
        let address = "\(try #require(other.addresses.first))"
        #expect(try await client.request(.addPeer(address: address)) == .done)
        try await wait("the peer is dialled") { await isConnected() }
        try await wait("the peer says what it is") {
            (try? await peers().first?.role) == .full
        }
        #expect(try await peers().first?.kept == true)
        #expect(try await client.request(.dropPeer(peer: id)) == .done)
        try await wait("the peer is gone") { await !isConnected() }
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
    }
}
