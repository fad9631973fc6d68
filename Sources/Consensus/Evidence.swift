public import Primitives
public import Wire

/// Two signed votes of one validator that the rules never allow together.
///
/// - Source: `consensus.md` 1.11; rule C50.
public struct Evidence: Hashable, Sendable {
    public enum Kind: UInt8, Sendable, Comparable {
        /// Two notarize votes on different blocks; a leader's two proposals are this.
        case notarizedTwice = 1
        /// Two finalize votes on different blocks.
        case finalizedTwice = 2
        /// A nullify and a finalize vote.
        case nullifiedAndFinalized = 3
        /// Two finalize votes on one block with different states: usually a defect of software,
        /// so the validator is suspended and loses nothing.
        case stateDisagreement = 4

        public static func < (left: Kind, right: Kind) -> Bool { left.rawValue < right.rawValue }

        /// Whether the validator's bond answers for it.
        public var isSlashable: Bool { self != .stateDisagreement }
    }

    /// What makes two pieces of evidence the same: a validator answers once for each.
    public struct Key: Hashable, Sendable, Comparable {
        public let epoch: Epoch
        public let view: View
        public let seat: Seat
        public let kind: Kind

        public static func < (left: Key, right: Key) -> Bool {
            (left.epoch, left.view, left.seat, left.kind)
                < (right.epoch, right.view, right.seat, right.kind)
        }
    }

    public let first: Vote
    public let second: Vote
    public let kind: Kind

    /// Pairs two votes, in one order whichever comes first.
    ///
    /// - Returns: `nil` when an honest validator may have cast both.
    public init?(_ one: Vote, _ other: Vote) {
        guard one.seat == other.seat, one.epoch == other.epoch, one.view == other.view,
            let kind = Self.kind(one.subject, other.subject)
        else { return nil }
        let ordered = one.wire.lexicographicallyPrecedes(other.wire)
        first = ordered ? one : other
        second = ordered ? other : one
        self.kind = kind
    }

    private static func kind(_ one: VoteSubject, _ other: VoteSubject) -> Kind? {
        switch (one, other) {
        case (.notarize, .notarize): one == other ? nil : .notarizedTwice
        case (.nullify, .finalize), (.finalize, .nullify): .nullifiedAndFinalized
        case (.finalize(let oneView, let oneBlock, _), .finalize(let otherView, let block, _)):
            if one == other {
                nil
            } else if oneView == otherView && oneBlock == block {
                .stateDisagreement
            } else {
                .finalizedTwice
            }
        case (.nullify, .nullify), (.nullify, .notarize), (.notarize, .nullify),
            (.notarize, .finalize), (.finalize, .notarize):
            nil
        }
    }

    public var key: Key {
        Key(epoch: first.epoch, view: first.view, seat: first.seat, kind: kind)
    }

    /// Whether both signatures are the validator's, in the set of the evidence's own epoch.
    public func isValid(in set: ValidatorSet, chain: Digest, scheme: SignatureScheme) -> Bool {
        first.isValid(in: set, chain: chain, scheme: scheme)
            && second.isValid(in: set, chain: chain, scheme: scheme)
    }

    /// Whether a bond still answers for it: as long as the unbonding time, no longer (rule C51).
    public func isTimely(at current: Epoch, unbondingEpochs: UInt64) -> Bool {
        first.epoch <= current && current.number - first.epoch.number <= unbondingEpochs
    }
}

extension Evidence: WireCodable {
    public init(from bytes: Span<UInt8>, at cursor: inout WireCursor) throws(WireError) {
        let start = cursor.offset
        let one: Vote = try cursor.message(1, "first", of: bytes)
        let other: Vote = try cursor.message(2, "second", of: bytes)
        guard let value = Evidence(one, other), value.first == one else {
            throw WireError(.invalid, at: start)
        }
        self = value
    }

    public func encode(into writer: inout WireWriter) {
        writer.message(1, first)
        writer.message(2, second)
    }
}
