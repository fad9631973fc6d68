/// A source of chance that a seed repeats exactly.
///
/// The node seeds it from the system; the simulator and the tests seed it with their number.
///
/// - Source: the SplitMix64 sequence of Steele, Lea and Flood (2014).
public struct Chance: RandomNumberGenerator, Sendable {
    private var state: UInt64

    public init(seed: UInt64) { state = seed }

    public mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }

    /// Whether something happens that has this chance in a million.
    public mutating func happens(perMillion: UInt64) -> Bool {
        UInt64.random(in: 0..<1_000_000, using: &self) < perMillion
    }
}
