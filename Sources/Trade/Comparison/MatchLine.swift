/// One line of goods as order and list must both show it: one value a line (T103).
public struct MatchLine: Equatable, Sendable {
    /// The most lines that a document shows: 99, padded to a power of two.
    public static let limit = 128
    /// The fewest, so that a short list does not show how short it is.
    public static let paddingMinimum = 4

    /// Number, quantity, price, total, unit, country and name, normalised, in this order.
    public let parts: [[UInt8]]

    public init(
        number: [UInt8], quantity: [UInt8], price: [UInt8], total: [UInt8], unit: [UInt8],
        country: [UInt8], name: [UInt8]
    ) {
        parts = [number, quantity, price, total, unit, country, name]
    }

    /// The parts, each after its length in four bytes, so that no two lines share their bytes.
    public var bytes: [UInt8] {
        var bytes: [UInt8] = []
        for part in parts {
            for shift in [24, 16, 8, 0] {
                bytes.append(UInt8(truncatingIfNeeded: part.count >> shift))
            }
            bytes += part
        }
        return bytes
    }

    /// How many line values a document with so many lines shows: the next power of two, at least four.
    ///
    /// A slot without a line holds the value of no bytes under the key of that slot; order and list with
    /// the same number of lines therefore agree on it.
    public static func paddedCount(_ count: Int) -> Int {
        precondition((0...limit).contains(count), "a document has at most 128 lines")
        var padded = paddingMinimum
        while padded < count { padded *= 2 }
        return padded
    }
}
