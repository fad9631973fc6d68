public import Primitives
public import Wire

/// What a buyer says in a dispute, and how far the deposits have melted.
public struct Dispute: Hashable, Sendable, WireCodable {
    /// Hash of the evidence.
    public let evidence: Digest
    /// Of the price.
    public let claimed: Share
    public var meltedDays: UInt64

    public init(evidence: Digest, claimed: Share, meltedDays: UInt64 = 0) {
        self.evidence = evidence
        self.claimed = claimed
        self.meltedDays = meltedDays
    }

    public init(from bytes: Span<UInt8>, at cursor: inout WireCursor) throws(WireError) {
        evidence = try cursor.fixed(1, "evidence", of: bytes)
        claimed = try cursor.share(2, "claimed", of: bytes)
        meltedDays = try cursor.uint64(3, "melted_days", of: bytes)
    }

    public func encode(into writer: inout WireWriter) {
        writer.fixed(1, evidence)
        writer.uint32(2, claimed.thousandths)
        writer.uint64(3, meltedDays)
    }
}

/// Where an order is; the names are those of the tables in reference trade 7.1.
public enum OrderPhase: Hashable, Sendable {
    case paid, funded, contracted, depositPaid, produced
    case shipped, balanceDue, swapped, released, delivered
    case disputed(Dispute)
    /// All of it is on the way back: refused at the door, or taken back in a dispute.
    case returning
    // Ends.
    case cancelled, lost, settled, expired, forfeited
    /// Done, with the time for returns still running; then closed.
    case completed, closed

    /// The number of the one phase that carries data.
    public static let disputedNumber: UInt32 = 11

    public var number: UInt32 {
        switch self {
        case .paid: 1
        case .funded: 2
        case .contracted: 3
        case .depositPaid: 4
        case .produced: 5
        case .shipped: 6
        case .balanceDue: 7
        case .swapped: 8
        case .released: 9
        case .delivered: 10
        case .disputed: Self.disputedNumber
        case .returning: 12
        case .cancelled: 20
        case .lost: 21
        case .settled: 22
        case .expired: 23
        case .forfeited: 24
        case .completed: 25
        case .closed: 26
        }
    }

    /// Whether nothing can happen any more.
    public var isTerminal: Bool {
        switch self {
        case .cancelled, .lost, .settled, .expired, .forfeited, .closed: true
        case .paid, .funded, .contracted, .depositPaid, .produced, .shipped, .balanceDue,
            .swapped, .released, .delivered, .disputed, .returning, .completed:
            false
        }
    }

    /// - Returns: `nil` for a number without a phase, or data that does not belong to it.
    init?(number: UInt32, dispute: Dispute?) {
        if number == Self.disputedNumber, let dispute {
            self = .disputed(dispute)
            return
        }
        let plain: [OrderPhase] = [
            .paid, .funded, .contracted, .depositPaid, .produced, .shipped, .balanceDue,
            .swapped, .released, .delivered, .returning, .cancelled, .lost, .settled, .expired,
            .forfeited, .completed, .closed,
        ]
        guard dispute == nil, let phase = plain.first(where: { $0.number == number }) else {
            return nil
        }
        self = phase
    }
}
