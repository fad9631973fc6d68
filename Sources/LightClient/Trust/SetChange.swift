import Consensus
public import Primitives
public import Wire

/// What turns one validator set into another: much shorter than a set when few members change.
///
/// Nothing is believed of it: the result must have the digest that a signed header names.
///
/// - Source: rule N5; `Proto/light.proto`.
public struct SetChange: Hashable, Sendable {
    /// Seats of the old set, ascending, whose members left or changed.
    public let removed: [Seat]
    /// Members of the new set that the old one does not have in the same form, ascending by key.
    public let added: [Validator]

    public init(from old: ValidatorSet, to new: ValidatorSet) {
        let before = Set(old.members)
        let after = Set(new.members)
        removed = old.members.indices.filter { !after.contains(old.members[$0]) }
            .map { Seat(UInt32($0)) }
        added = new.members.filter { !before.contains($0) }
    }

    public var isEmpty: Bool { removed.isEmpty && added.isEmpty }

    /// The new set; `nil` when the change does not fit the old one or gives no valid set.
    public func applied(to old: ValidatorSet) -> ValidatorSet? {
        if isEmpty { return old }
        guard removed.allSatisfy({ old[$0] != nil }) else { return nil }
        let gone = Set(removed)
        let kept = old.members.indices.filter { !gone.contains(Seat(UInt32($0))) }
        return ValidatorSet(kept.map { old.members[$0] } + added)
    }
}

extension SetChange: WireCodable {
    public init(from bytes: Span<UInt8>, at cursor: inout WireCursor) throws(WireError) {
        let start = cursor.offset
        let limit = ValidatorSet.memberLimit
        let seats = try cursor.uint64s(1, "removed", limit: limit, of: bytes)
        guard seats.allSatisfy({ $0 < UInt64(limit) }),
            zip(seats, seats.dropFirst()).allSatisfy({ $0 < $1 })
        else { throw WireError(.invalid, at: start).inside("removed") }
        removed = seats.map { Seat(UInt32($0)) }
        let place = cursor.offset
        added = try cursor.messages(2, "added", limit: limit, of: bytes)
        guard zip(added, added.dropFirst()).allSatisfy({ $0.key < $1.key }) else {
            throw WireError(.invalid, at: place).inside("added")
        }
    }

    public func encode(into writer: inout WireWriter) {
        writer.uint64s(1, removed.map { UInt64($0.index) })
        writer.messages(2, added)
    }
}

/// One step of a light node: a final header of a later epoch, and who its validators are.
///
/// Full nodes serve the last block of an epoch with as many signatures as they have collected, so
/// that the step may pass over many epochs.
///
/// - Source: rules N3 to N6.
public struct EpochUpdate: Hashable, Sendable {
    public let target: FinalizedHeader
    /// From the set of the epoch that the request names to the one that votes on the target.
    public let set: SetChange
    /// From that set to the next epoch's, when the target announces another one.
    public let next: SetChange?

    public init(target: FinalizedHeader, set: SetChange, next: SetChange?) {
        self.target = target
        self.set = set
        self.next = next
    }

    /// Makes the step for somebody who knows `old`.
    ///
    /// - Parameters:
    ///   - target: The final last block of an epoch.
    ///   - old: The set that the other side trusts.
    ///   - set: The set that votes on the target.
    ///   - next: The set of the epoch after.
    public init(
        to target: FinalizedHeader, from old: ValidatorSet, set: ValidatorSet, next: ValidatorSet
    ) {
        self.init(
            target: target, set: SetChange(from: old, to: set),
            next: target.header.endsEpoch ? SetChange(from: set, to: next) : nil)
    }
}

extension EpochUpdate {
    /// Whether somebody who trusts `old` will make the step to this header (rule N4).
    ///
    /// A full node asks this before it answers, and answers with an earlier epoch when it is not so.
    public static func isWithinReach(
        _ target: FinalizedHeader, votedBy set: ValidatorSet, from old: ValidatorSet
    ) -> Bool {
        old.isQuorum(overlap(target.finalization.certificate, signedBy: set, with: old))
    }

    /// Weight in the old set of the signers that are in both; signatures are not looked at.
    static func overlap(
        _ certificate: Certificate, signedBy set: ValidatorSet, with old: ValidatorSet
    ) -> UInt64 {
        var weight: UInt64 = 0
        for signer in certificate.signers {
            guard let member = set[signer], let seat = old.seat(of: member.key),
                let trusted = old[seat]
            else { continue }
            // Each key is once in each set, so the sum stays within the total's 64 bits.
            weight += trusted.weight
        }
        return weight
    }
}

extension EpochUpdate: WireCodable {
    public init(from bytes: Span<UInt8>, at cursor: inout WireCursor) throws(WireError) {
        target = try cursor.message(1, "target", of: bytes)
        set = try cursor.message(2, "set", of: bytes)
        next = try cursor.optionalMessage(3, "next", of: bytes)
    }

    public func encode(into writer: inout WireWriter) {
        writer.message(1, target)
        writer.message(2, set)
        writer.message(3, next)
    }
}
