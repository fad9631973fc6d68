import Ledger
public import LightClient
public import Primitives
public import StateTree
public import Trade
public import Wire

/// The whole history of an item, provable with no network, years later.
///
/// Of the item and of each thing that it lay in: the leaf with its path to a state root that a
/// quorum signed, and every event of its journal. Whatever is left out shows.
///
/// - Source: Trade specification T84, rule N11 of the light client; `Proto/trace.proto`.
public struct TraceFile: Sendable, Equatable {
    /// In hexadecimal digits it fits a control message.
    ///
    /// - Unit: bytes, one encoded file.
    public static let byteLimit = 3 * 1_048_576
    /// Events of one journal.
    public static let eventLimit = 65_536

    /// One thing: its record, and all that happened to it.
    public struct Part: Hashable, Sendable {
        /// Absent when it is that of the part before.
        public let finalized: FinalizedHeader?
        public let proof: StateProof
        public let events: [JournalEvent]

        public init(finalized: FinalizedHeader?, proof: StateProof, events: [JournalEvent]) {
            self.finalized = finalized
            self.proof = proof
            self.events = events
        }
    }

    public let anchor: TrustAnchor
    public let steps: [EpochUpdate]
    public let item: Digest
    /// In the order in which the trace asks for them.
    public let parts: [Part]

    public init(anchor: TrustAnchor, steps: [EpochUpdate], item: Digest, parts: [Part]) {
        self.anchor = anchor
        self.steps = steps
        self.item = item
        self.parts = parts
    }

    /// Why a file shows nothing.
    public enum Fault: Error, Equatable, Sendable {
        case light(LightFault)
        /// The events are not all, or not those, that the proved record counts.
        case statement(StatementFault)
        /// A proved value that this program cannot read.
        case unreadable
        /// It is proved that there is no such thing.
        case absent(Digest)
        /// The first part has no certificate.
        case noCertificate
        /// The item lay in things of which the file does not tell.
        case incomplete(missing: Digest)
        /// Parts that nobody asked for.
        case superfluous(Int)
        case overLimit
    }

    /// What a file shows.
    public struct Finding: Sendable {
        public let trace: Trace
        /// The newest header under which a part was proved.
        public let header: BlockHeader
        /// Weight of the validators that signed it, and of all.
        public let signed: UInt64
        public let total: UInt64
    }

    /// Checks everything.
    ///
    /// - Parameters:
    ///   - trusted: Digests of anchors that the reader trusts, such as that of genesis.
    ///   - scheme: How the network signs.
    /// - Returns: What the file shows.
    /// - Throws: ``Fault`` with the first thing that is wrong.
    public func check(
        trusting trusted: [Digest], scheme: SignatureScheme
    ) throws(Fault) -> Finding {
        let trust: LightTrust
        do throws(LightFault) {
            trust = try LightTrust(of: anchor, steps: steps, trusting: trusted, scheme: scheme)
        } catch { throw .light(error) }
        var trace = Trace(of: item)
        var current: FinalizedHeader?
        var newest: FinalizedHeader?
        for (index, part) in parts.enumerated() {
            guard let key = trace.needed.first else {
                throw .superfluous(parts.count - index)
            }
            // A header that was checked for the part before needs no second look at its signatures.
            let isNew = part.finalized != nil && part.finalized != current
            guard let finalized = part.finalized ?? current else { throw .noCertificate }
            if isNew {
                do throws(LightFault) { try trust.verify(finalized, now: nil) } catch {
                    throw .light(error)
                }
            }
            current = finalized
            if newest.map({ $0.header.height < finalized.header.height }) ?? true {
                newest = finalized
            }
            trace.take(try Self.journal(of: key, part, under: finalized), of: key)
        }
        if let missing = trace.needed.first { throw .incomplete(missing: missing) }
        guard let newest, !trace.isOverLimit else { throw .overLimit }
        let (signed, total) = trust.weights(of: newest)
        return Finding(trace: trace, header: newest.header, signed: signed, total: total)
    }

    private static func journal(
        of key: Digest, _ part: Part, under finalized: FinalizedHeader
    ) throws(Fault) -> ItemJournal {
        let leaf = LeafID.record(RecordID(key, of: Item.self)).key
        let answer: StateVerifier.Answer
        do throws(ProofError) {
            answer = try StateVerifier.verify(part.proof, key: leaf, root: finalized.stateRoot)
        } catch { throw .light(.proof(error)) }
        guard case .present(let value) = answer else { throw .absent(key) }
        guard let record = try? RecordLeaf(wire: value) else { throw .unreadable }
        do throws(StatementFault) {
            try Statement.verify(record.journal, events: part.events)
        } catch { throw .statement(error) }
        guard let journal = try? ItemJournal(of: record, part.events) else { throw .unreadable }
        return journal
    }
}

extension TraceAnswer {
    /// The history that a file shows; `nil` when it shows no item.
    public init?(_ finding: TraceFile.Finding) {
        guard let item = finding.trace.item else { return nil }
        self.init(finding.trace, item, at: finding.header.height)
    }
}

extension TraceFile.Part: WireCodable {
    public init(from bytes: Span<UInt8>, at cursor: inout WireCursor) throws(WireError) {
        finalized = try cursor.optionalMessage(1, "finalized", of: bytes)
        proof = try cursor.message(2, "proof", of: bytes)
        events = try cursor.messages(3, "events", limit: TraceFile.eventLimit, of: bytes)
    }

    public func encode(into writer: inout WireWriter) {
        writer.message(1, finalized)
        writer.message(2, proof)
        writer.messages(3, events)
    }
}

extension TraceFile: WireCodable {
    public init(from bytes: Span<UInt8>, at cursor: inout WireCursor) throws(WireError) {
        let start = cursor.offset
        anchor = try cursor.message(1, "anchor", of: bytes)
        steps = try cursor.messages(2, "steps", limit: LightTrust.stepLimit, of: bytes)
        item = try cursor.fixed(3, "item", of: bytes)
        parts = try cursor.messages(4, "parts", limit: Trace.journalLimit, of: bytes)
        let content = start..<cursor.offset
        let written: Digest = try cursor.fixed(15, "checksum", of: bytes)
        guard written == Digest(hashing: bytes.extracting(content), in: .proof) else {
            throw WireError(.invalid, at: content.upperBound).inside("checksum")
        }
    }

    public func encode(into writer: inout WireWriter) {
        encodeContent(into: &writer)
        var content = WireWriter()
        encodeContent(into: &content)
        writer.fixed(15, Digest(hashing: content.bytes, in: .proof))
    }

    private func encodeContent(into writer: inout WireWriter) {
        writer.message(1, anchor)
        writer.messages(2, steps)
        writer.fixed(3, item)
        writer.messages(4, parts)
    }
}

extension LightNode {
    /// A file that proves the whole history of an item.
    ///
    /// - Throws: ``LightNodeError``; `refused(unknownRecord)` when there is no such item.
    public func traceFile(_ item: Digest) async throws(LightNodeError) -> TraceFile {
        var trace = Trace(of: item)
        var parts: [TraceFile.Part] = []
        var last: ProvedLeaf?
        while let key = trace.needed.first {
            let id = LeafID.record(RecordID(key, of: Item.self))
            let proved = try await leaf(id.key)
            guard let value = proved.value else { throw .refused(.unknownRecord) }
            guard let record = try? RecordLeaf(wire: value) else { throw .unreadable }
            let events = try await journal(of: id.key, provedBy: record.journal)
            guard let joined = try? ItemJournal(of: record, events) else { throw .unreadable }
            trace.take(joined, of: key)
            let isSame = last?.leaf.finalized == proved.leaf.finalized
            parts.append(
                TraceFile.Part(
                    finalized: isSame ? nil : proved.leaf.finalized, proof: proved.leaf.proof,
                    events: events))
            last = proved
        }
        guard let last, !trace.isOverLimit else { throw .unreadable }
        let file = last.trust.file(for: last.leaf)
        return TraceFile(anchor: file.anchor, steps: file.steps, item: item, parts: parts)
    }
}
