import Chain
import Ledger
import Leftovers
import LightClient
import Node
import Primitives
import Replica
import Testing
import Transport
import Wire

/// What a light peer may cost a full node (rules N40 and N44; W16 for the streams).
@Suite("Limits of a light peer", .serialized, .tidy)
struct LightLimitTests {
    private enum Answer: Equatable { case response(LightResponse), refused }

    private static func ask(
        _ request: LightRequest, of node: FullNode, by stranger: Stranger
    ) async -> Answer {
        do {
            let bytes = try await stranger.host.request(
                request.wire, from: node.peerID, on: Stranger.light,
                responseByteLimit: LightLimits.responseByteLimit, deadline: .seconds(20))
            return .response(try LightResponse(wire: bytes))
        } catch { return .refused }
    }

    @Test("Of questions that are held back a light peer has 32 at a time, and others are served")
    func heldBack() async throws {
        let cluster = try Cluster()
        let node = try await cluster.startFollower()
        let address = try #require(node.addresses.first)
        // No validator runs, so this one stays open.
        let payment = try cluster.payment(1, to: AccountID(FixedBytes(repeating: 9)), 5)
        let verdict = await node.driver.submit([payment])[payment.id]
        try #require(verdict == .accepted)
        let greedy = Stranger(.light, chain: cluster.genesis.digest, seed: 18)
        let modest = Stranger(.light, chain: cluster.genesis.digest, seed: 19)
        for stranger in [greedy, modest] { _ = try await stranger.host.dial(address) }
        // The streams for identify are over.
        #expect(await Self.ask(.head, of: node, by: greedy) != .refused)
        try await Task.sleep(for: .milliseconds(500))
        let start = ContinuousClock.now
        let answers: [Answer] = await withTaskGroup(of: Answer.self) { group in
            for _ in 0..<100 {
                group.addTask { await Self.ask(.status(payment.id), of: node, by: greedy) }
            }
            // Meanwhile somebody else asks, and is answered at once.
            try? await Task.sleep(for: .milliseconds(500))
            let clock = ContinuousClock.now
            let answer = await Self.ask(.head, of: node, by: modest)
            #expect(answer != .refused)
            #expect(ContinuousClock.now - clock < .seconds(3))
            return await group.reduce(into: []) { $0.append($1) }
        }
        let held = answers.count { $0 == .response(.status(.pending)) }
        #expect((1...32).contains(held), "\(held) were held")
        #expect(answers.count { $0 == .refused } == 100 - held)
        #expect(ContinuousClock.now - start > .seconds(4), "an open one is worth waiting for")
        #expect(await Self.ask(.head, of: node, by: greedy) != .refused, "its places are free")
    }
}
