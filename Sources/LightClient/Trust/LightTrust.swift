import Consensus
public import Primitives
public import StateTree
public import Wire

/// What a light node believes, and the rules by which that grows.
///
/// - Source: strict skipping, `consensus.md` 2.2; rules N2 to N8.
public struct LightTrust: Sendable {
    /// Steps that are remembered for proof files; with one more, the origin moves up.
    public static let stepLimit = 64

    public let scheme: SignatureScheme
    public let policy: LightPolicy
    /// Where the remembered steps begin.
    public private(set) var origin: TrustAnchor
    /// The steps from the origin to the anchor.
    public private(set) var steps: [EpochUpdate]
    public private(set) var anchor: TrustAnchor
    /// The newest header that was believed.
    public private(set) var head: FinalizedHeader?
    /// The set that voted on the anchor's block, when it is not the anchor's set.
    private var previous: (epoch: Epoch, set: ValidatorSet)?

    /// Starts from an anchor that was obtained in a way that the user trusts.
    public init(
        anchor: TrustAnchor, scheme: SignatureScheme, policy: LightPolicy = LightPolicy()
    ) {
        self.scheme = scheme
        self.policy = policy
        self.anchor = anchor
        origin = anchor
        steps = []
    }

    /// Goes on from what this node itself kept.
    public init(
        _ record: TrustRecord, scheme: SignatureScheme, policy: LightPolicy = LightPolicy()
    ) {
        self.init(anchor: record.anchor, scheme: scheme, policy: policy)
        origin = record.origin
        steps = record.steps
    }

    /// What to keep for the next run.
    public var record: TrustRecord {
        TrustRecord(origin: origin, steps: steps, anchor: anchor)
    }

    // MARK: Headers

    /// Checks a final header of an epoch whose set is known, and changes nothing (rules N2, N4).
    ///
    /// - Parameters:
    ///   - candidate: A final header: of the anchor's epoch or the one before it, or of a later one
    ///     that has the anchor's set.
    ///   - now: Our clock; `nil` when a file is checked, where age does not matter.
    /// - Throws: ``LightFault``; ``LightFault/unknownValidators(_:)`` means that a step is needed.
    public func verify(_ candidate: FinalizedHeader, now: Timestamp?) throws(LightFault) {
        if candidate == head { return }
        let header = candidate.header
        try candidate.checkShape(chain: anchor.chain)
        try checkAge(of: header, now: now)
        let set = try knownSet(of: header)
        try candidate.verify(in: set, chain: anchor.chain, scheme: scheme)
        if let head, header.height == head.header.height,
            candidate.block != head.block || candidate.stateRoot != head.stateRoot
        {
            throw .contradiction(header.height)
        }
    }

    private func knownSet(of header: BlockHeader) throws(LightFault) -> ValidatorSet {
        if header.epoch == anchor.epoch { return anchor.set }
        if let previous, header.epoch == previous.epoch { return previous.set }
        guard header.epoch > anchor.epoch, header.height > anchor.height,
            header.time > anchor.time
        else { throw .notNewer(header.height, than: anchor.height) }
        guard header.validatorSet == anchor.set.digest else {
            throw .unknownValidators(header.epoch)
        }
        return anchor.set
    }

    /// Believes a final header, and takes it as head when it is the newest (rule N4).
    ///
    /// - Parameters:
    ///   - candidate: What ``verify(_:now:)`` accepts.
    ///   - now: Our clock; `nil` when a file is checked.
    /// - Throws: ``LightFault``, like ``verify(_:now:)``.
    public mutating func believe(
        _ candidate: FinalizedHeader, now: Timestamp?
    ) throws(LightFault) {
        try verify(candidate, now: now)
        enter(candidate)
    }

    /// Takes a header that was verified as head when it is the newest.
    mutating func enter(_ verified: FinalizedHeader) {
        let header = verified.header
        guard header.height > head?.header.height ?? Height(0) else { return }
        head = verified
        // The anchor follows the head, so that a node in touch with the network does not expire.
        guard header.height > anchor.height, header.time > anchor.time,
            header.epoch >= anchor.epoch, header.validatorSet == anchor.set.digest
        else { return }
        move(to: header, set: anchor.set)
    }

    private mutating func move(to header: BlockHeader, set: ValidatorSet) {
        if header.epoch != anchor.epoch { previous = (anchor.epoch, anchor.set) }
        anchor = TrustAnchor(
            chain: anchor.chain, epoch: header.epoch, set: set, block: header.digest,
            height: header.height, time: header.time)
    }

    private func checkAge(of header: BlockHeader, now: Timestamp?) throws(LightFault) {
        guard let now = now?.milliseconds else { return }
        let age = now > anchor.time.milliseconds ? now - anchor.time.milliseconds : 0
        guard age < policy.trustingPeriod else {
            throw .expired(age: age, limit: policy.trustingPeriod)
        }
        let time = header.time.milliseconds
        guard time <= now || time - now <= policy.drift else {
            throw .fromFuture(ahead: time - now, limit: policy.drift)
        }
    }

    // MARK: Steps

    /// Moves the anchor to a later epoch (rules N3 to N6).
    ///
    /// - Throws: ``LightFault``; ``LightFault/tooFar(weight:total:)`` means that a shorter step may
    ///   do. Nothing has changed then.
    public mutating func advance(
        _ update: EpochUpdate, now: Timestamp?
    ) throws(LightFault) {
        let target = update.target
        let header = target.header
        try target.checkShape(chain: anchor.chain)
        guard header.epoch >= anchor.epoch, header.height > anchor.height,
            header.time > anchor.time
        else { throw .notNewer(header.height, than: anchor.height) }
        try checkAge(of: header, now: now)
        guard let set = update.set.applied(to: anchor.set) else {
            throw .wrongSet(.zero, expected: header.validatorSet)
        }
        if header.epoch == anchor.epoch, set != anchor.set {
            throw .wrongSet(set.digest, expected: anchor.set.digest)
        }
        try checkOverlap(target.finalization.certificate, signedBy: set)
        try target.verify(in: set, chain: anchor.chain, scheme: scheme)
        let next = try nextSet(of: update, after: set)
        remember(update)
        move(to: header, set: set)
        guard let next else { return }
        // Both names of a set are kept: blocks of the old epoch may still be shown.
        previous = (header.epoch, set)
        anchor = TrustAnchor(
            chain: anchor.chain, epoch: header.epoch.next, set: next, block: anchor.block,
            height: anchor.height, time: anchor.time)
    }

    /// Signers that are in the trusted set must hold more than two thirds of its weight (rule N4).
    private func checkOverlap(
        _ certificate: Certificate, signedBy set: ValidatorSet
    ) throws(LightFault) {
        let weight = EpochUpdate.overlap(certificate, signedBy: set, with: anchor.set)
        guard anchor.set.isQuorum(weight) else {
            throw .tooFar(weight: weight, total: anchor.set.totalWeight)
        }
    }

    private func nextSet(
        of update: EpochUpdate, after set: ValidatorSet
    ) throws(LightFault) -> ValidatorSet? {
        guard let change = update.next else { return nil }
        let header = update.target.header
        guard header.endsEpoch else { throw .nothingAnnounced }
        guard let next = change.applied(to: set), next.digest == header.nextValidatorSet else {
            throw .wrongSet(.zero, expected: header.nextValidatorSet)
        }
        return next
    }

    private mutating func remember(_ update: EpochUpdate) {
        // A step begins where the one before it ends; the anchor may have moved within its epoch.
        if steps.count == Self.stepLimit {
            origin = anchor
            steps = []
        }
        steps.append(update)
    }

    // MARK: Proofs

    /// What the state held at a key after the block of the proof (rule N8).
    ///
    /// The header is checked like any other, and not again when it is the head already.
    ///
    /// - Parameters:
    ///   - leaf: The proof.
    ///   - key: The key that was asked for.
    ///   - height: The oldest block that will do.
    ///   - now: Our clock; `nil` when a file is checked.
    /// - Returns: The value, or that there is none.
    /// - Throws: ``LightFault`` when the proof does not show it.
    public mutating func answer(
        _ leaf: LeafProof, for key: LeafKey, notBefore height: Height = Height(0), now: Timestamp?
    ) throws(LightFault) -> StateVerifier.Answer {
        guard leaf.finalized.header.height >= height else {
            throw .notNewer(leaf.finalized.header.height, than: height)
        }
        try believe(leaf.finalized, now: now)
        return try leaf.answer(for: key)
    }

    /// Weight of the signers of a verified header, and of all its validators.
    public func weights(of verified: FinalizedHeader) -> (signed: UInt64, total: UInt64) {
        let set =
            previous.flatMap { verified.header.epoch == $0.epoch ? $0.set : nil } ?? anchor.set
        return (verified.finalization.certificate.weight(in: set), set.totalWeight)
    }

    /// A file that shows the leaf to whoever trusts the origin.
    ///
    /// - Precondition: ``answer(_:for:now:)`` has accepted the proof.
    public func file(for leaf: LeafProof) -> ProofFile {
        ProofFile(anchor: origin, steps: steps, leaf: leaf)
    }
}

/// What a light node keeps between runs; it believes its own disk.
public struct TrustRecord: Hashable, Sendable, WireCodable {
    public let origin: TrustAnchor
    public let steps: [EpochUpdate]
    public let anchor: TrustAnchor

    public init(origin: TrustAnchor, steps: [EpochUpdate], anchor: TrustAnchor) {
        self.origin = origin
        self.steps = steps
        self.anchor = anchor
    }

    public init(from bytes: Span<UInt8>, at cursor: inout WireCursor) throws(WireError) {
        origin = try cursor.message(1, "origin", of: bytes)
        steps = try cursor.messages(2, "steps", limit: LightTrust.stepLimit, of: bytes)
        anchor = try cursor.message(3, "anchor", of: bytes)
    }

    public func encode(into writer: inout WireWriter) {
        writer.message(1, origin)
        writer.messages(2, steps)
        writer.message(3, anchor)
    }
}
