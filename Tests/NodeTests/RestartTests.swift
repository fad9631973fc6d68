import Chain
import Foundation
import Ledger
import Leftovers
import Node
import Primitives
import Storage
import Testing
import Transport
import Wire

@Suite("Nodes that stop, start and join", .serialized, .tidy)
struct RestartTests {
    static let shop = AccountID(FixedBytes(repeating: 9))

    @Test("Attack 50: a validator that was away catches up, and nobody votes twice")
    func away() async throws {
        var cluster = try Cluster()
        try await cluster.startAll()
        try await cluster.pay(1, to: Self.shop)
        await cluster.stop(3)
        for sequence in 2...6 as ClosedRange<UInt64> {
            try await cluster.pay(sequence, to: Self.shop)
        }
        try await cluster.start(cluster.homes[3])
        try await cluster.agree()
        try await cluster.pay(7, to: Self.shop, through: 3)
        try await cluster.agree()
        for node in cluster.nodes { #expect(await node.driver.evidence.isEmpty) }
        await cluster.stop()
    }

    @Test("Attack 51: a copied home listens at every start, until it has heard enough to vote")
    func copied() async throws {
        var cluster = try Cluster()
        try await cluster.startAll()
        try await cluster.pay(1, to: Self.shop)
        await cluster.stop(3)
        let path = Leftovers.directory()
        try FileManager.default.copyItem(atPath: cluster.homes[3].directory, toPath: path)
        try await cluster.start(cluster.homes[3])
        let copy = Home(path)
        for _ in 0..<3 {
            #expect(await Doctor.examine(copy).allSatisfy { $0.verdict != .bad })
            let node = try FullNode.tidy(copy, pace: Cluster.pace)
            #expect(node.listensFirst)
            await node.stop()
        }
        // The home that was copied is still its own.
        await cluster.stop(3)
        let original = try FullNode.tidy(cluster.homes[3], pace: Cluster.pace)
        #expect(!original.listensFirst)
        await original.stop()
    }

    @Test("After all nodes stopped and started, the chain goes on where it was")
    func everybody() async throws {
        var cluster = try Cluster()
        try await cluster.startAll()
        for sequence in 1...3 as ClosedRange<UInt64> {
            try await cluster.pay(sequence, to: Self.shop)
        }
        try await cluster.agree()
        let before = await cluster.nodes[0].status()
        await cluster.stop()
        try await cluster.startAll()
        #expect(await cluster.nodes[0].status().height >= before.height)
        try await cluster.pay(4, to: Self.shop)
        try await cluster.agree()
        for node in cluster.nodes {
            var draft = try await node.executor.draft()
            let balance = draft.balance(BalanceID(Self.shop, cluster.euro))
            #expect(balance?.amount == Amount(minorUnits: 400))
            #expect(await node.driver.evidence.isEmpty)
        }
        await cluster.stop()
    }

    @Test("A node that joins late reaches the same state root")
    func late() async throws {
        var cluster = try Cluster(epochLength: 4)
        try await cluster.startAll()
        for sequence in 1...10 as ClosedRange<UInt64> {
            try await cluster.pay(sequence, to: Self.shop)
        }
        try await cluster.start(try cluster.follower())
        try await cluster.wait("the late node has the payments") {
            guard var draft = try? await cluster.nodes[4].executor.draft() else { return false }
            let balance = draft.balance(BalanceID(Self.shop, cluster.euro))
            return balance?.amount == Amount(minorUnits: 1_000)
        }
        try await cluster.agree()
        await cluster.stop()
    }

    @Test("Attack 73: a state store that is lost is rebuilt from the chain, with the same root")
    func lostState() async throws {
        var cluster = try Cluster()
        try await cluster.startAll()
        for sequence in 1...3 as ClosedRange<UInt64> {
            try await cluster.pay(sequence, to: Self.shop)
        }
        try await cluster.agree()
        await cluster.stop(2)
        let home = cluster.homes[2]
        try FileManager.default.removeItem(atPath: home.stateDirectory)
        try FileManager.default.createDirectory(
            atPath: home.stateDirectory, withIntermediateDirectories: true)
        try await cluster.start(home)
        try await cluster.agree()
        let facts = await Doctor.examine(home)
        #expect(facts.contains { $0.verdict == .bad && $0.finding.contains("running") })
        await cluster.stop()
        let after = await Doctor.examine(home)
        #expect(after.allSatisfy { $0.verdict != .bad }, "\(after)")
    }

    @Test("Data of another network, and a port in use, each get one clear sentence")
    func refusals() async throws {
        var cluster = try Cluster()
        try await cluster.start(cluster.homes[0])
        let address = try #require(cluster.nodes[0].addresses.first)
        let port = try #require(address.port)
        let taken = try Home.create(
            at: Leftovers.directory(),
            configuration: Configuration(
                role: .full, listen: ["/ip4/127.0.0.1/tcp/\(port)"]),
            genesis: GenesisFile(cluster.genesis))
        await #expect(throws: StartError.self) {
            let node = try FullNode.tidy(taken)
            do { try await node.start() } catch {
                await node.stop()
                throw error
            }
        }
        await cluster.stop()

        let other = try Cluster()
        let home = cluster.homes[0]
        try FileManager.default.removeItem(atPath: home.genesisPath)
        try home.join(GenesisFile(other.genesis))
        do {
            _ = try FullNode.tidy(home)
            Issue.record("the node started on another network's data")
        } catch { #expect("\(error)".contains("another network")) }
    }
}
