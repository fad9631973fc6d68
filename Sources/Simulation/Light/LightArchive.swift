import Chain
import Consensus
import LightClient
import Primitives
import Replica
import StateTree

/// What full nodes serve light nodes from: the final chain, with its history.
struct LightArchive: Sendable {
    private(set) var headers: [BlockHeader]
    private var finalizations: [Height: Finalization] = [:]
    private var sets: [Epoch: ValidatorSet]
    private var history = HistoryRange()
    private var nodes: [Digest] = []

    /// Genesis is the first header.
    init(_ founding: Founding) {
        headers = []
        sets = [Epoch(0): founding.set]
        append(founding.founded.state.final.header)
    }

    private mutating func append(_ header: BlockHeader) {
        headers.append(header)
        nodes += history.append(header.digest)
    }

    mutating func note(_ sight: Sight) {
        switch sight {
        case .final(let final, _):
            guard let proof = final.finalization else { return }
            finalizations[final.block.header.height] = proof
        case .reference(let block, _): append(block.header)
        case .epoch(let epoch, let set): sets[epoch] = set
        case .sent, .durable, .evidence, .crashed, .light, .copied: return
        }
    }

    /// What an honest full node answers whose chain ends at a height.
    func answer(_ request: LightRequest, upTo height: Height) -> LightResponse {
        switch request {
        case .head: finalized(atOrBelow: height).map { .head($0) } ?? .refused(.unknown)
        case .update(let from, let to): update(from, to, height)
        case .ancestor(let wanted, let under): ancestor(wanted, under)
        case .submit, .leaf, .journal, .block, .status: .refused(.unknown)
        }
    }

    private func header(at height: Height) -> BlockHeader? {
        height.number < UInt64(headers.count) ? headers[Int(height.number)] : nil
    }

    /// The newest block with a finalization of its own.
    private func finalized(atOrBelow height: Height) -> FinalizedHeader? {
        var place = min(Int(height.number), headers.count - 1)
        while place > 0 {
            if let proof = finalizations[headers[place].height] {
                return FinalizedHeader(header: headers[place], finalization: proof)
            }
            place -= 1
        }
        return nil
    }

    private func update(_ from: Epoch, _ to: Epoch, _ height: Height) -> LightResponse {
        let last = headers.prefix(Int(height.number) + 1).last {
            $0.epoch <= to && $0.endsEpoch && finalizations[$0.height] != nil
        }
        guard let last, last.epoch >= from, let proof = finalizations[last.height],
            let old = sets[from], let set = sets[last.epoch], let next = sets[last.epoch.next]
        else { return .refused(.unknown) }
        return .update(
            EpochUpdate(
                to: FinalizedHeader(header: last, finalization: proof), from: old, set: set,
                next: next))
    }

    private func ancestor(_ height: Height, _ under: Height) -> LightResponse {
        guard let header = header(at: height), self.header(at: under) != nil else {
            return .refused(.unknown)
        }
        let path = HistoryRange.proof(of: height.number, count: under.number) { place in
            place < UInt64(nodes.count) ? nodes[Int(place)] : nil
        }
        guard let path else { return .refused(.unknown) }
        return .ancestor(HistoricHeader(header: header, path: path))
    }
}
