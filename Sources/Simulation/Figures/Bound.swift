/// A figure and what it must not pass.
///
/// - Unit: milliseconds.
public struct Bound: Hashable, Sendable, Encodable {
    public let name: String
    public let value: UInt64
    public let limit: UInt64

    init(_ name: String, _ value: UInt64, atMost limit: UInt64) {
        self.name = name
        self.value = value
        self.limit = limit
    }

    public var holds: Bool { value <= limit }
}

extension Bound: CustomStringConvertible {
    public var description: String {
        "\(name) \(value) ms, at most \(limit) ms: \(holds ? "held" : "BROKEN")"
    }
}
