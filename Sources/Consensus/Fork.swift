public import Primitives

/// Two certificates that exclude each other: somebody has signed both sides.
///
/// As long as less than a third of the weight breaks the rules there is no such pair (rule C52).
///
/// - Source: `consensus.md` 1.11.
public struct Fork: Hashable, Sendable {
    /// What this node had first.
    public let held: Certificate
    public let other: Certificate
    /// Double votes that follow from both and from what came with them, in order of seat; empty when
    /// the two are of different views and nothing tells of the views between.
    public let evidence: [Evidence]

    /// Pairs both sides; `further` are certificates of the other side that may exclude the one that was
    /// held.
    public init(held: Certificate, other: Certificate, further: [Certificate] = []) {
        self.held = held
        self.other = other
        var proofs: [Seat: Evidence] = [:]
        let signed = Dictionary(held.votes.map { ($0.seat, $0) }) { first, _ in first }
        for vote in ([other] + further).flatMap(\.votes) where proofs[vote.seat] == nil {
            proofs[vote.seat] = signed[vote.seat].flatMap { Evidence($0, vote) }
        }
        evidence = proofs.values.sorted { $0.key.seat < $1.key.seat }
    }

    /// Those who are proved to have signed both sides, in ascending order.
    public var guilty: [Seat] { evidence.map(\.key.seat) }
}

extension Certificate {
    /// Whether this and another certificate cannot both be while a quorum keeps the rules.
    public func excludes(_ other: Certificate) -> Bool {
        guard epoch == other.epoch, view == other.view else { return false }
        switch (subject, other.subject) {
        case (.nullify, .finalize), (.finalize, .nullify): return true
        case (.nullify, .nullify), (.nullify, .notarize), (.notarize, .nullify): return false
        case (.notarize, .notarize), (.notarize, .finalize), (.finalize, .notarize),
            (.finalize, .finalize):
            return subject.block != other.subject.block
        }
    }
}
