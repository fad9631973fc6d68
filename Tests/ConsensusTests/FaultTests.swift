import Consensus
import Primitives
import Testing
import Wire

/// Rows 45 to 51 of the attack list: certificates, outages, clocks, disks.
@Suite("Faults of validators and their machines")
struct FaultTests {
    let seat = Solo.follower(of: 1...2)

    @Test("Attack 45: one check for all: quorum, seats, signatures, epoch and chain")
    func certificateCheck() throws {
        let keys = Fixture.keys(5)
        let config = Fixture.config(keys, weights: [10, 10, 10, 30, 40])
        let subject = VoteSubject.finalize(parentView: View(1), block: .zero, stateRoot: .zero)
        func make(_ seats: [Int]) -> Certificate {
            Fixture.certificate(subject, view: 7, seats: seats, keys: keys, config: config)
        }
        func check(
            _ certificate: Certificate, epoch: Epoch? = nil, chain: Digest? = nil
        ) -> CertificateFault? {
            do throws(CertificateFault) {
                try certificate.verify(
                    in: config.set, of: epoch ?? config.epoch, chain: chain ?? config.chain,
                    scheme: config.scheme)
                return nil
            } catch { return error }
        }
        #expect(check(make([3, 4])) == nil)
        #expect(check(make([0, 1, 2, 3, 4])) == nil)
        #expect(check(make([0, 1, 4])) == .noQuorum(weight: 60, total: 100))
        #expect(check(make([3, 4]), epoch: Epoch(4)) == .wrongEpoch(config.epoch))
        #expect(check(make([3, 4]), chain: .zero) == .badSignature(Seat(3)))
        let good = make([3, 4])
        var bytes = good.wire
        bytes[bytes.count - 1] ^= 1
        #expect(check(try Certificate(wire: bytes)) == .badSignature(Seat(4)))
        // One signature more or fewer than bits is not even a certificate.
        #expect(throws: WireError.self) {
            var writer = WireWriter()
            writer.uint64(1, 3)
            writer.uint64(2, 3)
            writer.uint64(3, 7)
            writer.bytes(7, [0b11000])
            writer.bytes(8, Array(repeating: 0, count: 64 * 3))
            _ = try Certificate(wire: writer.bytes)
        }
    }

    @Test("Attack 48: a third goes one by one, then all; liveness returns by itself")
    func outages() {
        var options = ClusterOptions()
        options.weights = [1, 1, 1, 1, 1, 1, 1]
        var cluster = Cluster(options)
        cluster.startAll()
        cluster.run(milliseconds: 3_000)
        for index in 0..<2 {
            cluster.crash(index)
            let target = cluster.checker.finalCount + 10
            #expect(cluster.run(until: { $0.checker.finalCount >= target }, limit: 30_000) != nil)
        }
        for index in 2..<7 { cluster.crash(index) }
        cluster.run(milliseconds: 60_000)
        cluster.startAll()
        let target = cluster.checker.finalCount + 10
        #expect(cluster.run(until: { $0.checker.finalCount >= target }, limit: 20_000) != nil)
        #expect(cluster.checker.violations == [])
    }

    @Test("Attack 48: below a quorum nothing is final, and a long cut heals within its timers")
    func partition() {
        var cluster = Cluster(ClusterOptions())
        cluster.startAll()
        cluster.run(milliseconds: 3_000)
        cluster.partition([0, 1])
        cluster.run(milliseconds: 500)
        let before = cluster.checker.finalCount
        cluster.run(milliseconds: 120_000)
        #expect(cluster.checker.finalCount <= before + 1)
        cluster.heal()
        let target = cluster.checker.finalCount + 5
        #expect(cluster.run(until: { $0.checker.finalCount >= target }, limit: 60_000) != nil)
        #expect(cluster.checker.violations == [])
    }

    @Test(
        "Attack 49: clocks ten minutes off at one are passed over; at two, nothing unsafe",
        arguments: [1, 2])
    func clocks(count: Int) {
        for ahead in [-600_000, 600_000] as [Int64] {
            var cluster = Cluster(ClusterOptions())
            for index in 0..<count { cluster.nodes[index].clockAhead = ahead }
            cluster.startAll()
            cluster.run(milliseconds: 60_000)
            #expect(cluster.checker.violations == [])
            if count == 1 { #expect(cluster.checker.finalCount > 50, "\(ahead)") }
            for index in 0..<count { cluster.nodes[index].clockAhead = 0 }
            let target = cluster.checker.finalCount + 5
            let took = cluster.run(until: { $0.checker.finalCount >= target }, limit: 700_000)
            #expect(took != nil, "\(ahead)")
        }
    }

    @Test("Attack 49: a proposal from a clock a little ahead waits, and then gets its vote")
    func early() {
        var solo = Solo(seat: seat)
        let header = solo.header(view: 1) { $0.time = $0.time.adding(900) }
        solo.receive(.proposal(solo.proposal(header)))
        solo.pass(header)
        #expect(solo.ownVotes == [])
        solo.wait(milliseconds: 450)
        solo.pass(header)
        #expect(solo.ownVotes(.notarize, view: 1).count == 1)
    }

    @Test("Attack 50: a crash at any point between signing and the disk signs nothing twice")
    func crashPoints() {
        for seed in 0..<15 as Range<UInt64> {
            var options = ClusterOptions()
            options.seed = seed
            options.disk = 1...30
            options.delay = 2...20
            var cluster = Cluster(options)
            var random = Chance(seed: seed)
            cluster.startAll()
            for _ in 0..<30 {
                let index = Int(random.below(4))
                cluster.run(milliseconds: random.below(60))
                cluster.crash(index)
                cluster.run(milliseconds: random.below(20))
                cluster.start(index)
            }
            cluster.run(milliseconds: 10_000)
            #expect(cluster.checker.violations == [], "seed \(seed)")
            #expect(cluster.nodes.allSatisfy { $0.evidence.isEmpty }, "seed \(seed)")
        }
    }

    @Test("Attack 50: a disk that never answers keeps every vote in")
    func fullDisk() {
        var solo = Solo(seat: seat)
        solo.syncsAtOnce = false
        solo.wait(milliseconds: 30_000)
        #expect(solo.ownVotes == [])
    }

    @Test("Attack 51: an old or lost log under a newer mark makes an observer, not a voter")
    func restored() {
        var solo = Solo(seat: seat)
        solo.wait(milliseconds: 1_400)
        #expect(solo.highWater?.kind == .nullify)
        solo.restart(forgetting: true)
        #expect(solo.machine.standing == .observing)
        #expect(
            solo.alarms == [
                .logBehindMark(
                    HighWater(
                        epoch: solo.config.epoch, view: View(1), kind: .nullify))
            ])
        solo.wait(milliseconds: 10_000)
        #expect(solo.ownVotes == [])
        solo.restart()
        #expect(solo.machine.standing == .voting)
    }

    @Test("C44: a block that was refused is executed again after a restart: rules may be newer")
    func refusedBefore() {
        var solo = Solo(seat: Solo.follower(of: 1...2))
        let header = solo.header(view: 1)
        let certificate = solo.certificate(solo.notarize(header), view: 1)
        solo.receive(.proposal(solo.proposal(header)))
        solo.pass(header)
        solo.receive(.certificates(CertificateBatch([certificate])))
        solo.handle(.executed(block: header.digest, view: header.view, .invalid))
        #expect(solo.log.contains(.rejected(view: header.view, block: header.digest)))
        solo.restart()
        solo.handle(.fetched(header))
        let isAskedFor = solo.effects.contains { effect in
            guard case .certify(_, let block, _) = effect else { return false }
            return block == header.digest
        }
        #expect(isAskedFor)
        solo.execute(header)
        #expect(
            solo.log.contains { record in
                guard case .accepted(header.view, _, _) = record else { return false }
                return true
            })
        // It gave the view up before, and says nothing else of it now.
        #expect(solo.ownVotes.contains { $0.view == header.view && $0.kind == .nullify })
        #expect(!solo.ownVotes.contains { $0.view == header.view && $0.kind == .finalize })
    }

    @Test("Attack 51: nothing at or below the mark is signed, whatever the log says")
    func mark() {
        let keys = Fixture.keys(4)
        let epoch = Fixture.config(keys).epoch
        // A mark of a later epoch: this one's votes are all behind it.
        let recovery = Simplex.Recovery(
            highWater: HighWater(epoch: epoch.next, view: View(1), kind: .notarize))
        var solo = Solo(seat: seat, recovery: recovery)
        solo.wait(milliseconds: 5_000)
        #expect(solo.ownVotes == [])
    }
}
