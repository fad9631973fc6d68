import Primitives
public import StateTree
public import Wire

/// What the state holds at one key, shown to somebody who knows the validators.
///
/// - Source: `consensus.md` 2.3, rule N8; `Proto/light.proto`.
public struct LeafProof: Hashable, Sendable {
    public let finalized: FinalizedHeader
    public let proof: StateProof

    public init(finalized: FinalizedHeader, proof: StateProof) {
        self.finalized = finalized
        self.proof = proof
    }

    /// Checks the path from the leaf to the state root of the certificate, and not the certificate.
    func answer(for key: LeafKey) throws(LightFault) -> StateVerifier.Answer {
        do throws(ProofError) {
            return try StateVerifier.verify(proof, key: key, root: finalized.stateRoot)
        } catch { throw .proof(error) }
    }
}

extension LeafProof: WireCodable {
    public init(from bytes: Span<UInt8>, at cursor: inout WireCursor) throws(WireError) {
        finalized = try cursor.message(1, "finalized", of: bytes)
        proof = try cursor.message(2, "proof", of: bytes)
    }

    public func encode(into writer: inout WireWriter) {
        writer.message(1, finalized)
        writer.message(2, proof)
    }
}
