import Chain
import Consensus
import Gossip
import Ledger
import Primitives
import Replica
import Wire

/// One machine of a node by itself.
///
/// In a whole network another way leads to the same end before a mistake in one of them is seen:
/// certificates come by help, by repair, by repetition and with proposals.
extension Drill {
    static var machines: [Drill] {
        [
            Drill("R9: who says that it is behind is sent what leads out of its view") {
                seed, out in
                let founding = Founding(Scenario(validators: 4), seed: seed)
                var machine = Simplex(config(of: founding), key: founding.voteKeys[0])
                let (ahead, behind) = (Simplex.Peer(1), Simplex.Peer(2))
                let start = Instant(1_000)
                _ = machine.handle(.connected(ahead), now: start)
                _ = machine.handle(.connected(behind), now: start)
                _ = machine.handle(.started(Simplex.Recovery()), now: start)
                let certificates = (1...2).map { nullification(of: View($0), founding) }
                _ = machine.handle(
                    .received(
                        .certificates(CertificateBatch(certificates)), from: ahead,
                        at: Founding.time), now: start)
                out.expect(machine.view == View(3), "it is in view \(machine.view)")
                let status = EpochStatus(
                    epoch: Epoch(0), view: View(1), finalizedView: View(0),
                    finalizedHeight: Height(0))
                let word = Simplex.Event.received(
                    .status(status), from: behind, at: Founding.time)
                _ = machine.handle(word, now: start)
                let effects = machine.handle(
                    word, now: start.advanced(milliseconds: Pace().hop))
                let sent = effects.compactMap { effect -> [Certificate]? in
                    guard case .send(.certificates(let batch), to: .one(behind)) = effect else {
                        return nil
                    }
                    return batch.certificates
                }
                out.expect(
                    sent.joined().contains { $0.view == View(1) && $0.kind == .nullify },
                    "it was sent \(sent.joined().map(\.view))")
            },
            Drill("seed 31080: a delivery of repair that is late for its question is no fault") {
                seed, out in
                let names = [UInt8(1), 2].map { PeerName(FixedBytes(repeating: $0)) }
                var asking = Repair(chance: Chance(seed: seed))
                var answering = Repair(chance: Chance(seed: seed + 1))
                let none = Shelf(count: 0)
                var now = Instant(1_000)
                _ = asking.handle(.connected(names[1]), pool: none, now: now)
                _ = answering.handle(.connected(names[0]), pool: none, now: now)
                func delivery(of shelf: Shelf) -> [UInt8]? {
                    var frame = sent(asking.handle(.roundEnded, pool: none, now: now))
                    for _ in 0..<3 {
                        guard let bytes = frame else { return nil }
                        let answer = sent(
                            answering.handle(.received(names[0], bytes), pool: shelf, now: now))
                        guard let answer, !isDelivery(answer) else { return answer }
                        frame = sent(
                            asking.handle(.received(names[1], answer), pool: none, now: now))
                    }
                    return nil
                }
                let late = delivery(of: Shelf(count: 3))
                now = now.advanced(milliseconds: 4_000)
                let next = delivery(of: Shelf(count: 1))
                guard let late, next != nil else { return out.expect(false, "nothing was asked") }
                let effects = asking.handle(.received(names[1], late), pool: none, now: now)
                out.expect(
                    effects.contains { if case .deliver = $0 { true } else { false } },
                    "what came late: \(effects.count) effects, no delivery")
            },
            Drill("seed 12835: a payment whose rival became final while it was checked stays out") {
                seed, out in
                let founding = Founding(Scenario(validators: 4), seed: seed)
                var pool = Mempool()
                pool.finalize([payment(founding, amount: 1)], at: Height(1))
                let rival = payment(founding, amount: 2)
                let standing = AccountStanding(sequence: Sequence(0), covers: [])
                let insertion = pool.insert(rival, standing)
                out.expect(insertion == .outOfWindow, "the rival of a final one is \(insertion)")
                out.expect(pool.count == 0, "\(pool.count) payments wait for ever")
            },
        ]
    }

    private static func config(of founding: Founding) -> EpochConfig {
        EpochConfig(
            chain: founding.founded.state.chain, protocolNumber: ChainState.protocolNumber,
            epoch: Epoch(0), set: founding.set, seed: .zero,
            start: EpochStart(
                block: .zero, height: Height(0), time: Founding.time, stateRoot: .zero),
            lastHeight: Height(1_000), scheme: .simulated)
    }

    private static func nullification(of view: View, _ founding: Founding) -> Certificate {
        let votes = founding.voteKeys.dropFirst().compactMap { key in
            founding.seat(of: key.publicKey).map {
                VoteSubject.nullify.vote(
                    by: key, at: $0, in: view, of: Epoch(0), on: founding.founded.state.chain,
                    .simulated)
            }
        }
        return Certificate(
            epoch: Epoch(0), view: view, subject: .nullify,
            votes: votes.sorted { $0.seat < $1.seat }, memberCount: founding.set.count)
    }

    private static func payment(_ founding: Founding, amount: UInt64) -> Transaction {
        let (payer, payee) = (founding.walletKeys[0], founding.walletKeys[1])
        let output = Payment.Output(
            recipient: AccountID(payee.publicKey), amount: Amount(minorUnits: amount))
        let body = Body(
            chain: founding.founded.state.chain, account: AccountID(payer.publicKey),
            sequence: Sequence(1), expiry: Height(1_000), feeAsset: founding.asset,
            feeLimit: Amount(minorUnits: 100_000),
            actions: [Action(.payment(Payment(asset: founding.asset, outputs: [output])))])
        return Transaction(signing: body, with: [payer], scheme: .simulated)
    }

    private static func isDelivery(_ frame: [UInt8]) -> Bool {
        if case .delivery = try? RepairMessage(wire: frame) { true } else { false }
    }

    private static func sent(_ effects: [Repair.Effect]) -> [UInt8]? {
        effects.lazy.compactMap { effect -> [UInt8]? in
            guard case .send(_, let frame) = effect else { return nil }
            return frame
        }.first
    }
}

/// So many things that repair may carry.
private struct Shelf: RepairPool {
    let count: UInt8

    private var all: [[UInt8]] { (0..<count).map { [$0] } }
    private func id(_ bytes: [UInt8]) -> Digest { Digest(hashing: bytes, in: .seed) }

    var ids: [Digest] { all.map { id($0) } }
    func knows(_ id: Digest) -> Bool { ids.contains(id) }
    func transaction(_ id: Digest) -> [UInt8]? { all.first { self.id($0) == id } }
}
