import Chain
import Consensus
import Ledger
import LightClient
import Node
import Primitives
import StateTree
import Trade
import Wire

/// The file that proves the history of an item that lay in a box, on a pallet, in a container.
struct TraceProof {
    /// Events of the item and of what was around it, those of joining included.
    static let eventCount = 200
    private static let validatorCount = 100

    private let keys: [SigningKey]
    private let file: TraceFile
    private let anchor: Digest

    init() throws {
        keys = (0..<Self.validatorCount).map { SigningKey.numbered(1 << 45 | $0) }
            .sorted { $0.publicKey < $1.publicKey }
        let founding = Founding(
            senders: 1, holders: 20_000,
            validators: keys.enumerated().map { place, key in
                ValidatorRecord(
                    key: key.publicKey, weight: 100, account: AccountID(key.publicKey),
                    name: "validator-\(place)")
            })
        let founded = try GenesisState(founding.genesis)
        var chain = ItemChain(founding, founded)
        let things = try chain.play()
        let finalized = Self.finalized(chain.state, keys)
        let trust = try founding.genesis.anchor
        anchor = trust.digest
        file = try TraceFile(
            anchor: trust, steps: [], item: things[0],
            parts: things.enumerated().map { place, thing in
                try chain.part(thing, place == 0 ? finalized : nil)
            })
    }

    private static func finalized(
        _ state: ChainState, _ keys: [SigningKey]
    ) -> FinalizedHeader {
        let header = state.final.header
        guard
            let set = ValidatorSet(
                keys.map { Validator(key: $0.publicKey, weight: 100) })
        else { preconditionFailure("the keys are distinct") }
        let subject = VoteSubject.finalize(
            parentView: header.parentView, block: state.final.digest,
            stateRoot: state.final.stateRoot)
        let message = subject.signedBytes(
            chain: header.chain, epoch: header.epoch, view: header.view)
        let votes = keys.prefix(validatorCount * 2 / 3 + 1).compactMap { key in
            set.seat(of: key.publicKey).map {
                Vote(
                    epoch: header.epoch, view: header.view, subject: subject, seat: $0,
                    signature: key.sign(message))
            }
        }
        guard
            let finalization = Finalization(
                Certificate(
                    epoch: header.epoch, view: header.view, subject: subject,
                    votes: votes.sorted { $0.seat < $1.seat }, memberCount: set.count))
        else { preconditionFailure("the subject is a finalize vote") }
        return FinalizedHeader(header: header, finalization: finalization)
    }

    func figures() throws -> [Figure] {
        let bytes = file.wire
        var lineCount = 0
        let readings = try (0..<9).map { _ in
            try Stopwatch.measure {
                let decoded = try TraceFile(wire: bytes)
                let finding = try decoded.check(trusting: [anchor], scheme: .ed25519)
                lineCount = finding.trace.lines.count
            }
        }
        guard lineCount == Self.eventCount else {
            throw BenchError("the trace has \(lineCount) lines")
        }
        return [
            Figure(
                name: "trace_proof_bytes", value: Double(bytes.count), unit: "B",
                note: "\(lineCount) events, three levels, \(Self.validatorCount) validators"),
            Figure(
                name: "trace_proof_check", value: readings.median.cpu * 1e3, unit: "ms",
                note: "decoded and checked, by cpu"),
        ]
    }
}

/// A chain on which one account packs things into one another.
private struct ItemChain {
    private let founding: Founding
    private(set) var state: ChainState
    private var leaves: MemoryLeaves
    private var sequence = Sequence(0)
    private var journals: [Digest: [JournalEvent]] = [:]
    private var number = 0

    init(_ founding: Founding, _ founded: GenesisState) {
        self.founding = founding
        state = founded.state
        leaves = MemoryLeaves(founded.updates)
    }

    private mutating func event() -> Digest {
        number += 1
        return Digest(numbered: 1 << 46 | number)
    }

    /// Item, box, pallet and container are made and joined; then all that happens, happens to the
    /// box, the pallet and the container in turn.
    ///
    /// - Returns: their keys, the item first.
    mutating func play() throws -> [Digest] {
        let things = (0..<4).map { Digest(numbered: 1 << 47 | $0) }
        let births = things.sorted().map { BeginItems.Birth(key: $0) }
        try send(.beginItems(BeginItems(event: event(), items: births)))
        for (child, parent) in zip(things, things.dropFirst()) {
            try send(.joinItems(JoinItems(event: event(), parent: parent, children: [child])))
        }
        // A trace shows the birth and the joining of the item, and then whatever is around it.
        while try lineCount(things) < TraceProof.eventCount {
            let thing = things[1 + number % 3]
            try send(.observeItems(ObserveItems(event: event(), items: [thing])))
        }
        return things
    }

    private func lineCount(_ things: [Digest]) throws -> Int {
        var trace = Trace(of: things[0])
        while let key = trace.needed.first {
            trace.take(try journal(of: key), of: key)
        }
        return trace.lines.count
    }

    private func record(_ key: Digest) throws -> RecordLeaf {
        let id = LeafID.record(RecordID(key, of: Item.self))
        guard let value = try leaves.leaf(id.key) else { throw BenchError("no such item") }
        return try RecordLeaf(wire: value)
    }

    private func journal(of key: Digest) throws -> ItemJournal {
        ItemJournal(
            item: try Item(wire: try record(key).content),
            entries: try (journals[key] ?? []).map {
                ItemJournal.Entry(height: $0.height, event: try RecordEvent(wire: $0.event))
            })
    }

    func part(_ key: Digest, _ finalized: FinalizedHeader?) throws -> TraceFile.Part {
        let id = LeafID.record(RecordID(key, of: Item.self))
        guard
            let proof = try state.final.tree.proof(
                of: id.key, value: { key throws(SourceError) in try leaves.leaf(key) })
        else { throw BenchError("the leaf has no proof") }
        return TraceFile.Part(finalized: finalized, proof: proof, events: journals[key] ?? [])
    }

    private mutating func send(_ kind: Action.Kind) throws {
        let key = founding.senders[0]
        sequence = sequence.next
        let body = Body(
            chain: founding.chain, account: AccountID(key.publicKey), sequence: sequence,
            expiry: Height(1_000_000), feeAsset: founding.asset,
            feeLimit: Amount(minorUnits: 1 << 30), actions: [Action(kind)])
        let content = BlockBody(transactions: [Transaction(signing: body, with: [key])])
        let slot = ProposalSlot(
            view: View(state.final.header.height.number + 1), parentView: View(0),
            time: state.final.header.time.next, leader: Seat(0))
        let block = Block(
            header: try state.header(
                for: content, after: state.final.digest, slot, reading: leaves), body: content)
        let outcome = try state.execute(block, isVerified: { _ in true }, reading: leaves)
        if let rejection = outcome.receipts.lazy.compactMap(\.rejection).first {
            throw BenchError("an event was refused: \(rejection)")
        }
        _ = try state.finalize(block.digest)
        leaves.apply(outcome.updates)
        for entry in outcome.events.entries {
            guard case .record(let id) = entry.journal else { continue }
            journals[id.id, default: []].append(
                JournalEvent(
                    event: outcome.events.bytes(of: entry), height: block.header.height))
        }
    }
}
