/// A stream of random numbers that one seed decides.
///
/// - Source: xoshiro256**, Blackman and Vigna, "Scrambled linear pseudorandom number generators"
///   (2018), state filled by splitmix64 as the authors advise.
public struct Dice: RandomNumberGenerator, Sendable {
    /// What a stream is for; a draw in one stream never shifts another.
    public enum Concern: UInt64, CaseIterable, Sendable {
        case network = 1
        case disk
        case clock
        case workload
        case crash
        case traitor
        case gossip
        case light
    }

    private var state: (UInt64, UInt64, UInt64, UInt64)

    public init(seed: UInt64, concern: Concern) {
        var mixer = seed ^ (concern.rawValue &* 0xA24B_AED4_963E_E407)
        func word() -> UInt64 {
            mixer &+= 0x9E37_79B9_7F4A_7C15
            var word = mixer
            word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
            word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
            return word ^ (word >> 31)
        }
        state = (word(), word(), word(), word())
    }

    public mutating func next() -> UInt64 {
        let result = Self.rotate(state.1 &* 5, by: 7) &* 9
        let shifted = state.1 << 17
        state.2 ^= state.0
        state.3 ^= state.1
        state.1 ^= state.2
        state.0 ^= state.3
        state.2 ^= shifted
        state.3 = Self.rotate(state.3, by: 45)
        return result
    }

    /// A number from 0 up to, but without, the bound; zero for a bound of zero.
    public mutating func below(_ bound: UInt64) -> UInt64 {
        bound == 0 ? 0 : next().multipliedFullWidth(by: bound).high
    }

    /// Whether an event happens that has this probability in thousandths.
    public mutating func happens(perMille: UInt64) -> Bool { below(1_000) < perMille }

    /// An index of a list that is not empty.
    public mutating func index(of count: Int) -> Int { Int(below(UInt64(count))) }

    /// What to multiply a typical value with: log-normal, with a median of one.
    ///
    /// - Parameter spread: Standard deviation of the logarithm in thousandths, at most 300.
    /// - Returns: The factor in millionths.
    public mutating func factor(spreadPerMille spread: UInt64) -> UInt64 {
        let word = next()
        let sum = (0..<4).reduce(UInt64(0)) { $0 + (word >> (16 * $1)) & 0xffff }
        // Four even deviates make one of variance a third, nearly normal and bounded.
        let normal = (Int64(sum) - 2 * 65_536) * 1_732_051 / 65_536
        let exponent = normal * Int64(min(spread, 300)) / 1_000
        // The exponential series; an exponent of up to 1.04 leaves less than a millionth after ten.
        var (factor, term): (Int64, Int64) = (1_000_000, 1_000_000)
        for index in 1...10 as ClosedRange<Int64> {
            term = term * exponent / (index * 1_000_000)
            factor += term
        }
        return UInt64(factor)
    }

    /// Puts a list into random order.
    public mutating func shuffle<Element>(_ list: inout [Element]) {
        guard list.count > 1 else { return }
        for index in stride(from: list.count - 1, to: 0, by: -1) {
            list.swapAt(index, self.index(of: index + 1))
        }
    }

    private static func rotate(_ word: UInt64, by count: UInt64) -> UInt64 {
        (word << count) | (word >> (64 - count))
    }
}
