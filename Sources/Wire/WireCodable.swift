/// A value with one canonical protobuf form.
///
/// The decoder refuses every other form (design R1), so encoding what was decoded gives the same
/// bytes. A conforming type reads its fields in ascending order of field number, and writes them in
/// the same order.
public protocol WireCodable: Sendable {
    /// Reads the fields between the cursor's offset and its end.
    ///
    /// - Throws: ``WireError`` with the place of the first fault.
    init(from bytes: Span<UInt8>, at cursor: inout WireCursor) throws(WireError)

    /// Writes the fields, without a length in front.
    func encode(into writer: inout WireWriter)
}

extension WireCodable {
    /// Decodes a whole message; nothing may follow it.
    @inlinable
    public init(wire bytes: Span<UInt8>) throws(WireError) {
        var cursor = WireCursor(count: bytes.count)
        self = try Self(from: bytes, at: &cursor)
        try cursor.finish(of: bytes)
    }

    /// Decodes a whole message; nothing may follow it.
    @inlinable
    public init(wire bytes: [UInt8]) throws(WireError) {
        self = try Self(wire: bytes.span)
    }

    /// The canonical bytes.
    @inlinable
    public var wire: [UInt8] {
        var writer = WireWriter()
        encode(into: &writer)
        return writer.bytes
    }
}

/// A value that is always the same number of bytes, such as a hash or a key.
public protocol FixedWireForm: Hashable, Sendable {
    static var byteCount: Int { get }

    /// Copies `byteCount` bytes that start at `offset`; the caller has checked that they exist.
    init(copying bytes: Span<UInt8>, from offset: Int)

    func append(to output: inout [UInt8])
}
