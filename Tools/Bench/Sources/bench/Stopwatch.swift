import Glibc
import Primitives

/// Time that passed and processor time that this process used.
struct Stopwatch {
    private let wall = ContinuousClock.now
    private let cpu = Stopwatch.processSeconds

    struct Reading: Sendable {
        let wall: Double
        let cpu: Double

        /// How often something happened in a second, by the clock.
        func rate(_ count: Int) -> Double { Double(count) / wall }

        /// How often on one core that does nothing else: independent of what else runs.
        func coreRate(_ count: Int) -> Double { Double(count) / cpu }
    }

    var reading: Reading {
        Reading(
            wall: (ContinuousClock.now - wall) / .seconds(1),
            cpu: Self.processSeconds - cpu)
    }

    private static var processSeconds: Double {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }

    static func measure(_ body: () throws -> Void) rethrows -> Reading {
        let watch = Stopwatch()
        try body()
        return watch.reading
    }

    static func measure(_ body: () async throws -> Void) async rethrows -> Reading {
        let watch = Stopwatch()
        try await body()
        return watch.reading
    }
}

extension [Stopwatch.Reading] {
    /// The reading in the middle by processor time.
    var median: Stopwatch.Reading { sorted { $0.cpu < $1.cpu }[count / 2] }
}

extension [Double] {
    /// The value below which so many per cent of a sorted list lie.
    func quantile(_ percent: Int) -> Double {
        isEmpty ? 0 : self[Swift.min(count - 1, count * percent / 100)]
    }
}

extension Chance {
    mutating func bytes(_ count: Int) -> [UInt8] {
        (0..<count).map { _ in UInt8(truncatingIfNeeded: next()) }
    }
}

extension SigningKey {
    /// The key number so and so.
    static func numbered(_ number: Int) -> SigningKey {
        SigningKey(seed: Digest(numbered: number).bytes)
    }
}

extension Digest {
    /// The hash of a number.
    init(numbered number: Int) {
        let bytes = (0..<8).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
        self.init(hashing: bytes, in: .seed)
    }
}
