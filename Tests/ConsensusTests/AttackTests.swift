import Consensus
import Primitives
import Testing
import Wire

/// Rows 37 to 51 of the attack list that touch agreement, by their numbers.
///
/// Row 39 is about parts of bodies, 46, 47, 52 and 53 about what blocks hold: other modules.
@Suite("Attacks on agreement")
struct AttackTests {
    let seat = Solo.follower(of: 1...2)

    @Test("Attack 37: a vote of a seat that does not exist is reported and ignored")
    func foreignSeat() {
        var solo = Solo(seat: seat)
        for index in [4, 255, 256, .max] as [UInt32] {
            let vote = solo.vote(.nullify, view: 1, seat: (seat + 1) % 4)
            solo.receive(
                .vote(
                    Vote(
                        epoch: vote.epoch, view: vote.view, subject: vote.subject,
                        seat: Seat(index), signature: vote.signature)))
        }
        #expect(solo.faults.count == 4)
        #expect(solo.machine.view == View(1))
    }

    @Test("Attack 38: votes and proposals outside the window, or of another epoch, leave nothing")
    func window() {
        var solo = Solo(seat: seat)
        let other = (seat + 1) % 4
        for view in [0, 18, 1_000_000, .max] as [UInt64] {
            solo.receive(.vote(solo.vote(.nullify, view: view, seat: other)))
            let header = solo.header(view: view)
            solo.receive(.proposal(solo.proposal(header, view: view)))
        }
        let foreign = Fixture.config(solo.keys, epoch: 9)
        let vote = Fixture.vote(.nullify, view: 1, seat: other, keys: solo.keys, config: foreign)
        solo.receive(.vote(vote))
        #expect(solo.faults == [.foreignEpoch])
        #expect(solo.machine.view == View(1))
        #expect(solo.ownVotes == [])
        for seat in 0..<4 {
            let certificate = Fixture.certificate(
                .nullify, view: 1, seats: (0..<4).filter { $0 != seat }, keys: solo.keys,
                config: foreign)
            solo.receive(.certificates(CertificateBatch([certificate])))
        }
        #expect(solo.machine.view == View(1))
    }

    @Test("Attack 40: a bitmap whose length or bits disagree with set or signatures is refused")
    func bitmap() throws {
        let solo = Solo(seat: seat)
        let good = solo.certificate(.nullify, view: 1)
        let bytes = good.wire
        #expect(try Certificate(wire: bytes) == good)
        // The bitmap is the byte after tag 0x3a and length 1.
        let place = try #require(bytes.firstIndex(of: 0x3a)) + 2
        for bits in 0..<256 where bits != Int(bytes[place]) {
            var changed = bytes
            changed[place] = UInt8(bits)
            guard let decoded = try? Certificate(wire: changed) else { continue }
            #expect(throws: CertificateFault.self) {
                try decoded.verify(
                    in: solo.config.set, of: solo.config.epoch, chain: solo.config.chain,
                    scheme: solo.config.scheme)
            }
        }
        var longer = bytes
        longer[place - 1] = 2
        longer.insert(0, at: place + 1)
        let decoded = try Certificate(wire: longer)
        #expect(throws: CertificateFault.bitmapSize(count: 2, expected: 1)) {
            try decoded.verify(
                in: solo.config.set, of: solo.config.epoch, chain: solo.config.chain,
                scheme: solo.config.scheme)
        }
    }

    @Test("Attack 41: a proposal of a body over the limit is refused before it is asked for")
    func oversized() {
        var solo = Solo(seat: seat)
        let header = solo.header(view: 1) { $0.bodyByteCount = Simplex.bodyByteLimit + 1 }
        solo.receive(.proposal(solo.proposal(header)))
        let wasChecked = solo.effects.contains { if case .check = $0 { true } else { false } }
        #expect(!wasChecked)
        #expect(solo.faults == [.badProposal])
        #expect(solo.ownVotes(.nullify, view: 1).count == 1)
    }

    @Test("Attack 42: a proposal whose parts contradict each other moves nothing")
    func contradicting() {
        var solo = Solo(seat: seat)
        let header = solo.header(view: 1)
        let good = solo.proposal(header)
        let foreign = Proposal(
            header: solo.header(view: 1, reveal: 8), vote: good.vote, parent: nil, skipped: [])
        solo.receive(.proposal(foreign))
        #expect(solo.faults == [.badProposal])
        let notLeader = (0..<4).first { Seat(UInt32($0)) != good.vote.seat } ?? 0
        let usurper = solo.vote(good.vote.subject, view: 1, seat: notLeader)
        solo.receive(.proposal(Proposal(header: header, vote: usurper, parent: nil, skipped: [])))
        #expect(solo.ownVotes == [])
        solo.receive(.proposal(good))
        solo.pass(header)
        #expect(solo.ownVotes(.notarize, view: 1).count == 1)
    }

    @Test("Attack 43: a leader's two proposals become evidence, and the network goes on")
    func equivocatingLeader() throws {
        for seed in 1...6 as ClosedRange<UInt64> {
            var options = ClusterOptions()
            options.seed = seed
            options.weights = [[1, 1, 1, 1], [3, 3, 3, 2, 2]][Int(seed % 2)]
            var cluster = Cluster(options)
            cluster.traitors = [1]
            cluster.treachery = Traitor.equivocate
            cluster.startAll()
            cluster.run(milliseconds: 40_000)
            #expect(cluster.checker.violations == [], "seed \(seed)")
            #expect(cluster.checker.finalCount > 40, "seed \(seed)")
            let evidence = cluster.nodes.enumerated().filter { $0.offset != 1 }
                .flatMap(\.element.evidence)
            #expect(!evidence.isEmpty, "seed \(seed)")
            for piece in evidence {
                #expect(piece.first.seat == Seat(1))
                #expect(
                    piece.isValid(
                        in: cluster.config.set, chain: cluster.config.chain,
                        scheme: cluster.config.scheme))
                #expect(try Evidence(wire: piece.wire) == piece)
            }
        }
    }

    @Test("Attack 43: one key on two machines: the second notices while it listens")
    func twins() {
        var solo = Solo(seat: seat)
        solo.wait(milliseconds: 1_400)
        solo.restart(standing: .listening(views: 20))
        #expect(solo.machine.standing == .listening(views: 20))
        solo.receive(.vote(solo.vote(.nullify, view: 2, seat: seat)))
        #expect(solo.machine.standing == .observing)
        guard case .keyUsedElsewhere = solo.alarms.first else {
            Issue.record("no alarm")
            return
        }
    }

    @Test("Attack 51: who listens without a peer, or without a seat, still has to listen")
    func unheard() {
        var solo = Solo(seat: seat)
        solo.wait(milliseconds: 1_400)
        solo.restart(standing: .listening(views: 20))
        for peer in [Solo.peer, Solo.other] { solo.handle(.disconnected(peer)) }
        solo.wait(milliseconds: 30_000)
        #expect(solo.machine.standing == .listening(views: 20))
        #expect(solo.machine.nextStanding == .listening(views: 20))
        var outsider = Simplex(solo.config, key: nil)
        _ = outsider.handle(
            .started(Simplex.Recovery(standing: .listening(views: 20))), now: Instant(0))
        #expect(outsider.standing == .observing)
        #expect(outsider.nextStanding == .listening(views: 20))
    }

    @Test("Attack 43: listening ends, by time at the latest, also when all listen at once")
    func listening() {
        var cluster = Cluster(ClusterOptions())
        cluster.startAll()
        cluster.run(milliseconds: 3_000)
        for index in 0..<4 { cluster.crash(index) }
        for index in 0..<4 { cluster.start(index, standing: .listening(views: 20)) }
        let target = cluster.checker.finalCount + 10
        let took = cluster.run(until: { $0.checker.finalCount >= target }, limit: 30_000)
        #expect((took ?? 0) > 9_000)
        #expect(took != nil)
        #expect(cluster.checker.violations == [])
    }

    @Test("Attack 44: evidence counts until the bond is free, and by its own epoch's set")
    func oldEvidence() throws {
        let keys = Fixture.keys(4)
        let config = Fixture.config(keys, epoch: 3)
        let votes = [1, 2].map { byte in
            Fixture.vote(
                .notarize(parentView: View(0), block: Digest(FixedBytes(repeating: byte))),
                view: 5, seat: 2, keys: keys, config: config)
        }
        let evidence = try #require(Evidence(votes[0], votes[1]))
        #expect(evidence == Evidence(votes[1], votes[0]))
        #expect(evidence.isTimely(at: Epoch(24), unbondingEpochs: 21))
        #expect(!evidence.isTimely(at: Epoch(25), unbondingEpochs: 21))
        #expect(!evidence.isTimely(at: Epoch(2), unbondingEpochs: 21))
        #expect(
            evidence.isValid(in: config.set, chain: config.chain, scheme: config.scheme))
        // The key was replaced since: another set does not know the signature.
        let others = Fixture.set(Array(Fixture.keys(8).suffix(4)), weights: [1, 1, 1, 1])
        #expect(!evidence.isValid(in: others, chain: config.chain, scheme: config.scheme))
        #expect(!evidence.isValid(in: config.set, chain: .zero, scheme: config.scheme))
    }

    @Test("Attack 44: pairs that an honest validator may sign are no evidence")
    func legalPairs() throws {
        let keys = Fixture.keys(4)
        let config = Fixture.config(keys)
        let (one, other) = (Digest(FixedBytes(repeating: 1)), Digest(FixedBytes(repeating: 2)))
        let subjects: [VoteSubject] = [
            .notarize(parentView: View(1), block: one),
            .notarize(parentView: View(1), block: other),
            .nullify, .finalize(parentView: View(1), block: one, stateRoot: one),
            .finalize(parentView: View(1), block: one, stateRoot: other),
            .finalize(parentView: View(1), block: other, stateRoot: one),
        ]
        let expected: [[Int]: Evidence.Kind] = [
            [0, 1]: .notarizedTwice, [2, 3]: .nullifiedAndFinalized,
            [2, 4]: .nullifiedAndFinalized, [2, 5]: .nullifiedAndFinalized,
            [3, 4]: .stateDisagreement, [3, 5]: .finalizedTwice, [4, 5]: .finalizedTwice,
        ]
        let votes = subjects.map {
            Fixture.vote($0, view: 2, seat: 0, keys: keys, config: config)
        }
        for one in votes.indices {
            for other in votes.indices {
                let pair = [min(one, other), max(one, other)]
                #expect(Evidence(votes[one], votes[other])?.kind == expected[pair], "\(pair)")
            }
        }
        let foreign = Fixture.vote(subjects[1], view: 2, seat: 1, keys: keys, config: config)
        #expect(Evidence(votes[0], foreign) == nil)
    }
}
