public import Ledger
public import Primitives
public import Wire

/// Marks a signer whose sealed document contradicts his commitments.
///
/// Anybody may, with the proof in the action. For a field about a person the proof would put the field
/// into a block (design T9): there an accepted customs account gives the hash of the proof, and shows
/// the proof to whoever may see it.
public struct ExposeSigner: ActionKind {
    public static let number: UInt32 = 99

    public let order: Digest
    public let kind: MatchDocumentKind
    public let proof: Contradiction?
    /// ``Contradiction/digest`` of a proof that is kept out of the block.
    public let hidden: Digest?

    public init(
        order: Digest, kind: MatchDocumentKind, proof: Contradiction? = nil,
        hidden: Digest? = nil
    ) {
        self.order = order
        self.kind = kind
        self.proof = proof
        self.hidden = hidden
    }

    public init(from bytes: Span<UInt8>, at cursor: inout WireCursor) throws(WireError) {
        order = try cursor.fixed(1, "order", of: bytes)
        kind = try cursor.documentKind(2, "kind", of: bytes)
        proof = try cursor.optionalMessage(3, "proof", of: bytes)
        hidden = try cursor.optionalFixed(4, "hidden", of: bytes)
    }

    public func encode(into writer: inout WireWriter) {
        writer.fixed(1, order)
        writer.uint32(2, UInt32(kind.rawValue))
        writer.message(3, proof)
        writer.fixed(4, hidden)
    }

    public var entryCount: Int { 4 }

    public func check() throws(Rejection) {
        guard (proof == nil) != (hidden == nil) else { throw .malformed }
        if let proof, proof.isPersonal(in: kind) { throw .malformed }
    }

    public func apply(to draft: inout Draft, by source: AccountID) throws(Rejection) {
        let order = try draft.order(order)
        var clearance = try draft.clearance(self.order)
        guard let seal = clearance[kind], seal.root != nil, !seal.isExposed else {
            throw .wrongState
        }
        if let proof {
            guard proof.holds(against: seal, order: self.order, kind: kind) else {
                throw .contradiction
            }
        } else {
            try draft.require(.customs, of: source, in: order)
        }
        let step = RecordStep(
            Self.number, by: source, subject: proof?.digest ?? hidden, other: self.order,
            code: UInt64(kind.rawValue))
        clearance.expose(kind, at: draft.moment)
        try draft.update(clearance, at: self.order, step)
        try draft.note(seal.signer, step, paidBy: source) { $0.exposures += 1 }
    }
}

extension Clearance {
    /// Marks the signer of a document.
    mutating func expose(_ kind: MatchDocumentKind, at moment: Moment) {
        seals[kind.place]?.isExposed = true
        changed = moment.height
    }
}
