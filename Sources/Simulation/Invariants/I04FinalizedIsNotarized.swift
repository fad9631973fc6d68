import Consensus
import Primitives

/// I4: a finalization is of the block that is notarized in its view, and of one state root.
struct FinalizedIsNotarized: NetworkLaw {
    static let name: StaticString = "I4"
    private var notarized: [Slot: Digest] = [:]
    private var finalized: [Slot: VoteSubject] = [:]

    mutating func note(_ sight: Sight) -> String? {
        for certificate in sight.certificates {
            let slot = certificate.slot
            guard let block = certificate.subject.block else { continue }
            if certificate.kind == .notarize {
                notarized[slot] = block
            } else if let known = finalized[slot], known != certificate.subject {
                return "view \(slot.view) has two finalizations"
            } else {
                finalized[slot] = certificate.subject
            }
            if let one = notarized[slot], let other = finalized[slot]?.block, one != other {
                return "view \(slot.view): \(one) is notarized, \(other) is finalized"
            }
        }
        return nil
    }
}
