import Chain
import Consensus
import Primitives
import Wire

/// Two chains, each final by a quorum: the end of automatic settlement (rule F7).
extension Replica {
    /// A verified run contradicts what is final here, or what is proved to become so.
    ///
    /// The run's finalization has been checked.
    func fork(_ run: BlockRun, _ proof: Finalization) -> Fork? {
        let last = sync.last
        let ours = (height: last?.header.height ?? final.head.height, digest: tip)
        guard let held = sync.runs.last?.proof ?? final.proof else { return nil }
        // Up to our end there is one block a height; behind it the next names ours as its parent.
        let theirs =
            run.blocks.first { $0.header.height == ours.height }?.digest
            ?? run.blocks.first { $0.header.height == ours.height.next }?.header.parent
        guard let theirs, theirs != ours.digest else { return nil }
        let config = engines.config
        let further = run.blocks.flatMap(\.body.nullifications)
            .compactMap { try? Certificate(wire: $0) }
            .filter {
                $0.excludes(held.certificate)
                    && $0.isValid(
                        in: config.set, of: config.epoch, chain: config.chain,
                        scheme: config.scheme)
            }
        return Fork(held: held.certificate, other: proof.certificate, further: further)
    }

    /// The block of a finalization has come, and lies at a height that is final here by another.
    ///
    /// Views grow along a chain, so a later view at the same height or below is another chain; only
    /// an epoch's last block is finalized in a later view than its own, and nothing follows it.
    func fork(_ target: Finalization) -> Fork? {
        guard let header = candidates[target.block]?.header, let held = final.proof,
            header.epoch == final.head.header.epoch, header.height <= final.head.height,
            target.view > final.head.view, target.block != final.head.digest
        else { return nil }
        return Fork(held: held.certificate, other: target.certificate)
    }

    /// The last block that is final here or proved to become so.
    private var tip: Digest { sync.last?.digest ?? final.head.digest }

    /// Shows both sides to the operator and to every peer, and stops.
    mutating func halt(over fork: Fork) {
        guard !final.isHalted else { return }
        for evidence in fork.evidence { emit(.evidence(evidence)) }
        let both = ConsensusMessage.certificates(CertificateBatch([fork.held, fork.other]))
        if !peers.names.isEmpty {
            emit(.send(peers.names, .consensus, frame: ConsensusFrame(both).wire))
        }
        halt(.forked(fork))
    }
}
