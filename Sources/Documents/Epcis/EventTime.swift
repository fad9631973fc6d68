/// A moment as EPCIS writes it, kept as its text.
///
/// - Source: EPCIS 2.0, section 7.3: `xsd:dateTimeStamp`, so that date, time with seconds and zone are
///   all there.
public struct EventTime: Hashable, Sendable {
    public let text: String
    /// Milliseconds since 1970-01-01 UTC, rounded half up.
    public let milliseconds: Int64

    /// - Returns: `nil` when the text is no moment with a zone, or is before year 1 or after 9999.
    public init?(_ text: String) {
        let bytes = Array(text.utf8)
        guard bytes.count >= 20, bytes.count <= 64 else { return nil }
        func number(_ start: Int, _ count: Int) -> Int? {
            var value = 0
            for byte in bytes[start..<start + count] {
                guard byte.isDigit else { return nil }
                value = value * 10 + Int(byte - 0x30)
            }
            return value
        }
        let marks = [(4, "-"), (7, "-"), (10, "T"), (13, ":"), (16, ":")]
        guard marks.allSatisfy({ bytes[$0.0] == $0.1.utf8.first }),
            let year = number(0, 4), let month = number(5, 2), let day = number(8, 2),
            let hour = number(11, 2), let minute = number(14, 2), let second = number(17, 2),
            year > 0, (1...12).contains(month), day >= 1, day <= Self.days(year, month), hour < 24,
            minute < 60, second < 60
        else { return nil }
        var offset = 19
        var fraction: [UInt8] = []
        if bytes[offset] == UInt8(ascii: ".") {
            fraction = Array(bytes[(offset + 1)...].prefix(while: \.isDigit))
            guard !fraction.isEmpty else { return nil }
            offset += 1 + fraction.count
        }
        guard let zone = Self.zone(Array(bytes[offset...])) else { return nil }
        let seconds =
            Int64(Self.dayNumber(year, month, day)) * 86_400
            + Int64(hour * 3_600 + minute * 60 + second) - Int64(zone) * 60
        self.text = text
        milliseconds = seconds * 1_000 + Self.rounded(fraction)
    }

    /// Minutes east of UTC; `nil` when the text is no zone.
    static func zone(_ bytes: [UInt8]) -> Int? {
        if bytes == [UInt8(ascii: "Z")] { return 0 }
        guard bytes.count == 6, bytes[3] == UInt8(ascii: ":"),
            let hours = Int(String(decoding: bytes[1...2], as: UTF8.self)), bytes[1].isDigit,
            let minutes = Int(String(decoding: bytes[4...5], as: UTF8.self)), bytes[4].isDigit,
            minutes < 60, hours < 14 || hours == 14 && minutes == 0
        else { return nil }
        switch bytes[0] {
        case UInt8(ascii: "+"): return hours * 60 + minutes
        case UInt8(ascii: "-"): return -(hours * 60 + minutes)
        default: return nil
        }
    }

    /// Digits after the point as milliseconds, half a millisecond upwards.
    private static func rounded(_ fraction: [UInt8]) -> Int64 {
        var value: Int64 = 0
        for index in 0..<3 {
            value = value * 10 + (index < fraction.count ? Int64(fraction[index] - 0x30) : 0)
        }
        return value + (fraction.count > 3 && fraction[3] >= UInt8(ascii: "5") ? 1 : 0)
    }

    /// The form that is hashed: UTC with three decimals.
    ///
    /// - Source: CBV 2.0, section 8.9.3.
    public var canonical: String {
        let (days, time) = milliseconds.floorDivided(by: 86_400_000)
        let (year, month, day) = Self.date(Int(days))
        func padded(_ value: Int64, _ count: Int) -> String {
            let digits = String(value)
            return String(repeating: "0", count: max(0, count - digits.count)) + digits
        }
        let date = "\(padded(Int64(year), 4))-\(padded(Int64(month), 2))-\(padded(Int64(day), 2))"
        let clock = [time / 3_600_000, time / 60_000 % 60, time / 1_000 % 60]
            .map { padded($0, 2) }.joined(separator: ":")
        return "\(date)T\(clock).\(padded(time % 1_000, 3))Z"
    }

    private static func days(_ year: Int, _ month: Int) -> Int {
        let isLeap = year.isMultiple(of: 4) && !year.isMultiple(of: 100) || year.isMultiple(of: 400)
        return [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1]
    }

    /// Days since 1970-01-01 in the calendar of today, for years from 0 on.
    private static func dayNumber(_ year: Int, _ month: Int, _ day: Int) -> Int {
        // Years begin in March, so that the leap day is the last of its year.
        let shifted = month <= 2 ? year - 1 : year
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        return shifted * 365 + shifted / 4 - shifted / 100 + shifted / 400 + dayOfYear - 719_468
    }

    /// Undoes ``dayNumber(_:_:_:)``.
    private static func date(_ number: Int) -> (year: Int, month: Int, day: Int) {
        let shifted = number + 719_468
        let era = shifted / 146_097
        let rest = shifted % 146_097
        let year = (rest - rest / 1_460 + rest / 36_524 - rest / 146_096) / 365
        let dayOfYear = rest - (365 * year + year / 4 - year / 100)
        let month = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * month + 2) / 5 + 1
        return (
            era * 400 + year + (month < 10 ? 0 : 1), month < 10 ? month + 3 : month - 9, day
        )
    }
}

extension Int64 {
    func floorDivided(by divisor: Int64) -> (quotient: Int64, remainder: Int64) {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
    }
}
