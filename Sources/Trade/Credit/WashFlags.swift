import Ledger
import Primitives

/// Signs that a trade was made for its record alone (reference trade 7.6).
///
/// Each halves what the trade counts; none excludes it, since nobody judges here.
public struct WashFlags: OptionSet, Hashable, Sendable {
    public let rawValue: UInt8

    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// Four fifths of the money were back within a week, by at most four trades.
    public static let circle = WashFlags(rawValue: 1)
    /// A parcel under 100 g for a price of the upper half of the party's.
    public static let lightParcel = WashFlags(rawValue: 2)
    /// It was delivered where it came from.
    public static let backToSender = WashFlags(rawValue: 4)
    /// Three trades or more were confirmed after the very same time, to the millisecond.
    public static let sameTiming = WashFlags(rawValue: 8)

    /// Trades with one and the same time from which on they are marked.
    static let timingCount = 3

    /// Their names, for people and programs: `circle`.
    public var names: [String] {
        let all: [(WashFlags, String)] = [
            (.circle, "circle"), (.lightParcel, "lightParcel"), (.backToSender, "backToSender"),
            (.sameTiming, "sameTiming"),
        ]
        return all.filter { contains($0.0) }.map(\.1)
    }

    /// What is left of a trade's weight.
    var factor: Millionths { Millionths(1_000_000 >> UInt64(rawValue.nonzeroBitCount)) }
}

/// Looks for such signs among the trades of a party.
struct WashCheck {
    private let party: AccountID?
    private let links: [(order: Digest, edge: TradeGraph.Edge)]
    private let median: Amount
    private let timings: [Term: Int]

    init(_ facts: [TradeFact], of party: AccountID?, in graph: TradeGraph) {
        self.party = party
        links = graph.sorted
        median = CreditReport.median(facts.map(\.amount))
        var timings: [Term: Int] = [:]
        for fact in facts where fact.isDelivered && fact.wait > .hours(0) {
            timings[fact.wait, default: 0] += 1
        }
        self.timings = timings
    }

    func flags(of fact: TradeFact) -> WashFlags {
        var flags: WashFlags = []
        if let party, TradeGraph.goesInCircle(fact, of: party, among: links) {
            flags.insert(.circle)
        }
        if fact.marks.contains(.light), fact.amount >= median { flags.insert(.lightParcel) }
        if fact.marks.contains(.toSender) { flags.insert(.backToSender) }
        if (timings[fact.wait] ?? 0) >= WashFlags.timingCount { flags.insert(.sameTiming) }
        return flags
    }
}
