import Consensus
import Primitives

/// I3: at most one block is notarized in a view.
struct OneNotarization: NetworkLaw {
    static let name: StaticString = "I3"
    private var blocks: [Slot: Digest] = [:]

    mutating func note(_ sight: Sight) -> String? {
        for certificate in sight.certificates where certificate.kind == .notarize {
            guard let block = certificate.subject.block else { continue }
            if let known = blocks[certificate.slot], known != block {
                return "view \(certificate.view) has two notarizations: \(known), \(block)"
            }
            blocks[certificate.slot] = block
        }
        return nil
    }
}
