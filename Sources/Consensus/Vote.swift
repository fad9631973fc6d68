public import Primitives
public import Wire

/// What a vote or a certificate says about its view.
///
/// - Source: `consensus.md` 1.2; rule C1. The raw values are part of the signed bytes.
public enum VoteKind: UInt8, Sendable, Comparable, CaseIterable {
    case notarize = 2
    case nullify = 3
    case finalize = 4

    public static func < (left: VoteKind, right: VoteKind) -> Bool {
        left.rawValue < right.rawValue
    }
}

/// The content of a vote: what two votes are compared by, never their signatures (rule C2).
public enum VoteSubject: Hashable, Sendable {
    /// "Valid enough to be the only block of this view."
    case notarize(parentView: View, block: Digest)
    /// "I give up on this view."
    case nullify
    /// "Executed and valid, with this state; I did not give up on this view and will not."
    case finalize(parentView: View, block: Digest, stateRoot: Digest)

    public var kind: VoteKind {
        switch self {
        case .notarize: .notarize
        case .nullify: .nullify
        case .finalize: .finalize
        }
    }

    public var block: Digest? {
        switch self {
        case .notarize(_, let block), .finalize(_, let block, _): block
        case .nullify: nil
        }
    }

    /// The bytes that a validator signs: the same for every signer, so a certificate needs one copy.
    ///
    /// - Shape: domain 16, chain 32, epoch 8, kind 1, view 8, then parent view 8, block 32 and
    ///   state root 32 as far as the kind has them; numbers big-endian (rule C1).
    public func signedBytes(chain: Digest, epoch: Epoch, view: View) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(137)
        bytes.append(contentsOf: Self.domain)
        chain.append(to: &bytes)
        epoch.number.appendBigEndian(to: &bytes)
        bytes.append(kind.rawValue)
        view.number.appendBigEndian(to: &bytes)
        switch self {
        case .notarize(let parentView, let block):
            parentView.number.appendBigEndian(to: &bytes)
            block.append(to: &bytes)
        case .nullify: break
        case .finalize(let parentView, let block, let stateRoot):
            parentView.number.appendBigEndian(to: &bytes)
            block.append(to: &bytes)
            stateRoot.append(to: &bytes)
        }
        return bytes
    }

    /// `argosy/vote` and zeros: 16 bytes.
    private static let domain: [UInt8] = Array("argosy/vote".utf8) + [0, 0, 0, 0, 0]

    /// Reads fields 4 to 6 of a vote or a certificate whose kind is known.
    init(
        _ kind: VoteKind, from bytes: Span<UInt8>, at cursor: inout WireCursor
    ) throws(WireError) {
        guard kind != .nullify else {
            self = .nullify
            return
        }
        let parentView = View(try cursor.uint64(4, "parent_view", of: bytes))
        let block: Digest = try cursor.fixed(5, "block", of: bytes)
        guard kind == .finalize else {
            self = .notarize(parentView: parentView, block: block)
            return
        }
        let stateRoot: Digest = try cursor.fixed(6, "state_root", of: bytes)
        self = .finalize(parentView: parentView, block: block, stateRoot: stateRoot)
    }

    func encode(into writer: inout WireWriter) {
        switch self {
        case .notarize(let parentView, let block):
            writer.uint64(4, parentView.number)
            writer.fixed(5, block)
        case .nullify: break
        case .finalize(let parentView, let block, let stateRoot):
            writer.uint64(4, parentView.number)
            writer.fixed(5, block)
            writer.fixed(6, stateRoot)
        }
    }
}

extension UInt64 {
    func appendBigEndian(to output: inout [UInt8]) {
        for shift in stride(from: 56, through: 0, by: -8) {
            output.append(UInt8(truncatingIfNeeded: self >> UInt64(shift)))
        }
    }
}

extension VoteKind {
    static func read(
        of bytes: Span<UInt8>, at cursor: inout WireCursor
    ) throws(WireError) -> VoteKind {
        let start = cursor.offset
        let raw = try cursor.uint64(1, "kind", of: bytes)
        guard let kind = UInt8(exactly: raw).flatMap(VoteKind.init(rawValue:)) else {
            throw WireError(.unknownCase(raw), at: start).inside("kind")
        }
        return kind
    }
}

/// One validator's signed statement about one view.
public struct Vote: Hashable, Sendable {
    public let epoch: Epoch
    public let view: View
    public let subject: VoteSubject
    public let seat: Seat
    public let signature: Signature

    public init(epoch: Epoch, view: View, subject: VoteSubject, seat: Seat, signature: Signature) {
        self.epoch = epoch
        self.view = view
        self.subject = subject
        self.seat = seat
        self.signature = signature
    }

    public var kind: VoteKind { subject.kind }

    public func signedBytes(chain: Digest) -> [UInt8] {
        subject.signedBytes(chain: chain, epoch: epoch, view: view)
    }

    /// Whether the seat exists and its owner signed exactly this.
    public func isValid(in set: ValidatorSet, chain: Digest, scheme: SignatureScheme) -> Bool {
        guard let validator = set[seat] else { return false }
        return scheme.isValid(signature, for: signedBytes(chain: chain), by: validator.key)
    }
}

extension Vote: WireCodable {
    public init(from bytes: Span<UInt8>, at cursor: inout WireCursor) throws(WireError) {
        let kind = try VoteKind.read(of: bytes, at: &cursor)
        epoch = Epoch(try cursor.uint64(2, "epoch", of: bytes))
        view = View(try cursor.uint64(3, "view", of: bytes))
        subject = try VoteSubject(kind, from: bytes, at: &cursor)
        seat = Seat(try cursor.uint32(7, "seat", of: bytes))
        signature = try cursor.fixed(8, "signature", of: bytes)
    }

    public func encode(into writer: inout WireWriter) {
        writer.uint64(1, UInt64(kind.rawValue))
        writer.uint64(2, epoch.number)
        writer.uint64(3, view.number)
        subject.encode(into: &writer)
        writer.uint32(7, seat.index)
        writer.fixed(8, signature)
    }
}
