import Consensus
import Primitives
import Testing

@Suite("C27: what others said is passed on to those who do not hear them")
struct RelayTests {
    private let seat = Solo.follower(of: 1...2)

    /// A machine whose second peer has said that it hears nobody else.
    private func solo() -> Solo {
        var solo = Solo(seat: seat)
        var unheard = SeatSet()
        for other in 0..<4 where other != seat { unheard.insert(Seat(UInt32(other))) }
        solo.receive(
            .status(
                EpochStatus(
                    epoch: solo.config.epoch, view: View(1), finalizedView: View(0),
                    finalizedHeight: Height(0), unheard: unheard)), from: Solo.other)
        return solo
    }

    private func relays(_ solo: Solo, to peer: Simplex.Peer) -> [Relay] {
        solo.effects.compactMap { effect in
            guard case .send(.relay(let relay), .one(peer)) = effect else { return nil }
            return relay
        }
    }

    @Test("A vote is passed on once, and not to where it came from")
    func once() {
        var solo = solo()
        let other = (0..<4).first { $0 != seat } ?? 0
        let vote = solo.vote(.nullify, view: 1, seat: other)
        solo.receive(.vote(vote))
        #expect(relays(solo, to: Solo.other).map(\.votes) == [[vote]])
        solo.receive(.vote(vote))
        solo.receive(.relay(Relay(votes: [vote])), from: Solo.other)
        #expect(relays(solo, to: Solo.other).count == 1)
        #expect(relays(solo, to: Solo.peer) == [])
    }

    @Test("A vote of a later view is passed on when that view is ours, and not before")
    func later() {
        var solo = solo()
        let other = (0..<4).first { $0 != seat } ?? 0
        let vote = solo.vote(.nullify, view: 2, seat: other)
        solo.receive(.vote(vote))
        #expect(relays(solo, to: Solo.other) == [])
        solo.receive(.certificates(CertificateBatch([solo.certificate(.nullify, view: 1)])))
        #expect(relays(solo, to: Solo.other).map(\.votes) == [[vote]])
    }

    @Test("A proposal is passed on with its leader's vote and what is known of its parent")
    func proposal() {
        var solo = solo()
        let header = solo.header(view: 1)
        let proposal = solo.proposal(header)
        solo.receive(.proposal(proposal))
        #expect(relays(solo, to: Solo.other).map(\.proposal) == [proposal])
        #expect(relays(solo, to: Solo.other).map(\.votes) == [[]])
    }

    @Test("Nobody who hears everyone is sent anything, and what was lost is said again on request")
    func asked() {
        var solo = Solo(seat: seat)
        let other = (0..<4).first { $0 != seat } ?? 0
        let vote = solo.vote(.nullify, view: 1, seat: other)
        solo.receive(.vote(vote))
        #expect(relays(solo, to: Solo.other) == [])
        var unheard = SeatSet()
        unheard.insert(Seat(UInt32(other)))
        for count in 1...2 {
            solo.receive(
                .status(
                    EpochStatus(
                        epoch: solo.config.epoch, view: View(1), finalizedView: View(0),
                        finalizedHeight: Height(0), unheard: unheard)), from: Solo.other)
            #expect(
                relays(solo, to: Solo.other).map(\.votes) == Array(repeating: [vote], count: count))
        }
    }

    @Test("A validator names the seats that do not speak to it themselves")
    func unheard() {
        var solo = Solo(seat: seat)
        let others = (0..<4).filter { $0 != seat }
        #expect(solo.machine.status.unheard == SeatSet())
        solo.receive(.vote(solo.vote(.nullify, view: 1, seat: others[0])), from: Solo.other)
        solo.receive(
            .relay(Relay(votes: [solo.vote(.nullify, view: 1, seat: others[1])])),
            from: Solo.other)
        solo.wait(milliseconds: 600)
        #expect(
            solo.machine.status.unheard.seats == others.dropFirst().map { Seat(UInt32($0)) })
    }

    @Test("A peer that repeats another's votes hides that one no longer than until a view lasts")
    func repeated() {
        var solo = Solo(seat: seat)
        let others = (0..<4).filter { $0 != seat }
        solo.receive(.vote(solo.vote(.nullify, view: 1, seat: others[0])), from: Solo.other)
        solo.receive(.vote(solo.vote(.nullify, view: 1, seat: others[1])), from: Solo.peer)
        solo.receive(.certificates(CertificateBatch([solo.certificate(.nullify, view: 1)])))
        // In view 2 only one of the two that have spoken says something.
        solo.receive(.vote(solo.vote(.nullify, view: 2, seat: others[1])), from: Solo.peer)
        solo.wait(milliseconds: 1_000)
        #expect(solo.machine.status.unheard.seats == [Seat(UInt32(others[2]))])
        solo.wait(milliseconds: 4_000)
        #expect(
            solo.machine.status.unheard.seats
                == [others[0], others[2]].map { Seat(UInt32($0)) })
        solo.receive(.vote(solo.vote(.nullify, view: 2, seat: others[0])), from: Solo.peer)
        #expect(solo.machine.view == View(3))
        // Who passed for the silent one has to speak again.
        #expect(solo.machine.status.unheard.contains(Seat(UInt32(others[0]))))
        solo.receive(.vote(solo.vote(.nullify, view: 3, seat: others[0])), from: Solo.other)
        #expect(solo.machine.status.unheard.seats == [Seat(UInt32(others[2]))])
    }

    @Test("A relay that mixes epochs is nobody's word, and a bad signature is the passer's fault")
    func faults() {
        var solo = solo()
        let other = (0..<4).first { $0 != seat } ?? 0
        let good = solo.vote(.nullify, view: 1, seat: other)
        let foreign = Vote(
            epoch: solo.config.epoch.next, view: View(1), subject: .nullify, seat: good.seat,
            signature: good.signature)
        solo.receive(.relay(Relay(votes: [good, foreign])))
        #expect(solo.faults == [.foreignEpoch])
        let bad = Vote(
            epoch: good.epoch, view: View(2), subject: .nullify, seat: good.seat,
            signature: good.signature)
        solo.receive(.relay(Relay(votes: [bad])))
        #expect(solo.faults == [.foreignEpoch, .badSignature])
        #expect(relays(solo, to: Solo.other) == [])
    }
}
