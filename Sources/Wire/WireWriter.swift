/// Collects the canonical bytes of a message: fields in the order in which they are written,
/// defaults left out.
public struct WireWriter: Sendable {
    public private(set) var bytes: [UInt8] = []

    public init() {}

    public init(reserving byteCount: Int) { bytes.reserveCapacity(byteCount) }

    /// Writes one whole message in the room that earlier ones have left, and gives it in an array of
    /// its own size: one allocation, and no room kept that nobody uses.
    public mutating func wire(of value: some WireCodable) -> [UInt8] {
        clear()
        value.encode(into: &self)
        return bytes.span.copy(0..<bytes.count)
    }

    /// Starts anew, in the room that there is.
    public mutating func clear() { bytes.removeAll(keepingCapacity: true) }

    /// Writes a number, unless it is zero.
    public mutating func uint64(_ number: UInt32, _ value: UInt64) {
        guard value != 0 else { return }
        tag(number, .varint)
        Varint.append(value, to: &bytes)
    }

    public mutating func uint32(_ number: UInt32, _ value: UInt32) {
        uint64(number, UInt64(value))
    }

    /// Writes a truth value, unless it is `false`.
    public mutating func bool(_ number: UInt32, _ value: Bool) {
        uint64(number, value ? 1 : 0)
    }

    /// Writes a packed list, unless it is empty.
    public mutating func uint64s(_ number: UInt32, _ values: [UInt64]) {
        guard !values.isEmpty else { return }
        var inner: [UInt8] = []
        for value in values { Varint.append(value, to: &inner) }
        self.bytes(number, inner)
    }

    /// Writes a byte string, unless it is empty.
    public mutating func bytes(_ number: UInt32, _ value: [UInt8]) {
        guard !value.isEmpty else { return }
        element(number, value)
    }

    /// Writes text, unless it is empty.
    public mutating func text(_ number: UInt32, _ value: String) {
        bytes(number, Array(value.utf8))
    }

    /// Writes a byte string of fixed size, also when all its bytes are zero.
    public mutating func fixed(_ number: UInt32, _ value: some FixedWireForm) {
        tag(number, .bytes)
        Varint.append(UInt64(type(of: value).byteCount), to: &bytes)
        value.append(to: &bytes)
    }

    public mutating func fixed(_ number: UInt32, _ value: (some FixedWireForm)?) {
        if let value { fixed(number, value) }
    }

    public mutating func fixedList(_ number: UInt32, _ values: [some FixedWireForm]) {
        for value in values { fixed(number, value) }
    }

    /// Writes byte strings; an empty one is written too, since its place in the list counts.
    public mutating func bytesList(_ number: UInt32, _ values: [[UInt8]]) {
        for value in values { element(number, value) }
    }

    /// Writes a message inside this one, also when it has no fields.
    public mutating func message(_ number: UInt32, _ value: some WireCodable) {
        tag(number, .bytes)
        // One byte is set aside for the length; longer ones move the message by the difference.
        let lengthOffset = bytes.count
        bytes.append(0)
        value.encode(into: &self)
        let length = bytes.count - lengthOffset - 1
        if length < 0x80 {
            bytes[lengthOffset] = UInt8(length)
        } else {
            let extra = Varint.byteCount(UInt64(length)) - 1
            bytes.insert(contentsOf: repeatElement(0, count: extra), at: lengthOffset)
            var rest = UInt64(length)
            for place in lengthOffset..<lengthOffset + extra {
                bytes[place] = UInt8(truncatingIfNeeded: rest) | 0x80
                rest >>= 7
            }
            bytes[lengthOffset + extra] = UInt8(rest)
        }
    }

    public mutating func message(_ number: UInt32, _ value: (some WireCodable)?) {
        if let value { message(number, value) }
    }

    public mutating func messages(_ number: UInt32, _ values: [some WireCodable]) {
        for value in values { message(number, value) }
    }

    private mutating func element(_ number: UInt32, _ value: [UInt8]) {
        tag(number, .bytes)
        Varint.append(UInt64(value.count), to: &bytes)
        bytes.append(contentsOf: value)
    }

    private mutating func tag(_ number: UInt32, _ kind: WireTag.Kind) {
        Varint.append(UInt64(WireTag(number, kind).raw), to: &bytes)
    }
}
