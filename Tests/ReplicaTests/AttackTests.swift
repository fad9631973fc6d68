import Chain
import Consensus
import Primitives
import Replica
import Simulation
import Testing
import Wire

/// Node 1 of four attacks node 0 with frames that no honest node sends.
@Suite("Attacks on a whole node, by their number")
struct AttackTests {
    /// A network that has been running for a while.
    private func running(_ kind: TraitorKind = .withholder, followers: Int = 0) -> Cluster {
        var scenario = Scenario(validators: 4)
        scenario.followerCount = followers
        scenario.traitors = [1: kind]
        var cluster = Cluster(scenario, seed: 11)
        cluster.run(untilMilliseconds: 5_000)
        return cluster
    }

    /// The network goes on, and nothing was broken.
    private func expectProgress(_ cluster: inout Cluster, _ label: Comment) {
        let height = cluster.lowestHeight
        cluster.run(untilMilliseconds: cluster.milliseconds + 5_000)
        #expect(cluster.violations == [], label)
        #expect(cluster.lowestHeight > height.adding(5), label)
    }

    @Test("Attack 41: a frame over its channel's limit ends the connection")
    func oversized() {
        for channel in Channel.allCases where channel != .gossip {
            var cluster = running()
            let frame = [UInt8](repeating: 0, count: channel.frameByteLimit + 1)
            cluster.inject(frame, on: channel, from: 1, to: 0)
            cluster.run(untilMilliseconds: 5_010)
            #expect(!cluster.isConnected(0, 1), "\(channel)")
        }
    }

    @Test("Attack 13: bytes that are no message end the connection, and nothing else")
    func malformed() {
        for channel in [Channel.consensus, .status, .sync, .repair] {
            var cluster = running()
            cluster.inject([0xff, 0xff, 0xff], on: channel, from: 1, to: 0)
            cluster.run(untilMilliseconds: 5_010)
            #expect(!cluster.isConnected(0, 1), "\(channel)")
            expectProgress(&cluster, "\(channel)")
        }
    }

    @Test("Attack 9: a node of another network is let go")
    func otherChain() {
        var cluster = running()
        let status = StatusMessage(
            chain: .numbered(9), epoch: Epoch(0), finalHeight: Height(1), pendingCount: 0)
        cluster.inject(status.wire, on: .status, from: 1, to: 0)
        cluster.run(untilMilliseconds: 5_010)
        #expect(!cluster.isConnected(0, 1))
        expectProgress(&cluster, "other chain")
    }

    @Test("Attack 57: fifty thousand requests get no more answers than the allowance")
    func requestFlood() {
        var cluster = running()
        let before = cluster.sentByteCount
        for number in 0..<50_000 as Range<UInt64> {
            let request = SyncMessage.request(
                number: number, .run(from: Height(1), countLimit: 256))
            cluster.inject(request.wire, on: .sync, from: 1, to: 0)
        }
        cluster.run(untilMilliseconds: 5_100)
        // Two reads at once, each at most a few tens of kilobytes here.
        #expect(cluster.sentByteCount - before < 4 << 20)
        expectProgress(&cluster, "request flood")
    }

    @Test(
        "Attack 58: requests for nothing, everything and far heights are answered in bounds"
    )
    func extremeRequests() {
        var cluster = running()
        let requests: [SyncRequest] = [
            .run(from: Height(0), countLimit: 0), .run(from: Height(.max), countLimit: .max),
            .run(from: Height(1), countLimit: .max), .block(.zero),
            .bodies(of: .zero, envelopes: []),
            .bodies(of: .zero, envelopes: (0..<8_000).map { .numbered($0) }),
        ]
        for (index, request) in requests.enumerated() {
            let frame = SyncMessage.request(number: UInt64(index), request).wire
            cluster.inject(frame, on: .sync, from: 1, to: 0)
        }
        expectProgress(&cluster, "extreme requests")
        #expect(cluster.isConnected(0, 1))
    }

    @Test("Attack 77: answers that nobody asked for change nothing")
    func unaskedAnswers() throws {
        var cluster = running()
        let header = try #require(cluster.finalHeader(of: 0, at: Height(1)))
        let block = Block(header: header, body: BlockBody())
        let run = BlockRun(
            blocks: [block], following: [], finalization: cluster.finalization(of: 0))
        for answer in [SyncAnswer.run(run), .block(block), .bodies([])] {
            for number in 0..<200 as Range<UInt64> {
                let frame = SyncMessage.answer(number: number, answer).wire
                cluster.inject(frame, on: .sync, from: 1, to: 0)
            }
        }
        expectProgress(&cluster, "unasked answers")
    }

    @Test("Attack 42: a proposal that names transactions nobody has does not stop the chain")
    func unknownTransactions() throws {
        var cluster = running()
        let header = try #require(cluster.finalHeader(of: 0, at: Height(1)))
        var forged = header
        forged.view = header.view.adding(20)
        let vote = Vote(
            epoch: Epoch(0), view: forged.view,
            subject: .notarize(parentView: forged.parentView, block: forged.digest),
            seat: forged.leader, signature: Signature(FixedBytes(repeating: 1)))
        let proposal = Proposal(header: forged, vote: vote, parent: nil, skipped: [])
        cluster.inject(
            ConsensusFrame(.proposal(proposal)).wire, on: .consensus, from: 1, to: 0)
        expectProgress(&cluster, "unknown transactions")
    }

    @Test("Attack 53: a node without the rules of a final block stops as upgrade required")
    func upgradeRequired() {
        var scenario = Scenario(validators: 4)
        scenario.followerCount = 1
        scenario.followerProtocolNumber = 0
        var cluster = Cluster(scenario, seed: 12)
        cluster.run(untilMilliseconds: 15_000)
        #expect(cluster.violations == [])
        #expect(cluster.phase(of: 4) == .halted(.upgradeRequired(protocolNumber: 1)))
        #expect(cluster.height(of: 4) == Height(0))
        #expect(cluster.height(of: 0) > Height(30))
    }

    @Test(
        "Attack 72: a peer that claims heights and does not have them is let go, and nobody waits")
    func falseHeights() {
        var cluster = running(.liar, followers: 1)
        cluster.run(untilMilliseconds: 30_000)
        #expect(cluster.violations == [])
        #expect(cluster.lowestHeight > Height(60))
        #expect(!cluster.isConnected(0, 1))
    }
}
