import Chain
import LightClient
import Primitives

/// I13: a light node takes no header for final that is not on the chain.
struct LightNodesSeeTheChain: NetworkLaw {
    static let name: StaticString = "I13"
    private var chain: [Digest: Digest] = [:]

    mutating func note(_ sight: Sight) -> String? {
        switch sight {
        case .reference(let block, let stateRoot):
            chain[block.digest] = stateRoot
            return nil
        case .light(let head, let light):
            return head.header.digest == head.block && chain[head.block] == head.stateRoot
                ? nil : "light node \(light) believes in \(head.block) at \(head.header.height)"
        case .sent, .heard, .durable, .final, .epoch, .crashed, .evidence, .copied: return nil
        }
    }
}
