import Chain
import Consensus
import Ledger
import Primitives
import Replica
import StateTree
import Storage
import Transport
import Wire

/// Makes a chain store whole again: blocks and certificates come from peers and are checked against
/// the names and sets that are here; everything else follows from the blocks, and is computed anew
/// (rule N19).
struct ChainMender {
    let genesis: GenesisState
    let chain: ChainStore
    let peers: PeerFetch
    private(set) var facts: [DoctorFact] = []

    init(_ genesis: GenesisState, _ chain: ChainStore, peers: PeerFetch) {
        self.genesis = genesis
        self.chain = chain
        self.peers = peers
    }

    /// Mends what was found; each step is one fact.
    mutating func mend(_ findings: [ChainFinding]) async throws(StorageError) {
        let needsPeers = findings.contains { finding in
            switch finding {
            case .block, .certificate: true
            case .row, .set, .end, .stray: false
            }
        }
        if needsPeers {
            let count = await peers.connect()
            facts.append(
                DoctorFact(
                    "peers", count == 0 ? .warning : .good,
                    count == 0 ? "none answers; what is lost cannot be fetched" : "\(count) asked"))
        }
        for case .block(let height, let digest) in findings {
            try await mendBlock(height, digest)
        }
        try mendFounders(findings)
        try mendRows(findings)
        for case .end(let height) in findings { try cut(from: height) }
        for case .certificate(let height) in findings { try await mendCertificate(height) }
        for case .stray(let what) in findings {
            let count = try chain.removeStrays()
            facts.append(DoctorFact("chain", .good, "\(what): \(count) records removed"))
        }
    }

    // MARK: From peers

    private mutating func mendBlock(_ height: Height, _ digest: Digest) async throws(StorageError) {
        let found = await peers.ask(.block(digest)) { answer -> Block? in
            guard case .block(let block?) = answer, block.digest == digest, block.hasNamedBody
            else { return nil }
            return block
        }
        let name = "block \(height) (\(digest.hex.prefix(16)))"
        guard let (block, peer) = found else {
            return facts.append(DoctorFact("block", .bad, "\(name): no peer gave it"))
        }
        try chain.mend(block)
        facts.append(
            DoctorFact(
                "block", .good, "\(name): fetched from \(peer), and its hash is the one asked for"))
    }

    private mutating func mendCertificate(_ height: Height) async throws(StorageError) {
        try chain.removeFinalization(at: height)
        let view = try names(from: height)
        let found = await peers.ask(.run(from: height, countLimit: 1)) {
            answer -> (Height, Finalization)? in
            guard case .run(let run) = answer, let proof = run.finalization,
                let last = view.first(where: { $0.digest == proof.block }), last.height >= height,
                let set = view.first.flatMap({ _ in Self.set(proof.epoch, chain) })
            else { return nil }
            do throws(CertificateFault) {
                try proof.verify(
                    in: set, of: proof.epoch, chain: genesis.state.chain, scheme: .ed25519)
            } catch { return nil }
            return (last.height, proof)
        }
        guard let ((covered, proof), peer) = found else {
            // The next final block brings one, so the node can do without.
            return facts.append(
                DoctorFact(
                    "certificate", .warning, "block \(height): no peer gave one that covers it"))
        }
        try chain.mend(proof.wire, at: covered)
        facts.append(
            DoctorFact(
                "certificate", .good,
                "block \(height): fetched from \(peer), of block \(covered), and its signatures hold"
            ))
    }

    private static func set(_ epoch: Epoch, _ chain: ChainStore) -> ValidatorSet? {
        // One that cannot be read is no set to believe a certificate by.
        try? chain.set(of: epoch)
    }

    /// Names of the final blocks from a height on that a certificate for it can lie on.
    private func names(
        from height: Height
    ) throws(StorageError) -> [(height: Height, digest: Digest)] {
        try chain.store.read { view throws(StorageError) in
            try view.entries(
                in: ChainTables.final, .from(height), limit: BlockRun.headerLimit + 1
            ).map { (height: $0.key, digest: $0.value.digest) }
        }
    }

    // MARK: From the chain

    /// Genesis tells who votes in the first two epochs.
    private mutating func mendFounders(_ findings: [ChainFinding]) throws(StorageError) {
        guard let founders = genesis.genesis.validatorSet else { return }
        for case .set(let epoch) in findings where epoch.number < 2 {
            try chain.mend(founders, of: epoch)
            facts.append(
                DoctorFact("record", .good, "validator set of epoch \(epoch): that of genesis"))
        }
    }

    /// Walks from genesis to the last damaged row, applies what is sound and executes what is not.
    private mutating func mendRows(_ findings: [ChainFinding]) throws(StorageError) {
        let top = try chain.store.read { view throws(StorageError) in try view.top() }
        var damaged: [Height: [String]] = [:]
        for case .row(let height, let parts) in findings { damaged[height] = parts }
        for case .set(let epoch) in findings {
            // The last block of each of the two epochs before announces it.
            let length = genesis.genesis.parameters.epochLength
            // The second of them may not be there yet.
            for back in 1...2 as ClosedRange<UInt64> where epoch.number >= back {
                let height = Height((epoch.number - back + 1) * length)
                if damaged[height] == nil, height <= top { damaged[height] = ["validator set"] }
            }
        }
        guard let last = damaged.keys.max() else { return }
        var replay = ChainReplay(genesis)
        var height = Height(1)
        while height <= last {
            let parts = damaged[height]
            let outcome = try replay.step(to: height, chain, isSound: parts == nil)
            switch outcome {
            case .applied: break
            case .executed(let entry):
                try chain.mend(entry)
                let what = parts?.joined(separator: ", ") ?? "delta"
                facts.append(
                    DoctorFact(
                        "record", .good,
                        "\(what) of block \(height): computed anew by executing the block"))
            case .stuck(let reason):
                return facts.append(
                    DoctorFact("record", .bad, "records of block \(height): \(reason)"))
            }
            height = height.next
        }
    }

    private mutating func cut(from height: Height) throws(StorageError) {
        let below = HistoryRange.position(ofItem: height.number)
        try chain.cut(from: height, nodeCount: below)
        facts.append(
            DoctorFact(
                "chain", .good,
                "block \(height) and all above are forgotten; the node fetches them when it runs"))
    }
}
