import Consensus
import Primitives
import Testing

@Suite("The end of an epoch")
struct EpochEndTests {
    @Test("C32: every validator ends with the same last block", arguments: 1...8 as ClosedRange)
    func ends(seed: UInt64) {
        var options = ClusterOptions()
        options.seed = seed
        options.lastHeight = 25
        options.lossPercent = seed % 2 == 0 ? 15 : 0
        var cluster = Cluster(options)
        cluster.startAll()
        let took = cluster.run(until: { $0.nodes.allSatisfy(\.hasEnded) }, limit: 120_000)
        #expect(took != nil, "seed \(seed): \(cluster.nodes.map(\.machine.status))")
        #expect(cluster.checker.violations == [], "seed \(seed)")
        #expect(Set(cluster.nodes.map { $0.finalization?.block }).count == 1)
        cluster.run(milliseconds: 5_000)
        // Late votes are gathered, so that light nodes can skip by this certificate.
        if options.lossPercent == 0 {
            #expect(cluster.nodes.contains { $0.finalization?.certificate.signatures.count == 4 })
        }
    }

    @Test("C32: a straggler is served by machines that have ended")
    func straggler() {
        var options = ClusterOptions()
        options.lastHeight = 20
        var cluster = Cluster(options)
        cluster.startAll()
        cluster.run(milliseconds: 500)
        cluster.crash(1)
        #expect(
            cluster.run(
                until: {
                    $0.nodes.enumerated().allSatisfy { $0.offset == 1 || $0.element.hasEnded }
                },
                limit: 60_000) != nil)
        cluster.start(1)
        #expect(cluster.run(until: { $0.nodes[1].hasEnded }, limit: 20_000) != nil)
    }

    @Test("C32: after the last block only the same block is voted for")
    func onlyTheSame() {
        let seat = Solo.follower(of: 1...3)
        var solo = Solo(seat: seat, lastHeight: 11)
        let last = solo.header(view: 1)
        solo.accept(last)
        #expect(solo.machine.view == View(2))
        let child = solo.header(view: 2, on: last, parentView: 1)
        solo.receive(.proposal(solo.proposal(child)))
        #expect(solo.ownVotes(.notarize, view: 2) == [])
        #expect(solo.ownVotes(.nullify, view: 2).count == 1)
        solo.receive(.certificates(CertificateBatch([solo.certificate(.nullify, view: 2)])))
        solo.receive(.proposal(solo.proposal(last, view: 3, parentView: 1)))
        #expect(
            solo.ownVotes(.notarize, view: 3).map(\.subject) == [
                .notarize(parentView: View(1), block: last.digest)
            ])
        let again = VoteSubject.notarize(parentView: View(1), block: last.digest)
        solo.receive(.certificates(CertificateBatch([solo.certificate(again, view: 3)])))
        // The same block is not executed twice.
        #expect(solo.certified == [last.digest])
        let final = VoteSubject.finalize(
            parentView: View(1), block: last.digest,
            stateRoot: Fixture.stateRoot(after: last.digest))
        #expect(solo.ownVotes(.finalize, view: 3).map(\.subject) == [final])
        solo.receive(.certificates(CertificateBatch([solo.certificate(final, view: 3)])))
        #expect(solo.machine.hasEnded)
    }
}
