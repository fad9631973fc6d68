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

/// Attacks on the connections of a running full node, by their rows of the list.
@Suite("Attacks on the peers of a full node", .serialized, .tidy)
struct PeerAttackTests {
    private func dial(_ stranger: Stranger, _ node: FullNode) async throws {
        _ = try await stranger.host.dial(try #require(node.addresses.first))
    }

    private func client(_ node: FullNode) -> ControlClient { ControlClient(node.home) }

    @Test("Attack 61: addresses that lead nowhere do not enter, and a flood of others is cut off")
    func announcements() async throws {
        let cluster = try Cluster()
        let node = try await cluster.startFollower()
        let own = try #require(node.addresses.first?.withoutPeer.bytes)
        let nowhere: [[UInt8]] = [
            [4, 0, 0, 0, 0, 6, 15, 161], [4, 224, 0, 0, 1, 6, 15, 161],
            [4, 255, 255, 255, 255, 6, 15, 161], [4, 203, 0, 113, 7, 6, 15, 161],
            [4, 127, 0, 0, 1, 6, 0, 0], [4, 127, 0, 0, 1, 6, 15, 161, 1, 2, 3],
            [4, 127, 0, 0, 1], [54, 3, 97, 46, 98, 6, 15, 161],
        ]
        let bad = nowhere.enumerated().flatMap { index, address in
            Stranger.inventions(7, from: UInt64(1_000 * index), address)
        }
        let stranger = Stranger(.full, chain: node.chainDigest, seed: 1)
        stranger.answer([bad])
        try await dial(stranger, node)
        try await cluster.wait("the node has asked, and asked again") { stranger.requests >= 2 }
        try await Task.sleep(for: .milliseconds(200))
        #expect(node.connections.known == 0, "nothing of it is an address")
        // Its own address, under other names: known, tried, and never connected to.
        stranger.answer([Stranger.inventions(3, from: 90_000, own)])
        for number in 0..<50 as Range<UInt64> {
            let flood = Stranger.inventions(
                64, from: 100_000 + 64 * number, [4, 127, 0, 0, 1, 6, 0, 1])
            stranger.push(flood, to: node.peerID)
        }
        try await cluster.wait("the flood ends the connection") {
            !stranger.isConnected(to: node.peerID)
        }
        #expect(node.connections.known <= 12 * 64, "of 3,200: only what answers a question")
        await stranger.close()
        await node.stop()
    }

    @Test("Attack 62: endless bans leave a bounded list, in the node and on its disk")
    func bans() async throws {
        let cluster = try Cluster()
        let node = try await cluster.startFollower()
        let client = client(node)
        for number in 0..<2_200 as Range<UInt64> {
            let peer = PeerID(Stranger.inventedKey(number).publicKey)
            let request = ControlRequest.banPeer(peer: "\(peer)", seconds: 60 + number)
            #expect(try await client.request(request) == .done)
        }
        guard case .bans(let bans) = try await client.request(.bans) else {
            throw FailureAnswer("test", "another answer")
        }
        #expect(bans.count == BanList.limit)
        #expect(bans.last?.peer == "\(PeerID(Stranger.inventedKey(2_199).publicKey))")
        await node.stop()
        let path = node.home.directory + "/data/peers"
        let size = try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int
        #expect(try #require(size) < 256 << 10)
    }

    @Test("Attack 65: peers that somebody made up are not passed on")
    func inventions() async throws {
        let cluster = try Cluster()
        let node = try await cluster.startFollower()
        let liar = Stranger(.full, chain: node.chainDigest, seed: 2)
        let known = try await liar.listen()
        let made = Stranger.inventions(64, from: 5_000, [4, 127, 0, 0, 1, 6, 0, 1])
        liar.answer([made])
        let address = "\(known)"
        #expect(try await client(node).request(.addPeer(address: address)) == .done)
        try await cluster.wait("the node has taken the inventions up") {
            node.connections.known > 32
        }
        let other = Stranger(.full, chain: node.chainDigest, seed: 3)
        try await dial(other, node)
        try await cluster.wait("the other is known") { other.isConnected(to: node.peerID) }
        for _ in 0..<40 { other.ask(node.peerID) }
        try await cluster.wait("the node answers") { !other.heard.isEmpty }
        try await Task.sleep(for: .milliseconds(500))
        let names = Set(other.heard.compactMap { SignedPeerRecord(envelope: $0)?.peer })
        #expect(names == [PeerName(liar.key.publicKey)], "only whom it met itself")
        #expect(other.heard.count <= 11, "forty questions, ten answers at once")
        for stranger in [liar, other] { await stranger.close() }
        await node.stop()
    }

    @Test("Attack 68: silent and useless connections leave the places of full nodes free")
    func silence() async throws {
        let cluster = try Cluster()
        let node = try await cluster.startFollower { $0.peerLimit = 12 }
        let address = try #require(node.addresses.first)
        var sockets: [RawSocket] = []
        for _ in 0..<70 { sockets.append(try await RawSocket(address)) }
        // Handshakes of one key at the same time end as one connection.
        let twins = (0..<6).map { _ in Stranger(.nothing, chain: node.chainDigest, seed: 7) }
        await withTaskGroup { group in
            for twin in twins { group.addTask { _ = try? await twin.host.dial(address) } }
        }
        let idlers = (10..<20 as Range<UInt64>).map {
            Stranger(.nothing, chain: node.chainDigest, seed: $0)
        }
        try await cluster.wait("silent handshakes end at their deadline", seconds: 15) {
            sockets.allSatisfy(\.isClosed)
        }
        for idler in idlers { _ = try? await idler.host.dial(address) }
        try await Task.sleep(for: .seconds(1))
        #expect(node.connections.inbound <= 3, "those that say nothing get what light nodes get")
        let honest = try await cluster.startFollower(lists: [cluster.list(of: [address])])
        try await cluster.wait("a full node finds its place") {
            await node.driver.standings.count == 1
        }
        await honest.stop()
        for stranger in twins + idlers { await stranger.close() }
        await node.stop()
    }

    @Test("Attack 69: a node that is shown itself, under its own and other names, stays calm")
    func itself() async throws {
        let cluster = try Cluster()
        let node = try await cluster.startFollower()
        let own = try #require(node.addresses.first)
        #expect(
            try await client(node).request(.addPeer(address: "\(node.addresses[0].with(1))"))
                == .done)
        let liar = Stranger(.full, chain: node.chainDigest, seed: 4)
        liar.answer([Stranger.inventions(8, from: 7_000, own.withoutPeer.bytes)])
        try await dial(liar, node)
        // Some of the names may fall into one place of the book, where the first stays.
        try await cluster.wait("the node has taken names up") { node.connections.known >= 4 }
        let before = await node.statistics()
        try await Task.sleep(for: .seconds(3))
        let after = await node.statistics()
        #expect(node.connections.outbound == 0)
        #expect(after.connectionCount == 1)
        let tries = after.failedHandshakeCount - before.failedHandshakeCount
        #expect(tries <= 2 * 9 * 3, "each of nine names at most three times, seen from both ends")
        await liar.close()
        await node.stop()
    }
}

extension Multiaddr {
    /// The same place under the name of somebody who does not exist.
    fileprivate func with(_ seed: UInt64) -> Multiaddr {
        var copy = self
        copy.peer = PeerID(Stranger.inventedKey(seed).publicKey)
        return copy
    }
}
