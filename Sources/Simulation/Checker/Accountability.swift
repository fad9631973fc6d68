import Consensus
import Primitives

/// Who is proved guilty by the certificates that honest nodes hold.
///
/// Two certificates that exclude each other have signers in common, and each of those has signed
/// both sides: nobody else need be believed.
///
/// - Source: `consensus.md` 1.11.
struct Accountability: Sendable {
    private struct Place: Hashable, Sendable {
        let slot: Slot
        let seat: Seat
    }

    private var votes: [Place: [Vote]] = [:]
    private var proofs: [Seat: Evidence] = [:]

    mutating func note(_ sight: Sight) {
        for certificate in sight.certificates {
            for vote in certificate.votes { note(vote) }
        }
    }

    private mutating func note(_ vote: Vote) {
        let place = Place(slot: vote.slot, seat: vote.seat)
        let known = votes[place] ?? []
        guard !known.contains(where: { $0.subject == vote.subject }) else { return }
        votes[place] = known + [vote]
        guard proofs[vote.seat] == nil else { return }
        proofs[vote.seat] = known.lazy.compactMap { Evidence($0, vote) }.first
    }

    /// Those with a proof against them, in order of seat.
    var guilty: [Seat] { proofs.keys.sorted() }
}
