import Consensus
import Primitives
import Testing
import Wire

/// The pitfalls of `consensus.md` 1.12 that concern agreement.
///
/// 14 is in the chaos tests, 9 and 10 are met again by attacks 38 and 40. 11 is in the tests of the light
/// client, 12 in those of the state tree, 13 is a drill of the simulator, 16 is in the tests of the node's
/// stores.
@Suite("Pitfalls found in the field")
struct PitfallTests {
    let seat = Solo.follower(of: 1...2)

    @Test("Pitfall 1: who gave up a view still accepts its block and goes on from there")
    func certifiesAfterNullify() {
        var solo = Solo(seat: seat)
        solo.wait(milliseconds: 2_000)
        #expect(solo.ownVotes(.nullify, view: 1).count == 1)
        let header = solo.header(view: 1)
        solo.receive(.proposal(solo.proposal(header)))
        solo.receive(
            .certificates(CertificateBatch([solo.certificate(solo.notarize(header), view: 1)])))
        #expect(solo.certified == [header.digest])
        solo.execute(header)
        #expect(solo.machine.view == View(2))
        #expect(solo.ownVotes(.finalize, view: 1) == [])
        let child = solo.header(view: 2, on: header, parentView: 1)
        solo.receive(.proposal(solo.proposal(child)))
        solo.pass(child)
        #expect(solo.ownVotes(.notarize, view: 2).count == 1)
    }

    @Test("Pitfall 1: a proposer is asked for exactly what its proposal stands on")
    func asksProposer() {
        var solo = Solo(seat: seat)
        let header = solo.header(view: 1)
        // We know view 1 as nullified; the proposer of view 2 builds on its block.
        solo.receive(.certificates(CertificateBatch([solo.certificate(.nullify, view: 1)])))
        let child = solo.header(view: 2, on: header, parentView: 1)
        solo.receive(.proposal(solo.proposal(child)), from: Solo.other)
        #expect(solo.requests.map(\.views) == [[View(1)]])
        let asked = solo.effects.contains { effect in
            guard case .send(.request, let to) = effect else { return false }
            return to == .one(Solo.other)
        }
        #expect(asked)
        solo.receive(
            .certificates(CertificateBatch([solo.certificate(solo.notarize(header), view: 1)])))
        solo.handle(.fetched(header))
        solo.execute(header)
        solo.pass(child)
        #expect(solo.ownVotes(.notarize, view: 2).count == 1)
    }

    @Test("Pitfall 2: when the first source is silent, others are asked")
    func anotherSource() {
        var solo = Solo(seat: seat)
        let header = solo.header(view: 1)
        solo.receive(.certificates(CertificateBatch([solo.certificate(.nullify, view: 1)])))
        let child = solo.header(view: 2, on: header, parentView: 1)
        solo.receive(.proposal(solo.proposal(child)), from: Solo.other)
        solo.wait(milliseconds: 1_400)
        var asked: Set<Simplex.Recipient> = []
        for case .send(.request, let to) in solo.effects { asked.insert(to) }
        #expect(asked == [.one(Solo.peer), .one(Solo.other)])
    }

    @Test("Pitfall 3: all crash after giving up a view, and come back", arguments: 0..<4)
    func allCrash(kind: Int) {
        var options = ClusterOptions()
        options.seed = UInt64(kind + 1)
        var cluster = Cluster(options)
        cluster.startAll()
        cluster.run(milliseconds: 3_000)
        // Nobody hears anybody until all have voted; then everybody crashes.
        for one in 0..<4 { cluster.partition([one]) }
        cluster.run(milliseconds: [100, 1_300, 2_000, 4_000][kind])
        for index in 0..<4 { cluster.crash(index) }
        cluster.heal()
        let target = cluster.checker.finalCount + 5
        cluster.startAll()
        #expect(cluster.run(until: { $0.checker.finalCount >= target }, limit: 30_000) != nil)
        #expect(cluster.checker.violations == [])
    }

    @Test("Pitfall 3: own votes re-enter our own count after a restart")
    func ownVoteCounts() {
        var solo = Solo(seat: seat)
        solo.wait(milliseconds: 1_400)
        #expect(solo.ownVotes(.nullify, view: 1).count == 1)
        solo.restart()
        for other in (0..<4).filter({ $0 != seat }).prefix(2) {
            solo.receive(.vote(solo.vote(.nullify, view: 1, seat: other)))
        }
        #expect(solo.machine.view == View(2))
    }

    @Test("Pitfall 4: two proposals and a certificate for either stop nobody")
    func equivocation() {
        for winner in 0..<2 {
            var solo = Solo(seat: seat)
            let headers = [solo.header(view: 1), solo.header(view: 1, reveal: 1)]
            for header in headers { solo.receive(.proposal(solo.proposal(header))) }
            #expect(solo.evidence.map(\.kind) == [.notarizedTwice])
            solo.pass(headers[0])
            #expect(solo.ownVotes(.notarize, view: 1) == [])
            let chosen = headers[winner]
            solo.receive(
                .certificates(
                    CertificateBatch([solo.certificate(solo.notarize(chosen), view: 1)])))
            if winner == 1 {
                #expect(solo.fetched.map(\.block) == [chosen.digest])
                solo.handle(.fetched(chosen))
            }
            #expect(solo.certified == [chosen.digest])
            solo.execute(chosen)
            #expect(solo.machine.view == View(2))
            #expect(solo.ownVotes(.finalize, view: 1) == [])
        }
    }

    @Test("Pitfall 5: the clock decides votes and never verdicts")
    func clockAndVerdict() {
        var solo = Solo(seat: seat)
        let header = solo.header(view: 1) { $0.time = $0.time.adding(600_000) }
        solo.receive(.proposal(solo.proposal(header)))
        solo.pass(header)
        #expect(solo.ownVotes(.notarize, view: 1) == [])
        solo.receive(
            .certificates(CertificateBatch([solo.certificate(solo.notarize(header), view: 1)])))
        solo.execute(header)
        #expect(solo.ownVotes(.finalize, view: 1).count == 1)
    }

    @Test("Pitfall 6: a leader that restarts sends the same proposal, and builds no second one")
    func sameProposal() {
        let keys = Fixture.keys(4)
        let leader = Int(Simplex(Fixture.config(keys), key: nil).leader(of: View(1)).index)
        var solo = Solo(seat: leader)
        solo.handle(.built(solo.header(view: 1), for: View(1)))
        let first = solo.ownVotes
        #expect(first.count == 1)
        solo.time += 100
        solo.restart()
        #expect(Set(solo.ownVotes) == Set(first))
        #expect(solo.builds.isEmpty)
        solo.handle(.built(solo.header(view: 1, reveal: 9), for: View(1)))
        #expect(Set(solo.ownVotes) == Set(first))
    }

    @Test("Pitfall 7: a header that does not come is asked for again, elsewhere, until it comes")
    func fetchAgain() {
        var solo = Solo(seat: seat)
        let header = solo.header(view: 1)
        solo.receive(
            .certificates(CertificateBatch([solo.certificate(solo.notarize(header), view: 1)])))
        solo.handle(.fetched(solo.header(view: 1, reveal: 3)))
        solo.wait(milliseconds: 2_200)
        #expect(solo.fetched.count == 3)
        #expect(Set(solo.fetched.map(\.peer)).count == 2)
        solo.handle(.fetched(header))
        #expect(solo.certified == [header.digest])
        solo.wait(milliseconds: 2_000)
        #expect(solo.fetched.count == 3)
    }

    @Test("Pitfall 8: a restarted validator far behind the window catches up and votes again")
    func farBehind() {
        var cluster = Cluster(ClusterOptions())
        cluster.startAll()
        cluster.run(milliseconds: 2_000)
        cluster.crash(3)
        cluster.run(milliseconds: 60_000)
        let behind = cluster.nodes[0].machine.view
        #expect(behind > View(80))
        cluster.start(3)
        #expect(
            cluster.run(
                until: { $0.nodes[3].machine.finalizedView >= behind }, limit: 10_000) != nil)
        cluster.crash(2)
        let target = cluster.checker.finalCount + 10
        // Without the one that returned there is no quorum.
        #expect(cluster.run(until: { $0.checker.finalCount >= target }, limit: 30_000) != nil)
        #expect(cluster.checker.violations == [])
    }

    @Test("Pitfall 9: a peer whose status goes back moves us nowhere, and nobody is blamed")
    func regress() {
        var solo = Solo(seat: seat)
        for finalized in [500, 20] as [UInt64] {
            solo.receive(
                .status(
                    EpochStatus(
                        epoch: solo.config.epoch, view: View(501),
                        finalizedView: View(finalized), finalizedHeight: Height(1 << 40))))
        }
        #expect(solo.faults == [])
        #expect(solo.machine.view == View(1))
        #expect(solo.machine.status.finalizedHeight == Fixture.start.height)
    }

    @Test("Pitfall 10: whatever a proposal says twice has to be the same both times")
    func redundantFields() {
        typealias Change = (inout BlockHeader) -> Void
        let changes: [(name: String, change: Change)] = [
            ("view", { $0.view = $0.view.next }), ("leader", { $0.leader = Seat(9) }),
            ("epoch", { $0.epoch = $0.epoch.next }), ("chain", { $0.chain = .zero }),
            ("parent's view", { $0.parentView = $0.view }),
            ("height", { $0.height = Height(0) }), ("set", { $0.validatorSet = .zero }),
            ("next set", { $0.nextValidatorSet = .zero }), ("rules", { $0.protocolNumber = 2 }),
        ]
        for (name, change) in changes {
            var solo = Solo(seat: seat)
            let header = solo.header(view: 1, change: change)
            // The leader of view 1 has signed it, so only its fields are wrong.
            solo.receive(.proposal(solo.proposal(header, view: 1)))
            #expect(solo.faults == [.badProposal], "\(name)")
            #expect(solo.ownVotes(.notarize, view: 1) == [], "\(name)")
        }
        var solo = Solo(seat: seat)
        solo.receive(.proposal(solo.proposal(solo.header(view: 1), parentView: 1)))
        #expect(solo.ownVotes(.notarize, view: 1) == [], "the vote's parent's view")
    }

    @Test(
        "Pitfall 10: a certificate with other signatures than bits, or other bits than seats, is none"
    )
    func redundantBits() throws {
        var solo = Solo(seat: seat)
        let good = solo.certificate(.nullify, view: 1)
        // Field 7 is the bitmap: one byte for four seats.
        let place = try #require(good.wire.firstIndex(of: 7 << 3 | 2)) + 2
        for bits in 0...255 as ClosedRange<UInt8> where bits != good.wire[place] {
            var changed = good.wire
            changed[place] = bits
            let hasAsMany = bits.nonzeroBitCount == good.signatures.count
            #expect(((try? Certificate(wire: changed)) != nil) == hasAsMany, "bits \(bits)")
            guard let decoded = try? Certificate(wire: changed) else { continue }
            solo.receive(.certificates(CertificateBatch([decoded])))
            #expect(solo.machine.view == View(1), "bits \(bits)")
        }
        solo.receive(.certificates(CertificateBatch([good])))
        #expect(solo.machine.view == View(2))
    }

    @Test("Pitfall 15: a bad signature is reported with the link that it came by")
    func blame() {
        var solo = Solo(seat: seat)
        let good = solo.vote(.nullify, view: 5, seat: (seat + 1) % 4)
        let forged = Vote(
            epoch: good.epoch, view: good.view, subject: good.subject,
            seat: Seat(UInt32((seat + 2) % 4)), signature: good.signature)
        solo.receive(.vote(forged))
        #expect(solo.faults == [.badSignature])
        solo.receive(.vote(solo.vote(.nullify, view: 5, seat: (seat + 2) % 4)))
        solo.receive(.vote(good))
        #expect(solo.machine.view == View(1))
        solo.receive(.vote(solo.vote(.nullify, view: 5, seat: (seat + 3) % 4)))
        #expect(solo.machine.view == View(6))
    }
}
