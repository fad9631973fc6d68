import Chain
import Consensus
import Primitives
import Replica
import Wire

/// Attacks 37 to 41 and 45: votes, certificates and frames that are not what they seem.
extension Drill {
    static var attacksOnVotes: [Drill] {
        [
            Drill("attack 37: a vote of a seat that the set does not have is ignored") {
                seed, out in
                expectRefusal(of: seatless(), seed, &out)
            },
            Drill("attack 38: votes of far views, old views and other epochs stay outside") {
                seed, out in
                var cluster = besieged(seed)
                for view in [4_000, 1_000_000, UInt64.max, 0, 1].map({ View($0) }) {
                    for epoch in [Epoch(0), Epoch(1), Epoch(1_000_000)] {
                        injectFar(view, of: epoch, into: &cluster)
                        out.expect(
                            cluster.isConnected(0, 1),
                            "who is merely early or late was let go: view \(view) of \(epoch)")
                    }
                }
                let (views, others) = (
                    cluster.trackedViewCount(of: 0), cluster.trackedViewCount(of: 2)
                )
                out.expect(views <= others + 2, "node 0 keeps \(views) views, node 2 \(others)")
                out.expectProgress(of: &cluster)
            },
            Drill("attack 38: a spammer of far views and requests piles nothing up") { seed, out in
                var scenario = Scenario(validators: 4)
                scenario.traitors = [1: .spammer]
                var cluster = Cluster(scenario, seed: seed)
                cluster.run(untilMilliseconds: 6_000)
                out.expectProgress(of: &cluster)
                cluster.drain()
                out.expectLaws(of: cluster)
            },
            Drill("attack 39: a body that the header does not commit to says nothing about it") {
                seed, out in
                // Who leads, and who is asked, follows from the seed.
                for count in 0..<4 as Range<UInt64> {
                    expectTruth(beside: .otherBody, seed + 2 * count, &out)
                }
            },
            Drill("attack 40: a certificate whose bitmap is too long ends the connection") {
                seed, out in
                expectRefusal(of: certificate(seats: 0..<4, of: 12), seed, &out)
            },
            Drill("attack 40: also when everybody has signed it") { seed, out in
                expectRefusal(of: signedCertificate(by: 0..<4, of: 12, seed), seed, &out)
            },
            Drill("attack 40: a certificate with more bits than signatures is no message") {
                seed, out in
                let batch = CertificateBatch([certificate(seats: 0..<3, of: 4)])
                var bytes = ConsensusFrame(.certificates(batch)).wire
                // Field 7 of one byte with three bits, which become four.
                let place = bytes.indices.dropLast(2).first {
                    bytes[$0] == 7 << 3 | 2 && bytes[$0 + 1] == 1 && bytes[$0 + 2] == 7
                }
                out.expect(place != nil, "the bitmap was not found")
                if let place { bytes[place + 2] = 15 }
                expectRefusal(of: bytes, seed, &out)
            },
            Drill("attack 41: a frame over its limit ends the connection") { seed, out in
                for channel in Channel.allCases where channel != .gossip {
                    let bytes = [UInt8](repeating: 0, count: channel.frameByteLimit + 1)
                    expectRefusal(of: bytes, on: channel, seed, &out)
                }
            },
            Drill(
                "attack 41: a proposal of a body over the limit is refused before it is asked for"
            ) {
                seed, out in
                for byteCount in [Simplex.bodyByteLimit + 1, .max] {
                    expectLimit(byteCount, seed, &out)
                }
            },
            Drill(
                "attack 45: certificates with absent, repeated or foreign signatures prove nothing"
            ) { seed, out in
                for seats in [0..<1, 0..<2, 0..<4] {
                    expectRefusal(of: certificate(seats: seats, of: 4), seed, &out)
                }
                for founders in [0..<1, 0..<2] {
                    expectRefusal(of: signedCertificate(by: founders, of: 4, seed), seed, &out)
                }
                expectTruth(beside: .certificateForger, seed, &out)
            },
        ]
    }

    // MARK: Parts

    /// A network that has run for a while; node 1 does what drills make it do.
    static func besieged(_ seed: UInt64, followers: Int = 0) -> Cluster {
        var scenario = Scenario(validators: 4)
        scenario.followerCount = followers
        scenario.traitors = [1: .puppet]
        var cluster = Cluster(scenario, seed: seed)
        cluster.run(untilMilliseconds: 3_000)
        return cluster
    }

    /// A frame that ends the connection with its sender, and has no other effect.
    private static func expectRefusal(
        of bytes: [UInt8], on channel: Channel = .consensus, _ seed: UInt64,
        _ out: inout Findings
    ) {
        var cluster = besieged(seed)
        cluster.inject(bytes, on: channel, from: 1, to: 0)
        cluster.run(untilMilliseconds: cluster.milliseconds + 10)
        out.expect(!cluster.isConnected(0, 1), "the sender is still connected (\(channel))")
        out.expectProgress(of: &cluster)
    }

    private static func expectRefusal(
        of certificate: Certificate, _ seed: UInt64, _ out: inout Findings
    ) {
        let frame = ConsensusFrame(.certificates(CertificateBatch([certificate])))
        expectRefusal(of: frame.wire, seed, &out)
    }

    private static func expectRefusal(
        of frame: ConsensusFrame, _ seed: UInt64, _ out: inout Findings
    ) {
        expectRefusal(of: frame.wire, seed, &out)
    }

    /// A late node that hears a traitor too ends with the true chain, and so do all.
    static func expectTruth(
        beside traitor: TraitorKind, _ seed: UInt64, epochLength: UInt64 = 1_000_000,
        _ out: inout Findings
    ) {
        var scenario = Scenario(validators: 4)
        scenario.followerCount = 1
        scenario.traitors = [1: traitor]
        scenario.epochLength = epochLength
        var cluster = Cluster(scenario, seed: seed)
        cluster.holdBack(4)
        cluster.run(untilMilliseconds: 8_000)
        cluster.letIn(4)
        cluster.run(untilMilliseconds: 12_000)
        out.expectProgress(of: &cluster, withinMilliseconds: 30_000)
    }

    private static func seatless() -> ConsensusFrame {
        ConsensusFrame(
            .vote(
                Vote(
                    epoch: Epoch(0), view: View(20), subject: .nullify, seat: Seat(4),
                    signature: nobody)))
    }

    /// A signature that nobody made.
    private static var nobody: Signature { Signature(FixedBytes(repeating: 1)) }

    private static func certificate(seats: Range<Int>, of memberCount: Int) -> Certificate {
        let view = View(400)
        let votes = seats.map { seat in
            Vote(
                epoch: Epoch(0), view: view, subject: .nullify, seat: Seat(UInt32(seat)),
                signature: nobody)
        }
        return Certificate(
            epoch: Epoch(0), view: view, subject: .nullify, votes: votes,
            memberCount: memberCount)
    }

    /// A nullification that some founders have signed, as of a set of so many.
    private static func signedCertificate(
        by founders: Range<Int>, of memberCount: Int, _ seed: UInt64
    ) -> Certificate {
        let founding = Founding(Scenario(validators: 4), seed: seed)
        let (epoch, view, subject) = (Epoch(0), View(400), VoteSubject.nullify)
        let votes = founding.voteKeys[founders].compactMap { key in
            founding.seat(of: key.publicKey).map {
                subject.vote(
                    by: key, at: $0, in: view, of: epoch, on: founding.founded.state.chain,
                    .simulated)
            }
        }
        return Certificate(
            epoch: epoch, view: view, subject: subject, votes: votes, memberCount: memberCount)
    }

}
