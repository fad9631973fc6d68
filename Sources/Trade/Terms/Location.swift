public import Wire

/// A place as trade names it: a UN/LOCODE of five characters.
///
/// - Shape: two letters `A-Z`, then three of `A-Z2-9`.
/// - Source: UNECE Recommendation 16; whether the code is assigned is not asked here.
public struct Location: FixedWireForm {
    public static let byteCount = 5

    private let bytes: FixedBytes<5>

    public init(copying bytes: Span<UInt8>, from offset: Int) {
        self.bytes = FixedBytes(copying: bytes, from: offset)
    }

    public init?(_ text: String) {
        guard let bytes = FixedBytes<5>(Array(text.utf8)) else { return nil }
        self.bytes = bytes
        guard isValid else { return nil }
    }

    public func append(to output: inout [UInt8]) { bytes.append(to: &output) }

    public static func == (left: Location, right: Location) -> Bool {
        left.bytes.array == right.bytes.array
    }

    public func hash(into hasher: inout Hasher) { hasher.combine(bytes.array) }

    /// Whether the bytes have the form of a code.
    public var isValid: Bool {
        (0..<5).allSatisfy { place in
            let byte = bytes[place]
            let isLetter = (0x41...0x5a).contains(byte)
            return isLetter || (place >= 2 && (0x32...0x39).contains(byte))
        }
    }
}
