/// Durations of one kind, counted by the millisecond so that two runs can be added up.
public struct Distribution: Hashable, Sendable {
    /// Longer ones are counted as this long.
    ///
    /// - Unit: milliseconds.
    public static let longest: UInt64 = 120_000

    public private(set) var count: UInt64 = 0
    private var counts: [UInt64] = []

    public init() {}

    public init(_ values: [UInt64]) {
        self.init()
        for value in values { add(value) }
    }

    public mutating func add(_ milliseconds: UInt64) {
        add(milliseconds, times: 1)
    }

    public mutating func add(_ other: Distribution) {
        for (value, times) in other.counts.enumerated() where times > 0 {
            add(UInt64(value), times: times)
        }
    }

    private mutating func add(_ milliseconds: UInt64, times: UInt64) {
        let place = Int(min(milliseconds, Self.longest))
        while counts.count <= place { counts.append(0) }
        counts[place] += times
        count += times
    }

    /// The value that so many thousandths of all do not pass; zero when there are none.
    ///
    /// - Unit: milliseconds.
    public func quantile(perMille: UInt64) -> UInt64 {
        guard count > 0 else { return 0 }
        let wanted = max(1, (count * perMille + 999) / 1_000)
        var seen: UInt64 = 0
        for (value, times) in counts.enumerated() {
            seen += times
            if seen >= wanted { return UInt64(value) }
        }
        return Self.longest
    }

    public var median: UInt64 { quantile(perMille: 500) }
}

extension Distribution: Encodable {
    private enum Name: String, CodingKey { case count, p50, p90, p99, most }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Name.self)
        try container.encode(count, forKey: .count)
        try container.encode(median, forKey: .p50)
        try container.encode(quantile(perMille: 900), forKey: .p90)
        try container.encode(quantile(perMille: 990), forKey: .p99)
        try container.encode(quantile(perMille: 1_000), forKey: .most)
    }
}

extension Distribution: CustomStringConvertible {
    public var description: String {
        count == 0
            ? "none"
            : "p50 \(median) ms, p90 \(quantile(perMille: 900)) ms, "
                + "p99 \(quantile(perMille: 990)) ms, most \(quantile(perMille: 1_000)) ms"
                + " of \(count)"
    }
}
