import Chain
import Consensus
import Primitives
import Replica

/// I13: every finalization that a node keeps verifies for a stranger who knows the validators, and
/// is of the block and the state that it is kept with.
struct FinalizationsVerify: NetworkLaw {
    static let name: StaticString = "I13"
    let chain: Digest
    let scheme: SignatureScheme
    private var sets: [Epoch: ValidatorSet]

    init(chain: Digest, set: ValidatorSet, scheme: SignatureScheme) {
        self.chain = chain
        self.scheme = scheme
        sets = [Epoch(0): set]
    }

    mutating func note(_ sight: Sight) -> String? {
        if case .epoch(let epoch, let set) = sight { sets[epoch] = set }
        guard case .final(let final, let node) = sight, let proof = final.finalization else {
            return nil
        }
        let header = final.block.header
        guard let set = sets[header.epoch], proof.block == final.digest,
            proof.stateRoot == final.stateRoot, header.validatorSet == set.digest
        else { return "node \(node) keeps a finalization of something else at \(header.height)" }
        do throws(CertificateFault) {
            try proof.verify(in: set, of: header.epoch, chain: chain, scheme: scheme)
            return nil
        } catch { return "node \(node) keeps a finalization that fails: \(error)" }
    }
}
