import Chain
import Consensus
import Ledger
import LightClient
import Primitives
import Replica
import StateTree
import Wire

/// What all full nodes keep of the final chain and simulated disks do not: the names of all headers,
/// with their history, and who votes in each epoch.
struct LightArchive: Sendable {
    private(set) var headers: [BlockHeader] = []
    private(set) var sets: [Epoch: ValidatorSet]
    private(set) var nodes: [Digest] = []
    private var history = HistoryRange()

    /// Genesis is the first header.
    init(_ founding: Founding) {
        sets = [Epoch(0): founding.set]
        append(founding.founded.state.final.header)
    }

    private mutating func append(_ header: BlockHeader) {
        headers.append(header)
        nodes += history.append(header.digest)
    }

    mutating func note(_ sight: Sight) {
        switch sight {
        case .reference(let block, _): append(block.header)
        case .epoch(let epoch, let set): sets[epoch] = set
        case .final, .sent, .heard, .durable, .evidence, .crashed, .light, .copied: return
        }
    }
}

/// The disk of a simulated full node, as what light nodes are answered from.
struct ServedDisk: LightSource {
    typealias Failure = Never

    let disk: SimulatedDisk
    let archive: LightArchive
    let epochLength: UInt64

    /// What production's service answers without waiting for anything.
    func answer(_ request: LightRequest) -> LightResponse {
        switch request {
        case .head: head.map { .head($0) } ?? .refused(.busy)
        case .update(let from, let to): update(from: from, to: to, epochLength: epochLength)
        case .leaf(let key): leaf(key)
        case .journal(let key, let first, let limit): journal(of: key, from: first, limit: limit)
        case .block(let height): servedBlock(at: height)
        case .status(let id): .status(status(id))
        case .ancestor(let height, let under): ancestor(height, under: under)
        case .submit: .refused(.malformed)
        }
    }

    /// The last final block, when it has a certificate of its own.
    private var head: FinalizedHeader? { finalized(at: disk.height) }

    private func leaf(_ key: LeafKey) -> LightResponse {
        guard let head else { return .refused(.busy) }
        do throws(SourceError) {
            let proof = try disk.tip.proof(of: key, reading: disk.leaves)
            return .leaf(LeafProof(finalized: head, proof: proof))
        } catch { return .refused(.busy) }
    }

    private func status(_ id: Digest) -> TransactionStatus {
        let place = disk.journals.lastIndex { journal in
            journal.receipts.contains { $0.transaction == id }
        }
        guard let place, let block = disk.wholeBlock(at: Height(UInt64(place))) else {
            return .unknown
        }
        let parts = ServedBlocks.Parts(block, disk.journals[place].receipts)
        return parts.included(id).map { .included($0) } ?? .unknown
    }

    // MARK: Reading

    func header(at height: Height) -> BlockHeader? {
        height <= disk.height && height.number < UInt64(archive.headers.count)
            ? archive.headers[Int(height.number)] : nil
    }

    func finalization(at height: Height) -> Finalization? {
        guard let header = header(at: height), height.number > 0 else { return nil }
        let proof = disk.chain[Int(height.number) - 1].finalization
        return proof?.block == header.digest ? proof : nil
    }

    func block(at height: Height) -> [UInt8]? { disk.wholeBlock(at: height)?.wire }

    func validators(of epoch: Epoch) -> ValidatorSet? { archive.sets[epoch] }

    func historyNode(_ place: UInt64) -> Digest? {
        place < UInt64(archive.nodes.count) ? archive.nodes[Int(place)] : nil
    }

    func events(of key: LeafKey, from first: UInt64, limit: Int) -> [JournalEvent] {
        var found: [JournalEvent] = []
        for (height, journal) in disk.journals.enumerated() {
            for entry in journal.events.entries where entry.leaf == key && entry.number >= first {
                guard found.count < limit else { return found }
                found.append(
                    JournalEvent(
                        event: journal.events.bytes(of: entry), height: Height(UInt64(height))))
            }
        }
        return found
    }
}
