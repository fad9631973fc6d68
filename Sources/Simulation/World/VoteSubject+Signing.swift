import Consensus
import Primitives

extension VoteSubject {
    /// The vote that a key makes of it, whether or not the seat is its own.
    func vote(
        by key: SigningKey, at seat: Seat, in view: View, of epoch: Epoch, on chain: Digest,
        _ scheme: SignatureScheme
    ) -> Vote {
        let message = signedBytes(chain: chain, epoch: epoch, view: view)
        return Vote(
            epoch: epoch, view: view, subject: self, seat: seat,
            signature: scheme.sign(message, with: key))
    }
}
