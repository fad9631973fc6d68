public import Consensus
public import Primitives
public import Wire

/// A header, the certificate that made it final, and so the state after it.
///
/// - Source: rules N1 and N2; `Proto/light.proto`.
public struct FinalizedHeader: Hashable, Sendable {
    /// The rules that this program knows.
    public static let protocolNumber: UInt32 = 1

    public let header: BlockHeader
    public let finalization: Finalization

    public init(header: BlockHeader, finalization: Finalization) {
        self.header = header
        self.finalization = finalization
    }

    public var block: Digest { finalization.block }
    public var stateRoot: Digest { finalization.stateRoot }

    /// Checks that header and certificate belong together and to the chain (rule N1).
    func checkShape(chain: Digest) throws(LightFault) {
        guard header.chain == chain else { throw .wrongChain(header.chain) }
        let digest = header.digest
        guard finalization.block == digest else {
            throw .wrongBlock(finalization.block, expected: digest)
        }
        guard finalization.epoch == header.epoch else {
            throw .certificate(.wrongEpoch(finalization.epoch))
        }
        // The last block of an epoch may be proposed again, so its view may be an earlier one.
        guard finalization.view >= header.view else {
            throw .wrongView(finalization.view, header: header.view)
        }
    }

    /// Checks everything: the header, its validators, a quorum, and each signature (rule N2).
    public func verify(
        in set: ValidatorSet, chain: Digest, scheme: SignatureScheme
    ) throws(LightFault) {
        try checkShape(chain: chain)
        guard set.digest == header.validatorSet else {
            throw .wrongSet(set.digest, expected: header.validatorSet)
        }
        do throws(CertificateFault) {
            try finalization.verify(in: set, of: header.epoch, chain: chain, scheme: scheme)
        } catch { throw .certificate(error) }
        // Last, so that only a quorum can tell us to stop.
        guard header.protocolNumber == Self.protocolNumber else {
            throw .upgradeRequired(protocolNumber: header.protocolNumber)
        }
    }
}

extension FinalizedHeader: WireCodable {
    public init(from bytes: Span<UInt8>, at cursor: inout WireCursor) throws(WireError) {
        header = try cursor.message(1, "header", of: bytes)
        finalization = try cursor.message(2, "finalization", of: bytes)
    }

    public func encode(into writer: inout WireWriter) {
        writer.message(1, header)
        writer.message(2, finalization)
    }
}
