public import Consensus
public import Primitives
public import StateTree

/// Why a light node did not believe what it was shown.
public enum LightFault: Error, Hashable, Sendable {
    // MARK: Headers and certificates
    case wrongChain(Digest)
    /// The header follows rules that this program does not know.
    case upgradeRequired(protocolNumber: UInt32)
    /// The certificate is about another block than the header.
    case wrongBlock(Digest, expected: Digest)
    /// The certificate's view is before the header's.
    case wrongView(View, header: View)
    /// The validators that were handed over are not those that the header names.
    case wrongSet(Digest, expected: Digest)
    case certificate(CertificateFault)

    // MARK: Trust
    /// What is trusted is older than the trusting period; a new anchor is needed.
    ///
    /// - Unit: milliseconds.
    case expired(age: UInt64, limit: UInt64)
    /// The header's clock is ahead of ours.
    ///
    /// - Unit: milliseconds.
    case fromFuture(ahead: UInt64, limit: UInt64)
    case notNewer(Height, than: Height)
    /// Another block, or another state, is final at this height: the validators contradict
    /// themselves.
    case contradiction(Height)
    /// Too little of the trusted set has signed; a step in between is needed.
    case tooFar(weight: UInt64, total: UInt64)
    /// The header is of an epoch whose validators are not known yet.
    case unknownValidators(Epoch)
    /// Validators of a next epoch where the header announces none.
    case nothingAnnounced

    // MARK: Proofs
    case proof(ProofError)
    /// The proof is about something else than was asked for.
    case wrongSubject
    /// The file starts from an anchor that is not trusted.
    case unknownAnchor(Digest)

    // MARK: Sources
    /// The answer is of another kind than the request, or of no use.
    case wrongAnswer
    /// The source does not have what was asked for, or does not give it.
    case refused(Refusal)
    case silent
}
