import Chain
import Consensus
import Ledger
import Primitives
import Replica
import Wire

/// What happened in a run, and what was wrong with it.
struct RunRecord: Sendable {
    /// Nanoseconds of the run.
    var now: UInt64 = 0
    var history = History()
    private(set) var violations: [Violation] = []
    private(set) var evidence: [Evidence] = []
    var writeCount: UInt64 = 0
    var wakeCount: UInt64 = 0
    /// What went wrong on purpose; the network counts its own.
    var faults = FaultTally()
    var sentByteCount: UInt64 = 0
    /// Of these, what rule C27 costs: words of others that are passed on, and asking for them.
    var relayByteCount: UInt64 = 0
    /// Nodes whose disks were damaged: who does not serve what it should have looks like a liar to
    /// those who ask, and may be let go.
    var damaged: Set<Int> = []
    private(set) var finalHeight = Height(0)
    private(set) var finalView = View(0)
    private var finalEpoch = Epoch(0)
    /// Views that the final chain has come through, in all epochs.
    private(set) var viewCount: UInt64 = 0
    /// From a block's proposal to its finality, at every honest node.
    ///
    /// - Unit: milliseconds.
    private(set) var blockDelays: [UInt64] = []
    private static let delayLimit = 1_000_000
    /// What right clocks show at the start of a run.
    static let clockZero = Founding.time.number + 1_000
    /// Pieces of evidence in final blocks.
    private(set) var finalEvidenceCount = 0
    private var firstProofs: [Evidence.Key: UInt64] = [:]
    /// From the first proof that an honest node held to the final block with it.
    ///
    /// - Unit: milliseconds.
    private(set) var evidenceDelays: [UInt64] = []
    /// How far a final block was ever dated ahead of the true time.
    ///
    /// - Unit: milliseconds.
    private(set) var farthestAhead: UInt64 = 0
    /// Blocks that honest nodes have built since all was well, and when; `nil` before.
    ///
    /// - Unit: nanoseconds of the run.
    private var builtAt: [Digest: UInt64]?
    /// From the building of such a block to its finality, at every node whose progress counts.
    ///
    /// - Unit: milliseconds.
    private(set) var calmDelays: [UInt64] = []
    /// What light nodes are served from.
    private(set) var archive: LightArchive
    /// What certificates show about their signers; kept when a fork is expected.
    private(set) var accounts: Accountability?
    /// The frame that was looked at last; copies of it are not looked at again.
    var reading = FrameReading()
    private var reference: Reference
    /// What everybody has by the books, beside what the ledger's code says.
    private(set) var books: NaiveLedger
    /// What each node has sent about agreement, and may have.
    private(set) var egress: [Egress] = []
    /// Of final blocks.
    private(set) var bodyByteCount: UInt64 = 0
    private var allowed: (views: UInt64, milliseconds: UInt64, bodyByteCount: UInt64) = (0, 0, 0)
    /// What wallets have handed in, and what they were told.
    var submissions = RefusalsHaveReasons()
    /// What each balance was; kept for what light nodes are shown.
    private var past: BalanceHistory?
    private var laws: [any NetworkLaw]

    init(_ founding: Founding, _ scenario: Scenario) {
        reference = Reference(founding, scenario)
        books = NaiveLedger(founding)
        if scenario.lightCount > 0 { past = BalanceHistory(books) }
        archive = LightArchive(founding)
        if scenario.expectsFork { accounts = Accountability() }
        let betrayers =
            scenario.traitors.keys.sorted() + scenario.twins.values.sorted()
            + scenario.lyingDisks.sorted()
        let traitorKeys = betrayers.compactMap { node in
            node < founding.voteKeys.count ? founding.voteKeys[node].publicKey : nil
        }
        laws = [
            OneChain(), NoFinalizedNullified(), OneNotarization(), FinalizedIsNotarized(),
            SkippedViewsNullified(), ViewsAreLeftByCertificates(),
            HonestNodesKeepTheRules(traitors: Set(traitorKeys), set: founding.set),
            PersistedBeforeSent(), SameStateRoot(), EachTransactionOnce(),
            EvidenceReachesTheChain(
                Crowd(
                    chain: founding.founded.state.chain, scheme: scenario.scheme,
                    keys: founding.voteKeys.map(\.publicKey), traitors: Set(traitorKeys)),
                set: founding.set),
            LightNodesSeeTheChain(),
            FinalizationsVerify(
                chain: founding.founded.state.chain, set: founding.set, scheme: scenario.scheme),
        ]
    }

    /// Pieces of evidence that are in more than one final block.
    var repeatedEvidenceCount: Int {
        laws.lazy.compactMap { $0 as? EvidenceReachesTheChain }.first?.repeatedCount ?? 0
    }

    mutating func report(_ law: String, _ sentence: String) {
        guard violations.count < 100 else { return }
        violations.append(
            Violation(law: law, sentence: sentence, milliseconds: now / 1_000_000))
    }

    mutating func show(_ sight: Sight) {
        accounts?.note(sight)
        archive.note(sight)
        for index in laws.indices {
            if let sentence = laws[index].note(sight) {
                report("\(type(of: laws[index]).name)", sentence)
            }
        }
    }

    /// Compares what a light node was shown with what is so.
    mutating func check(_ finding: LightInquirer.Finding, by light: Int) {
        let sentence = past.flatMap { ProofsAreTrue.check(finding, $0, archive.headers) }
        if let sentence { report("\(ProofsAreTrue.name)", "light node \(light): \(sentence)") }
    }

    mutating func noteEgress(_ byteCount: Int, of node: Int) {
        while egress.count <= node { egress.append(Egress()) }
        egress[node].add(byteCount)
    }

    /// Lets every node have sent what the views and the time since the last call are good for.
    mutating func allowEgress(seats: Int, peers: Int, _ pace: Pace) {
        let time = now / 1_000_000
        for node in egress.indices {
            egress[node].allow(
                views: viewCount - allowed.views, milliseconds: time - allowed.milliseconds,
                bodyByteCount: bodyByteCount - allowed.bodyByteCount, seats: seats, peers: peers,
                pace)
        }
        allowed = (viewCount, time, bodyByteCount)
    }

    mutating func noteAnswer(
        _ id: Digest, _ verdict: SubmissionVerdict, by node: Int, life: Int
    ) {
        let sentence = submissions.answer(id, verdict, by: node, life: life, books)
        if let sentence { report("\(RefusalsHaveReasons.name)", sentence) }
    }

    /// Compares the state of a node with the books, when it is as far as they are.
    mutating func compareBooks(with leaves: MemoryLeaves, at height: Height, of node: Int) {
        guard height == finalHeight, let sentence = books.difference(from: leaves) else { return }
        report("\(SameBooks.name)", "node \(node): \(sentence)")
    }

    // MARK: What happens

    /// One byte in so many of a frame is noted, and its last eight.
    private static let frameStride = 64

    mutating func note(_ frame: [UInt8], on channel: Channel, at node: Int) {
        var detail = UInt64(frame.count)
        for index in stride(from: 0, to: frame.count, by: Self.frameStride) {
            detail = Self.mix(detail, UInt64(frame[index]))
        }
        var tail: UInt64 = 0
        for byte in frame.suffix(8) { tail = tail << 8 | UInt64(byte) }
        history.note(
            now, node: node, kind: 100 + channel.rawValue, detail: Self.mix(detail, tail))
    }

    /// Notes what is rare by a hash of its bytes.
    mutating func note(_ bytes: [UInt8], kind: UInt8, at node: Int) {
        history.note(
            now, node: node, kind: kind, detail: Self.word(Digest(hashing: bytes, in: .record)))
    }

    private static func mix(_ sum: UInt64, _ word: UInt64) -> UInt64 {
        (sum ^ word) &* 0x100_0000_01b3
    }

    mutating func noteEvent(_ event: Replica.Event, at node: Int) {
        let (kind, detail): (UInt8, UInt64) =
            switch event {
            case .started: (1, 0)
            case .connected(let name, _): (2, UInt64(name.bytes[0]))
            case .disconnected(let name): (3, UInt64(name.bytes[0]))
            case .received: (4, 0)
            case .flushed(_, let count): (5, UInt64(count))
            case .identified: (6, 0)
            case .submitted(let list, let ticket): (7, ticket.number ^ UInt64(list.count))
            case .admitted(let results): (8, Self.detail(of: results))
            case .assembled(let assembly, let token):
                (9, token.number ^ Self.word(assembly.block?.digest ?? .zero))
            case .executed(let digest, let verdict): (10, Self.detail(of: digest, verdict))
            case .stored(let digest): (11, Self.word(digest))
            case .logged(_, let token): (12, token.number)
            case .finalized(let height): (13, height.number)
            case .loaded(_, let token): (14, token.number)
            case .woke: (15, 0)
            }
        history.note(now, node: node, kind: kind, detail: detail)
    }

    private static func detail(of results: [AdmissionResult]) -> UInt64 {
        results.reduce(UInt64(results.count)) { sum, result in
            let isAdmissible = if case .admissible = result.verdict { true } else { false }
            return mix(mix(sum, word(result.id)), isAdmissible ? 1 : 0)
        }
    }

    private static func detail(of block: Digest, _ verdict: ExecutionVerdict) -> UInt64 {
        switch verdict {
        case .valid(let terms): mix(word(block), word(terms.stateRoot))
        case .invalid: word(block) &+ 1
        case .unready: word(block) &+ 2
        }
    }

    private static func word(_ digest: Digest) -> UInt64 {
        (0..<8).reduce(0) { $0 << 8 | UInt64(digest.bytes[$1]) }
    }

    mutating func noteDurable(_ records: [VoteRecord], at node: Int) {
        show(.durable(records, at: node))
    }

    mutating func note(_ evidence: Evidence, at node: Int, in view: View?) {
        self.evidence.append(evidence)
        if firstProofs[evidence.key] == nil { firstProofs[evidence.key] = now }
        show(.evidence(evidence, at: node, view: view))
    }

    /// From here on, all is well: the time that each block takes counts.
    mutating func beginCalm() { (builtAt, calmDelays) = ([:], []) }

    mutating func endCalm() { builtAt = nil }

    /// An honest node has built a block.
    mutating func noteBuilt(_ digest: Digest) { builtAt?[digest] = now }

    /// A node whose progress counts takes a block as final.
    mutating func noteCalm(_ digest: Digest) {
        if let since = builtAt?[digest] { calmDelays.append((now - since) / 1_000_000) }
    }

    /// - Returns: Transactions that are final for the first time anywhere.
    mutating func noteFinal(_ final: FinalBlock, at node: Int) -> [Transaction] {
        show(.final(final, at: node))
        let header = final.block.header
        let proposed = header.time.number - min(header.time.number, Self.clockZero)
        let age = now / 1_000_000
        farthestAhead = max(farthestAhead, proposed - min(proposed, age))
        if blockDelays.count < Self.delayLimit, !final.block.body.transactions.isEmpty {
            blockDelays.append(age - min(age, proposed))
        }
        guard header.height == finalHeight.next else { return [] }
        finalHeight = header.height
        bodyByteCount += UInt64(header.bodyByteCount)
        // Views begin anew with each epoch.
        let before = header.epoch == finalEpoch ? finalView : View(0)
        viewCount += header.view.number - min(header.view.number, before.number)
        finalView = header.view
        finalEpoch = header.epoch
        finalEvidenceCount += final.block.body.evidence.count
        for bytes in final.block.body.evidence {
            guard let key = (try? Evidence(wire: bytes))?.key, let since = firstProofs[key] else {
                continue
            }
            evidenceDelays.append((now - since) / 1_000_000)
        }
        do throws(ReferenceFault) {
            let result = try reference.apply(final.block)
            show(.reference(final.block, stateRoot: result.stateRoot))
            if let (epoch, set) = result.next { show(.epoch(epoch, set)) }
            if let sentence = SameBooks.check(&books, final.block, result, reference.leaves) {
                report("\(SameBooks.name)", sentence)
            }
            past?.note(books)
        } catch { report("\(error.law)", error.sentence) }
        return final.block.body.transactions
    }
}

/// A second execution of the final chain, with the laws of the ledger checked after every block.
struct Reference: Sendable {
    /// What the execution of a block gave.
    struct Result {
        let stateRoot: Digest
        /// Who votes next, when the block ends an epoch.
        let next: (Epoch, ValidatorSet)?
        let receipts: [Receipt]
    }

    private var state: ChainState
    private(set) var leaves: MemoryLeaves
    private var rebuild: TreeRebuild
    private let scheme: SignatureScheme
    private let checksLaws: Bool

    init(_ founding: Founding, _ scenario: Scenario) {
        state = founding.founded.state
        leaves = MemoryLeaves(founding.founded.updates)
        rebuild = TreeRebuild(founding.founded.updates)
        scheme = scenario.scheme
        checksLaws = scenario.checksLaws
    }

    mutating func apply(
        _ block: Block
    ) throws(ReferenceFault) -> Result {
        let (outcome, terms): (BlockOutcome, ChildTerms)
        do throws(BlockFault) {
            outcome = try state.execute(block, scheme: scheme, reading: leaves)
            terms = try ChildTerms(after: block.digest, in: state, reading: leaves)
            _ = try state.finalize(block.digest)
        } catch {
            throw ReferenceFault(
                law: SameStateRoot.name, sentence: "block \(block.digest): \(error)")
        }
        if checksLaws { try check(LedgerStep(block, outcome, before: leaves)) }
        leaves.apply(outcome.updates)
        return Result(
            stateRoot: outcome.stateRoot, next: terms.nextEpoch.map { ($0.epoch, $0.set) },
            receipts: outcome.receipts)
    }

    private mutating func check(_ step: LedgerStep) throws(ReferenceFault) {
        if let sentence = LedgerLawsHold.check(step, &rebuild) {
            throw ReferenceFault(law: LedgerLawsHold.name, sentence: sentence)
        }
        if let sentence = JournalsGrow.check(step) {
            throw ReferenceFault(law: JournalsGrow.name, sentence: sentence)
        }
    }
}

struct ReferenceFault: Error {
    let law: StaticString
    let sentence: String
}

extension Cluster {
    /// Looks at what every honest node holds, keeps and has sent.
    mutating func lookAtHoldings() {
        record.allowEgress(seats: nodes.count, peers: nodes.count - 1, scenario.pace)
        for node in nodes.indices where isHonest(node) {
            guard let replica = nodes[node].replica else { continue }
            // What comes meanwhile waits until it has caught up.
            if case .syncing = nodes[node].phase { continue }
            let sentence =
                NothingPilesUp.check(replica, accountCount: scenario.accountCount)
                ?? logFault(of: node)
                ?? (node < record.egress.count ? NothingPilesUp.check(record.egress[node]) : nil)
            if let sentence {
                record.report("\(NothingPilesUp.name)", "node \(node): \(sentence)")
            }
        }
    }

    /// A log is cut when blocks become final; one cut may get lost in a crash, and the next does for it.
    private func logFault(of node: Int) -> String? {
        let disk = nodes[node].disk
        let tip = disk.tip.header
        let old = disk.chain.dropLast(Self.lostCutLimit).last?.block.header
        guard let log = disk.votes[tip.epoch] else { return nil }
        let view = old?.epoch == tip.epoch ? old?.view ?? View(0) : View(0)
        return NothingPilesUp.check(log, finalized: view)
    }

    private static let lostCutLimit = 8
}
