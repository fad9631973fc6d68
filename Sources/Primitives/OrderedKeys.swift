public import Wire

/// Places in an order are keys in big-endian form, so that a table lists them in that order.
extension OrderedKey where Self: Ordinal {
    public static var keyByteCount: Int { 8 }

    public init?(key bytes: Span<UInt8>, from offset: Int) {
        guard let number = UInt64(key: bytes, from: offset) else { return nil }
        self.init(number)
    }

    public func appendKey(to output: inout [UInt8]) { number.appendKey(to: &output) }
}

extension Height: OrderedKey {}
extension View: OrderedKey {}
extension Epoch: OrderedKey {}
extension Sequence: OrderedKey {}
extension Timestamp: OrderedKey {}
extension Digest: OrderedKey {}
extension PublicKey: OrderedKey {}

extension Seat: OrderedKey {
    public static var keyByteCount: Int { 4 }

    public init?(key bytes: Span<UInt8>, from offset: Int) {
        guard let index = UInt32(key: bytes, from: offset) else { return nil }
        self.init(index)
    }

    public func appendKey(to output: inout [UInt8]) { index.appendKey(to: &output) }
}
