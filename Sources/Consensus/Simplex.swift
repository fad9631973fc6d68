public import Primitives

/// The agreement of one epoch: who votes for which block, and when.
///
/// A machine without clock, disk or network: events in, effects out. The same events at the same
/// times give the same effects.
public struct Simplex: Sendable {
    public let config: EpochConfig
    let schedule: LeaderSchedule
    let key: SigningKey?
    /// Our place in the set; `nil` for a node that only follows.
    public let seat: Seat?

    /// Starts at the epoch's first view; a key that is not in the set is not used.
    public init(_ config: EpochConfig, key: SigningKey?) {
        self.config = config
        schedule = LeaderSchedule(set: config.set, seed: config.seed)
        seat = key.flatMap { config.set.seat(of: $0.publicKey) }
        self.key = seat == nil ? nil : key
    }
}
