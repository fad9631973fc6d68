import Consensus
import LightClient
import Primitives

/// What a full node that betrays light nodes makes of an honest answer.
///
/// - Source: attack 54; rules N1 to N6.
struct LightForger: Sendable {
    let key: SigningKey
    let chain: Digest
    let scheme: SignatureScheme

    func forge(_ response: LightResponse, _ dice: inout Dice) -> LightResponse {
        switch response {
        case .head(let head):
            switch dice.below(4) {
            case 0: return .head(withOtherState(head))
            case 1: return .head(signedByUs(head))
            case 2: return .head(fromFuture(head))
            default: return .refused(.unknown)
            }
        case .update(let update):
            // A set of our own, in place of the one that the header names.
            guard let own = ValidatorSet([Validator(key: key.publicKey, weight: 1)]) else {
                return response
            }
            return .update(
                EpochUpdate(
                    to: signedByUs(update.target, alone: true), from: own, set: own, next: own))
        case .ancestor(let historic):
            var header = historic.header
            header.time = header.time.next
            return .ancestor(HistoricHeader(header: header, path: historic.path))
        case .submitted, .leaf, .journal, .block, .status, .refused: return response
        }
    }

    /// The header of another state under a real certificate.
    private func withOtherState(_ head: FinalizedHeader) -> FinalizedHeader {
        var header = head.header
        header.parentStateRoot = header.transactionsRoot
        return FinalizedHeader(header: header, finalization: head.finalization)
    }

    private func fromFuture(_ head: FinalizedHeader) -> FinalizedHeader {
        var header = head.header
        header.height = header.height.adding(1_000)
        header.time = header.time.adding(3_600_000)
        return signedByUs(FinalizedHeader(header: header, finalization: head.finalization))
    }

    /// A certificate with our signature in everybody's name, or in that of a set of our own.
    private func signedByUs(_ head: FinalizedHeader, alone: Bool = false) -> FinalizedHeader {
        let old = head.finalization.certificate
        let subject = VoteSubject.finalize(
            parentView: head.header.parentView, block: head.header.digest, stateRoot: .zero)
        let bytes = subject.signedBytes(chain: chain, epoch: old.epoch, view: old.view)
        let signature = scheme.sign(bytes, with: key)
        let votes = (alone ? [Seat(0)] : old.signers).map { seat in
            Vote(
                epoch: old.epoch, view: old.view, subject: subject, seat: seat,
                signature: signature)
        }
        let certificate = Certificate(
            epoch: old.epoch, view: old.view, subject: subject, votes: votes,
            memberCount: alone ? 1 : old.bitmap.count * 8)
        guard let finalization = Finalization(certificate) else { return head }
        return FinalizedHeader(header: head.header, finalization: finalization)
    }
}
