public import Primitives
public import Wire

/// Why a certificate does not prove what it says.
public enum CertificateFault: Error, Hashable, Sendable {
    /// It belongs to another epoch than the set it is checked against.
    case wrongEpoch(Epoch)
    /// The bitmap is not as long as the validator set needs.
    case bitmapSize(count: Int, expected: Int)
    /// A signer is not in the set.
    case unknownSeat(Seat)
    case noQuorum(weight: UInt64, total: UInt64)
    case badSignature(Seat)
}

/// Signatures of a quorum under one subject.
///
/// Different quorums give different bytes, so nothing may be derived from the bytes of a
/// certificate (rule C4). Any number of signatures from a quorum up is accepted.
public struct Certificate: Hashable, Sendable {
    public let epoch: Epoch
    public let view: View
    public let subject: VoteSubject
    /// One bit a seat; as many bytes as the set needs.
    public let bitmap: [UInt8]
    /// In ascending order of seat, one for each bit.
    public let signatures: [Signature]

    /// Gathers votes under one subject.
    ///
    /// - Precondition: the votes have the given epoch, view and subject, and distinct seats of a
    ///   set of `memberCount`.
    public init(
        epoch: Epoch, view: View, subject: VoteSubject, votes: [Vote], memberCount: Int
    ) {
        let sorted = votes.sorted { $0.seat < $1.seat }
        var seats = SeatSet()
        for vote in sorted {
            precondition(
                vote.subject == subject && vote.view == view && vote.epoch == epoch
                    && Int(vote.seat.index) < memberCount && !seats.contains(vote.seat),
                "a certificate holds votes on one subject, one a seat")
            seats.insert(vote.seat)
        }
        self.epoch = epoch
        self.view = view
        self.subject = subject
        bitmap = seats.bytes(memberCount: memberCount)
        signatures = sorted.map(\.signature)
    }

    public var kind: VoteKind { subject.kind }

    /// The signers in ascending order.
    public var signers: [Seat] { SeatSet(bytes: bitmap)?.seats ?? [] }

    /// The votes that the certificate is made of.
    public var votes: [Vote] {
        zip(signers, signatures).map { seat, signature in
            Vote(epoch: epoch, view: view, subject: subject, seat: seat, signature: signature)
        }
    }

    /// How many bytes its wire form takes, a few more or less.
    public var approximateByteCount: Int { 120 + bitmap.count + 64 * signatures.count }

    /// The weight of the signers in a set, signatures unchecked; seats outside it count nothing.
    public func weight(in set: ValidatorSet) -> UInt64 {
        signers.reduce(0) { $0 &+ (set[$1]?.weight ?? 0) }
    }

    /// Whether ``verify(in:of:chain:scheme:)`` finds nothing wrong, for those to whom it does not
    /// matter what.
    package func isValid(
        in set: ValidatorSet, of epoch: Epoch, chain: Digest, scheme: SignatureScheme
    ) -> Bool {
        do throws(CertificateFault) {
            try verify(in: set, of: epoch, chain: chain, scheme: scheme)
            return true
        } catch { return false }
    }

    /// Checks everything: size of the bitmap, seats, quorum, and each signature.
    ///
    /// The one check that all paths use (rule C5). The caller knows which set votes in which
    /// epoch.
    public func verify(
        in set: ValidatorSet, of epoch: Epoch, chain: Digest, scheme: SignatureScheme
    ) throws(CertificateFault) {
        guard self.epoch == epoch else { throw .wrongEpoch(self.epoch) }
        guard bitmap.count == (set.count + 7) / 8 else {
            throw .bitmapSize(count: bitmap.count, expected: (set.count + 7) / 8)
        }
        let signers = signers
        var weight: UInt64 = 0
        for seat in signers {
            guard let validator = set[seat] else { throw .unknownSeat(seat) }
            // A seat is named once, so the sum stays within the set's total, which has 64 bits.
            weight += validator.weight
        }
        guard set.isQuorum(weight), signers.count == signatures.count else {
            throw .noQuorum(weight: weight, total: set.totalWeight)
        }
        let message = subject.signedBytes(chain: chain, epoch: epoch, view: view)
        for (seat, signature) in zip(signers, signatures) {
            guard let validator = set[seat],
                scheme.isValid(signature, for: message, by: validator.key)
            else { throw .badSignature(seat) }
        }
    }
}

extension Certificate: WireCodable {
    public init(from bytes: Span<UInt8>, at cursor: inout WireCursor) throws(WireError) {
        let kind = try VoteKind.read(of: bytes, at: &cursor)
        epoch = Epoch(try cursor.uint64(2, "epoch", of: bytes))
        view = View(try cursor.uint64(3, "view", of: bytes))
        subject = try VoteSubject(kind, from: bytes, at: &cursor)
        bitmap = try cursor.bytes(7, "signers", limit: SeatSet.byteLimit, of: bytes)
        let start = cursor.offset
        let limit = SeatSet.seatLimit * Signature.byteCount
        guard let range = try cursor.field(8, limit: limit, of: bytes) else {
            throw WireError(.missing, at: start).inside("signatures")
        }
        // One signature a bit, neither more nor fewer: excess would make the bytes malleable.
        let expected = (SeatSet(bytes: bitmap)?.count ?? 0) * Signature.byteCount
        guard range.count == expected, expected > 0 else {
            throw WireError(.wrongSize(count: range.count, expected: expected), at: start)
                .inside("signatures")
        }
        signatures = (0..<range.count / Signature.byteCount).map { index in
            Signature(copying: bytes, from: range.lowerBound + index * Signature.byteCount)
        }
    }

    public func encode(into writer: inout WireWriter) {
        writer.uint64(1, UInt64(kind.rawValue))
        writer.uint64(2, epoch.number)
        writer.uint64(3, view.number)
        subject.encode(into: &writer)
        writer.bytes(7, bitmap)
        var joined: [UInt8] = []
        joined.reserveCapacity(signatures.count * Signature.byteCount)
        for signature in signatures { signature.append(to: &joined) }
        writer.bytes(8, joined)
    }
}

/// A certificate of finalize votes: the block and the state after it are final.
public struct Finalization: Hashable, Sendable {
    public let certificate: Certificate
    public let block: Digest
    /// Root of the state after the block.
    public let stateRoot: Digest

    /// Takes a certificate of that kind; `nil` for any other.
    public init?(_ certificate: Certificate) {
        guard case .finalize(_, let block, let stateRoot) = certificate.subject else { return nil }
        self.certificate = certificate
        self.block = block
        self.stateRoot = stateRoot
    }

    public var epoch: Epoch { certificate.epoch }
    /// The view that was finalized: the header's own, or a later one when the last block of an
    /// epoch was proposed again.
    public var view: View { certificate.view }

    public func verify(
        in set: ValidatorSet, of epoch: Epoch, chain: Digest, scheme: SignatureScheme
    ) throws(CertificateFault) {
        try certificate.verify(in: set, of: epoch, chain: chain, scheme: scheme)
    }
}

extension Finalization: WireCodable {
    public init(from bytes: Span<UInt8>, at cursor: inout WireCursor) throws(WireError) {
        let start = cursor.offset
        guard let value = Finalization(try Certificate(from: bytes, at: &cursor)) else {
            throw WireError(.invalid, at: start).inside("kind")
        }
        self = value
    }

    public func encode(into writer: inout WireWriter) { certificate.encode(into: &writer) }
}
