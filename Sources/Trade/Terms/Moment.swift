public import Ledger
public import Primitives

/// A length of time of the ledger.
///
/// - Unit: milliseconds.
public struct Term: Hashable, Comparable, Sendable {
    public let milliseconds: UInt64

    public init(milliseconds: UInt64) { self.milliseconds = milliseconds }

    public static func hours(_ count: UInt64) -> Term {
        let (product, overflow) = count.multipliedReportingOverflow(by: 3_600_000)
        return Term(milliseconds: overflow ? .max : product)
    }

    public static func days(_ count: UInt64) -> Term {
        let (hours, overflow) = count.multipliedReportingOverflow(by: 24)
        return .hours(overflow ? .max : hours)
    }

    public static func < (left: Term, right: Term) -> Bool {
        left.milliseconds < right.milliseconds
    }

    /// The sum, or the longest term when it does not fit.
    public static func + (left: Term, right: Term) -> Term {
        let (sum, overflow) = left.milliseconds.addingReportingOverflow(right.milliseconds)
        return Term(milliseconds: overflow ? .max : sum)
    }
}

extension Timestamp {
    public static let never = Timestamp(0)

    public func after(_ term: Term) -> Timestamp { adding(term.milliseconds) }

    /// Time since an earlier moment; none when the other is later.
    public func since(_ earlier: Timestamp) -> Term {
        Term(milliseconds: number > earlier.number ? number - earlier.number : 0)
    }

    /// Days begun since a deadline; zero up to the deadline itself.
    public func daysBegun(after deadline: Timestamp) -> UInt64 {
        let late = since(deadline).milliseconds
        let day = Term.days(1).milliseconds
        return late / day + (late % day == 0 ? 0 : 1)
    }

    /// Days that are over since a moment.
    public func wholeDays(after moment: Timestamp) -> UInt64 {
        since(moment).milliseconds / Term.days(1).milliseconds
    }
}

/// Where the ledger is when a step is taken: the time and the height of the block.
public struct Moment: Hashable, Sendable {
    /// Blocks that are made after a record changed before one of its deadlines can be over.
    ///
    /// Whoever may still act then has had that many leaders to ask (reference trade 7.7).
    public static let graceBlockCount: UInt64 = 10

    public let time: Timestamp
    public let height: Height

    public init(time: Timestamp, height: Height) {
        self.time = time
        self.height = height
    }

    /// Whether a deadline is over for a record that last changed at a height (rule T12).
    ///
    /// Until then the step that it limits is allowed; from then on the timeout is, and never both.
    public func isPast(_ deadline: Timestamp, changed: Height) -> Bool {
        time > deadline && height >= changed.adding(Self.graceBlockCount)
    }
}

extension Draft {
    public var moment: Moment { Moment(time: time, height: height) }
}
