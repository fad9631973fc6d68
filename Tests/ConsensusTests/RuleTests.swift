import Consensus
import Primitives
import Testing

@Suite("Rules of one machine")
struct RuleTests {
    let seat = Solo.follower(of: 1...2)

    @Test("C12: a good proposal gets one notarize vote, when the driver has checked it")
    func notarize() {
        var solo = Solo(seat: seat)
        let header = solo.header(view: 1)
        solo.receive(.proposal(solo.proposal(header)))
        #expect(solo.ownVotes == [])
        solo.pass(header)
        #expect(solo.ownVotes.map(\.subject) == [solo.notarize(header)])
        solo.receive(.proposal(solo.proposal(header)))
        solo.pass(header)
        #expect(solo.ownVotes.count == 1)
    }

    @Test("C12: a proposal that skips a view not given up here waits until it is")
    func skipped() {
        let seat = Solo.follower(of: 1...3)
        var solo = Solo(seat: seat)
        solo.receive(.certificates(CertificateBatch([solo.certificate(.nullify, view: 2)])))
        #expect(solo.machine.view == View(3))
        let header = solo.header(view: 3)
        solo.receive(.proposal(solo.proposal(header)))
        solo.pass(header)
        #expect(solo.ownVotes == [])
        #expect(solo.requests.map(\.views) == [[View(1)]])
        solo.receive(.certificates(CertificateBatch([solo.certificate(.nullify, view: 1)])))
        solo.pass(header)
        #expect(solo.ownVotes(.notarize, view: 3).count == 1)
    }

    @Test("C40: nothing signed leaves before it is on disk, nor counts")
    func withheld() {
        var solo = Solo(seat: seat)
        solo.syncsAtOnce = false
        let header = solo.header(view: 1)
        solo.receive(.proposal(solo.proposal(header)))
        solo.pass(header)
        #expect(solo.ownVotes == [])
        let tokens = solo.effects.compactMap { effect -> Simplex.LogToken? in
            guard case .persist(let batch) = effect, batch.isUrgent else { return nil }
            return batch.token
        }
        #expect(tokens.count == 1)
        for token in tokens { solo.handle(.logged(token)) }
        #expect(solo.ownVotes.count == 1)
    }

    @Test("C15, C16: a quorum of notarize votes starts execution; its success ends the view")
    func certify() {
        var solo = Solo(seat: seat)
        let header = solo.header(view: 1)
        solo.receive(.proposal(solo.proposal(header)))
        solo.pass(header)
        for other in 0..<4 where other != seat {
            solo.receive(.vote(solo.vote(solo.notarize(header), view: 1, seat: other)))
        }
        #expect(solo.certified == [header.digest])
        #expect(solo.machine.view == View(1))
        solo.execute(header)
        #expect(solo.machine.view == View(2))
        #expect(solo.ownVotes(.finalize, view: 1).map(\.subject) == [solo.finalize(header)])
    }

    @Test("C16: an invalid block is given up, and never built on")
    func invalid() {
        var solo = Solo(seat: seat)
        let header = solo.header(view: 1)
        solo.receive(.proposal(solo.proposal(header)))
        solo.pass(header)
        solo.receive(
            .certificates(CertificateBatch([solo.certificate(solo.notarize(header), view: 1)])))
        solo.handle(.executed(block: header.digest, view: View(1), .invalid))
        #expect(solo.ownVotes(.nullify, view: 1).count == 1)
        solo.receive(.certificates(CertificateBatch([solo.certificate(.nullify, view: 1)])))
        let child = solo.header(view: 2, on: header, parentView: 1)
        solo.receive(.proposal(solo.proposal(child)))
        #expect(solo.ownVotes(.notarize, view: 2) == [])
        #expect(solo.ownVotes(.nullify, view: 2).count == 1)
    }

    @Test("C14: a silent leader is given up after the leader timeout, and the vote is repeated")
    func nullify() {
        var solo = Solo(seat: seat)
        solo.wait(milliseconds: 1_100)
        #expect(solo.ownVotes == [])
        solo.wait(milliseconds: 300)
        #expect(solo.ownVotes(.nullify, view: 1).count == 1)
        solo.wait(milliseconds: 2_100)
        #expect(solo.ownVotes(.nullify, view: 1).count > 1)
        #expect(Set(solo.ownVotes.map(\.signature)).count == 1)
    }

    @Test("C14: what the leader gives up, others give up at once")
    func leaderNullifies() {
        var solo = Solo(seat: seat)
        let leader = Int(solo.machine.leader(of: View(1)).index)
        solo.receive(.vote(solo.vote(.nullify, view: 1, seat: leader)))
        #expect(solo.ownVotes(.nullify, view: 1).count == 1)
    }

    @Test("C14: what the leader has given up before we come is given up when we do")
    func leaderNullifiesEarly() {
        var solo = Solo(seat: seat)
        let leader = Int(solo.machine.leader(of: View(2)).index)
        guard leader != seat else { return }
        solo.receive(.vote(solo.vote(.nullify, view: 2, seat: leader)))
        #expect(solo.ownVotes(.nullify, view: 2) == [])
        solo.receive(.certificates(CertificateBatch([solo.certificate(.nullify, view: 1)])))
        #expect(solo.machine.view == View(2))
        #expect(solo.ownVotes(.nullify, view: 2).count == 1)
    }

    @Test("C18: a finalization moves on from any view, and asks for the block it does not know")
    func jump() {
        var solo = Solo(seat: seat)
        let header = solo.header(view: 900)
        solo.receive(
            .certificates(CertificateBatch([solo.certificate(solo.finalize(header), view: 900)])))
        #expect(solo.machine.view == View(901))
        #expect(solo.fetched.first?.block == header.digest)
        solo.handle(.fetched(header))
        #expect(solo.machine.status.finalizedHeight == header.height)
    }

    @Test("C18: a quorum with another state than ours stops our voting")
    func diverged() {
        var solo = Solo(seat: seat)
        let header = solo.header(view: 1)
        solo.accept(header)
        let foreign = VoteSubject.finalize(
            parentView: View(0), block: header.digest, stateRoot: .zero)
        solo.receive(.certificates(CertificateBatch([solo.certificate(foreign, view: 1)])))
        #expect(solo.alarms.count == 1)
        #expect(solo.machine.standing == .observing)
    }

    @Test("C23: an idle chain stays in its view until a heartbeat is due")
    func idle() {
        var solo = Solo(seat: seat, isBusy: false)
        solo.wait(milliseconds: 9_500)
        #expect(solo.ownVotes == [])
        solo.wait(milliseconds: 2_000)
        #expect(solo.ownVotes(.nullify, view: 1).count == 1)
    }

    @Test("C23: an idle leader proposes a heartbeat after ten seconds, and at once when busy")
    func heartbeat() {
        let keys = Fixture.keys(4)
        let leader = Int(Simplex(Fixture.config(keys), key: nil).leader(of: View(1)).index)
        var solo = Solo(seat: leader, isBusy: false)
        solo.wait(milliseconds: 9_900)
        #expect(solo.builds.isEmpty)
        solo.wait(milliseconds: 200)
        #expect(solo.builds.map(\.isHeartbeat) == [true])
        var busy = Solo(seat: leader)
        #expect(busy.builds.map(\.isHeartbeat) == [false])
        busy.handle(.notBuilt(View(1)))
        #expect(busy.ownVotes(.nullify, view: 1).count == 1)
    }

    @Test("C21: timers grow by half from the fourth nullified view on, and shrink at a final one")
    func backoff() {
        var solo = Solo(seat: seat)
        for view in 1...9 as ClosedRange<UInt64> {
            solo.receive(.certificates(CertificateBatch([solo.certificate(.nullify, view: view)])))
        }
        // Five failures past the free ones and one more: 1,000 ms × 1.5⁶ is above 11 s.
        guard solo.machine.leader(of: View(10)) != Seat(UInt32(seat)) else { return }
        solo.wait(milliseconds: 9_000)
        #expect(solo.ownVotes(.nullify, view: 10) == [])
        solo.wait(milliseconds: 3_000)
        #expect(solo.ownVotes(.nullify, view: 10).count == 1)
    }

    @Test("C20: a leader known to be silent is passed over at once")
    func knownSilent() {
        var options = ClusterOptions()
        options.seed = 5
        var cluster = Cluster(options)
        cluster.startAll()
        cluster.run(milliseconds: 5_000)
        cluster.crash(2)
        cluster.run(milliseconds: 30_000)
        let before = cluster.checker.finalCount
        cluster.run(milliseconds: 10_000)
        #expect(cluster.checker.finalCount - before > 30)
        #expect(cluster.checker.violations == [])
    }

    @Test("C31: a proposal that does not fit its parent is given up", arguments: 0..<5)
    func unfit(field: Int) {
        var solo = Solo(seat: seat)
        let header = solo.header(view: 1) { header in
            switch field {
            case 0: header.height = header.height.next
            case 1: header.parentStateRoot = .zero
            case 2: header.time = Fixture.start.time
            case 3: header.parent = .zero
            default: header.validatorSet = .zero
            }
        }
        solo.receive(.proposal(solo.proposal(header)))
        #expect(solo.ownVotes(.nullify, view: 1).count == 1)
    }

    @Test("C20: a wake-up that comes a moment too early is asked for again")
    func earlyWake() throws {
        var solo = Solo(seat: seat)
        let asked = solo.effects.compactMap { effect -> Instant? in
            if case .wake(let instant) = effect { instant } else { nil }
        }
        let first = try #require(asked.last)
        // A driver's clock and its timer are two clocks: one may be ahead of the other.
        let effects = solo.machine.handle(.woke, now: Instant(first.number - 1))
        let again = effects.contains { effect in
            if case .wake = effect { true } else { false }
        }
        #expect(again, "without it the machine would sleep for ever")
    }
}
