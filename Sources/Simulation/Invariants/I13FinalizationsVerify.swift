import Chain
import Consensus
import Primitives
import Replica
import Wire

/// I13: every finalization that a node keeps verifies for a stranger who knows the validators, and
/// is of the block and the state that it is kept with; so does the evidence in final blocks.
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
        if case .reference(let block, _) = sight { return check(block) }
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

    private func check(_ block: Block) -> String? {
        for bytes in block.body.evidence {
            guard let evidence = try? Evidence(wire: bytes),
                let set = sets[evidence.first.epoch],
                evidence.isValid(in: set, chain: chain, scheme: scheme)
            else { return "block \(block.header.height) holds evidence that proves nothing" }
        }
        return nil
    }
}
