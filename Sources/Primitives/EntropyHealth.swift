public import Wire

/// Refuses random bytes that only a broken source gives.
///
/// It cannot prove that bytes are random. It finds the failures that emptied wallets: a source that
/// returns zeros, a constant, a short cycle, or the same bytes twice.
///
/// - Source: the repetition count test of NIST SP 800-90B, section 4.4.1, applied to bytes.
public enum EntropyHealth {
    /// Equal bytes in a row that are still believed; chance alone gives five in 32 bytes once in
    /// more than 10^8 draws.
    public static let repetitionLimit = 4
    /// Different values that 32 random bytes have at least; chance alone gives fewer once in more
    /// than 10^12 draws.
    public static let differentLeast = 16

    public enum Fault: Error, Equatable, Sendable {
        case repetition(byte: UInt8)
        case fewValues(count: Int)
        /// Two draws gave the same bytes.
        case repeatedDraw
    }

    /// Judges the bytes to be used, by themselves and against a second draw that is thrown away.
    public static func check(
        _ bytes: FixedBytes<32>, against second: FixedBytes<32>
    ) throws(Fault) {
        guard bytes != second else { throw .repeatedDraw }
        for draw in [bytes, second] {
            var seen: Set<UInt8> = []
            var run = 0
            for index in 0..<32 {
                run = index > 0 && draw[index] == draw[index - 1] ? run + 1 : 1
                guard run <= repetitionLimit else { throw .repetition(byte: draw[index]) }
                seen.insert(draw[index])
            }
            guard seen.count >= differentLeast else { throw .fewValues(count: seen.count) }
        }
    }
}
