import Chain
import Consensus
import LightClient
import Primitives
import StateTree
import Wire

/// What light nodes ask, what they are answered, and the proofs in it.
enum LightSamples {
    static let decoders = [
        Decoder("light-request", requests), Decoder("light-response", responses),
        Decoder("state-proof", proofs), Decoder("history-range", [history]),
        Decoder("merkle-path", paths), Decoder("proof-file", files),
    ]

    private static let key = LeafKey(kind: 1, id: [1])

    private static var requests: [LightRequest] {
        [
            .submit(ChainSamples.transactions.prefix(2).map(\.bytes)), .head,
            .update(from: Epoch(3), to: Epoch(300)), .leaf(key),
            .journal(key, first: 1, limit: 256), .block(Height(9)), .status(.numbered(1)),
            .ancestor(Height(2), under: Height(7)),
        ]
    }

    /// Eight leaves, so that a proof has a path; one key that is there and one that is not.
    private static var proofs: [StateProof] {
        let values = (0..<8 as Range<UInt8>).map { number in
            (key: LeafKey(kind: 1, id: [number]), value: [number, 1, 2])
        }.sorted { $0.key < $1.key }
        let tree = StateTree(
            sorted: values.map {
                Leaf(key: $0.key, hash: StateTree.leafHash($0.key, value: $0.value))
            })
        return [key, LeafKey(kind: 1, id: [200])].compactMap { asked in
            tree.proof(of: asked) { found in values.first { $0.key == found }?.value }
        }
    }

    private static var paths: [MerklePath] {
        let items = (0..<7 as Range<UInt8>).map { Digest.numbered($0) }
        return [0, 3, 6].compactMap { MerkleList.proof(of: $0, in: items) }
    }

    private static var history: HistoryRange {
        var range = HistoryRange()
        for number in 0..<13 as Range<UInt8> { _ = range.append(.numbered(number)) }
        return range
    }

    private static func set(_ numbers: ClosedRange<UInt8>) -> ValidatorSet? {
        let keys = numbers.map { SigningKey.numbered($0).publicKey }.sorted()
        return ValidatorSet(keys.map { Validator(key: $0, weight: 10) })
    }

    private static var updates: [EpochUpdate] {
        guard let old = set(1...4), let new = set(2...5),
            let finalization = AgreementSamples.finalization
        else { return [] }
        let target = FinalizedHeader(header: ChainSamples.header(), finalization: finalization)
        return [EpochUpdate(to: target, from: old, set: new, next: new)]
    }

    private static var leaves: [LeafProof] {
        guard let update = updates.first else { return [] }
        return proofs.map { LeafProof(finalized: update.target, proof: $0) }
    }

    private static var files: [ProofFile] {
        guard let set = set(1...4) else { return [] }
        var genesis = ChainSamples.header()
        (genesis.height, genesis.epoch, genesis.view) = (Height(0), Epoch(0), View(0))
        (genesis.validatorSet, genesis.nextValidatorSet) = (set.digest, set.digest)
        let anchor = TrustAnchor(genesis: genesis, set: set)
        return leaves.map { ProofFile(anchor: anchor, steps: updates, leaf: $0) }
    }

    private static var responses: [LightResponse] {
        let included = IncludedTransaction(
            header: ChainSamples.header(), path: paths[0], receipt: [1, 2],
            receiptPath: paths[0])
        let target = updates.first?.target
        return [
            .submitted([0, 17, UInt32.max]),
            .journal(
                JournalPage(
                    first: 4, events: [JournalEvent(event: [1], height: Height(9))])),
            .block(ServedBlock(block: ChainSamples.block.wire, finalized: target)),
            .status(.unknown), .status(.pending), .status(.included(included)),
            .ancestor(HistoricHeader(header: ChainSamples.header(), path: paths[1])),
            .refused(.busy),
        ] + [target].compactMap { $0 }.map { .head($0) } + updates.map { .update($0) }
            + leaves.map { .leaf($0) }
    }
}
