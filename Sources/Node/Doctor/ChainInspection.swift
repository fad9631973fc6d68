import Chain
import Consensus
import Ledger
import Primitives
import Replica
import StateTree
import Storage
import Wire

/// Compares every record of a chain store with what the others say of it.
///
/// A record that cannot be read counts as missing. Names, links between headers, roots and
/// certificates tie the records together, so that a single one that is gone or wrong is found by its
/// neighbours (rule N18).
struct ChainInspection {
    /// Findings that are listed; a store with more is best synced anew.
    static let findingLimit = 10_000

    let findings: [ChainFinding]
    /// The heights that were walked.
    let first: Height
    let top: Height

    /// Walks one snapshot of the store.
    init(
        _ genesis: GenesisState, _ chain: ChainStore, from first: Height = Height(1)
    ) throws(StorageError) {
        var walk = Walk(genesis)
        try chain.store.read { view throws(StorageError) in try walk.run(view, from: first) }
        (findings, self.first, top) = (walk.findings, first, walk.top)
    }

    /// One line for each finding, up to a limit.
    var facts: [DoctorFact] {
        guard !findings.isEmpty else {
            let count = top >= first ? top.number - first.number + 1 : 0
            return [
                DoctorFact("blocks", .good, "\(count) final blocks with all that belongs to them")
            ]
        }
        var facts = findings.prefix(Doctor.factLimit).map { finding in
            DoctorFact(finding.subject, finding.isHarmless(top) ? .warning : .bad, "\(finding)")
        }
        if findings.count > facts.count {
            facts.append(DoctorFact("chain", .bad, "\(findings.count) findings in all"))
        }
        return facts
    }
}

private struct Walk {
    let genesis: GenesisState
    var findings: [ChainFinding] = []
    var top = Height(0)
    /// Of each height that was walked: its name, and what its row says.
    private var previous: (digest: Digest, record: FinalRecord?)
    private var history: HistoryRange
    private var sets: [Epoch: ValidatorSet] = [:]
    private var digests: [Digest] = []
    private var first = Height(1)
    private var heights: [UInt64: Digest] = [:]

    init(_ genesis: GenesisState) {
        self.genesis = genesis
        previous = (genesis.state.final.digest, nil)
        history = genesis.state.final.history
    }

    mutating func run(_ view: borrowing Snapshot, from first: Height) throws(StorageError) {
        self.first = first
        top = try view.top()
        if first > Height(1), let before = try view.sound(first.previous, ChainTables.final) {
            previous = (before.digest, before)
            history = before.history
        }
        try view.forEachSound(ChainTables.heights) { digest, height in heights[height] = digest }
        try inspectSets(view)
        var height = first
        var header = try view.header(height)
        while height <= top, findings.count < ChainInspection.findingLimit {
            let next = try view.header(height.next)
            guard try inspect(height, header, next, view) else {
                findings.append(.end(height))
                break
            }
            header = next
            height = height.next
        }
        try inspectCertificates(view)
        try inspectStrays(view)
    }

    /// - Returns: `false` when nothing tells the block's name.
    private mutating func inspect(
        _ height: Height, _ header: BlockHeader?, _ next: BlockHeader?,
        _ view: borrowing Snapshot
    ) throws(StorageError) -> Bool {
        let record = try view.sound(height, ChainTables.final)
        let linked = header.flatMap { $0.parent == previous.digest ? $0.digest : nil }
        // A damaged key puts the row of the block before in this place.
        let recorded = record.flatMap { $0.digest == previous.digest ? nil : $0.digest }
        guard let digest = next?.parent ?? linked ?? recorded ?? heights[height.number]
        else { return false }
        digests.append(digest)
        var parts: [String] = []
        if header?.digest != digest || linked != digest { parts.append("header") }
        let nodes = history.append(digest)
        if !isSound(record, digest, next) { parts.append("record") }
        if try view.sound(digest, ChainTables.heights) != height.number { parts.append("height") }
        if try view.sound(height, ChainTables.deltas) == nil { parts.append("delta") }
        if try view.sound(height, ChainTables.journals) == nil { parts.append("journal") }
        if try !hasReceipts(height, record, view) { parts.append("receipts") }
        let start = history.nodeCount - UInt64(nodes.count)
        for (offset, node) in nodes.enumerated()
        where try view.sound(start + UInt64(offset), ChainTables.history) != node {
            parts.append("history")
            break
        }
        if !parts.isEmpty { findings.append(.row(height, parts: parts)) }
        if try !view.hasBlock(digest) { findings.append(.block(height, digest)) }
        previous = (digest, record)
        return true
    }

    private func isSound(
        _ record: FinalRecord?, _ digest: Digest, _ next: BlockHeader?
    ) -> Bool {
        guard let record, record.digest == digest, record.history == history else { return false }
        guard let next else { return true }
        return next.parentStateRoot == record.stateRoot
            && next.parentReceiptsRoot == record.receiptsRoot
    }

    private func hasReceipts(
        _ height: Height, _ record: FinalRecord?, _ view: borrowing Snapshot
    ) throws(StorageError) -> Bool {
        guard let bytes = try view.sound(height, ChainTables.receipts),
            let list = try? ReceiptList(wire: bytes)
        else { return false }
        guard let record else { return true }
        return MerkleList.root(of: list.receipts.map(\.digest)) == record.receiptsRoot
    }

    // MARK: Sets and certificates

    private mutating func inspectSets(_ view: borrowing Snapshot) throws(StorageError) {
        try view.forEachSound(ChainTables.sets) { epoch, set in sets[epoch] = set }
        let founders = genesis.genesis.validatorSet
        let head = try view.header(top)
        let last = max(sets.keys.max() ?? Epoch(1), head.map { $0.epoch.next } ?? Epoch(1))
        for number in 0...last.number {
            let set = sets[Epoch(number)]
            // Genesis gives the first two again at every start.
            guard set == nil || (number < 2 && set != founders) else { continue }
            findings.append(.set(Epoch(number)))
            // Certificates of these epochs are still to be checked.
            if number < 2 { sets[Epoch(number)] = founders }
        }
    }

    /// Every final block has a certificate, or one above it in its epoch and within reach.
    private mutating func inspectCertificates(
        _ view: borrowing Snapshot
    ) throws(StorageError) {
        var covered: Height?
        var epoch: Epoch?
        for (offset, digest) in digests.enumerated().reversed() {
            let height = Height(first.number + UInt64(offset))
            let header = try view.header(height)
            if let header, header.epoch != epoch { (covered, epoch) = (nil, header.epoch) }
            if let bytes = try view.sound(height, ChainTables.finalizations) {
                guard isValid(bytes, digest, try view.sound(height, ChainTables.final)) else {
                    findings.append(.certificate(height))
                    continue
                }
                covered = height
            }
            guard let above = covered,
                above.number - height.number <= UInt64(BlockRun.headerLimit)
            else {
                findings.append(.certificate(height))
                // One that is fetched for this height covers those below it.
                covered = height
                continue
            }
        }
    }

    private func isValid(_ bytes: [UInt8], _ digest: Digest, _ record: FinalRecord?) -> Bool {
        guard let proof = try? Finalization(wire: bytes), proof.block == digest,
            record.map({ $0.stateRoot == proof.stateRoot }) ?? true,
            let set = sets[proof.epoch]
        else { return false }
        return proof.certificate.isValid(
            in: set, of: proof.epoch, chain: genesis.state.chain, scheme: .ed25519)
    }

    // MARK: Strays

    /// Counts must be those of the final blocks; what the walk has not met is too much.
    private mutating func inspectStrays(_ view: borrowing Snapshot) throws(StorageError) {
        guard findings.isEmpty, first == Height(1) else { return }
        let blocks = try view.count(in: ChainTables.blocks)
        let open = try view.count(in: ChainTables.open)
        let expected = Int(clamping: top.number) + open
        if blocks != expected {
            findings.append(.stray("\(blocks) blocks where \(expected) belong"))
        }
        let names = try view.count(in: ChainTables.heights)
        if names != Int(clamping: top.number) {
            findings.append(.stray("\(names) names of blocks where \(top) belong"))
        }
    }
}

extension Snapshot {
    /// A record, or `nil` when it is missing or not what was written.
    borrowing func sound<Key, Value>(
        _ key: Key, _ table: Table<Key, Value>
    ) throws(StorageError) -> Value? {
        do throws(StorageError) { return try value(key, in: table) } catch {
            guard error.isDamage else { throw error }
            return nil
        }
    }

    /// Visits the records of a table that are what was written.
    borrowing func forEachSound<Key, Value>(
        _ table: Table<Key, Value>, _ body: (Key, Value) -> Void
    ) throws(StorageError) {
        var keys: [Key] = []
        do throws(StorageError) {
            try forEach(in: table) { key, value in
                body(key, value)
                return .more
            }
            return
        } catch {
            guard error.isDamage else { throw error }
        }
        try forEachKey(in: table) { key in
            keys.append(key)
            return .more
        }
        for key in keys { if let value = try sound(key, table) { body(key, value) } }
    }

    borrowing func header(_ height: Height) throws(StorageError) -> BlockHeader? {
        guard let bytes = try sound(height, ChainTables.headers),
            let header = try? BlockHeader(wire: bytes), header.height == height
        else { return nil }
        return header
    }

    /// The highest height that any table has a final block's record of.
    borrowing func top() throws(StorageError) -> Height {
        var top = Height(0)
        func note(_ height: Height) -> Step {
            top = max(top, height)
            return .stop
        }
        try forEachKey(in: ChainTables.final, .descending, note)
        try forEachKey(in: ChainTables.headers, .descending, note)
        try forEachKey(in: ChainTables.deltas, .descending, note)
        try forEachKey(in: ChainTables.receipts, .descending, note)
        try forEachKey(in: ChainTables.journals, .descending, note)
        return top
    }

    /// Whether the block of a name is here with the body that its header names.
    borrowing func hasBlock(_ digest: Digest) throws(StorageError) -> Bool {
        guard let bytes = try sound(digest, ChainTables.blocks),
            let block = try? Block(wire: bytes)
        else { return false }
        return block.digest == digest && block.hasNamedBody
    }
}

extension Block {
    /// Whether the body is the one that the header commits to.
    var hasNamedBody: Bool {
        header.bodyByteCount == UInt32(clamping: body.byteCount)
            && header.transactionsRoot == body.transactionsRoot
            && header.evidenceRoot == body.evidenceRoot
    }
}
