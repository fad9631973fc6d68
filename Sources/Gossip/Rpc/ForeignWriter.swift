import Wire

/// Writes fields of messages that libp2p defines; nothing is left out.
struct ForeignWriter {
    private(set) var output: [UInt8] = []

    init() {}

    init(reserving byteCount: Int) { output.reserveCapacity(byteCount) }

    /// The tag and the length of a field whose bytes follow.
    mutating func header(_ field: UInt32, byteCount: Int) {
        Varint.append(UInt64(WireTag(field, .bytes).raw), to: &output)
        Varint.append(UInt64(byteCount), to: &output)
    }

    mutating func bytes(_ field: UInt32, _ value: [UInt8]) {
        header(field, byteCount: value.count)
        output += value
    }

    mutating func number(_ field: UInt32, _ value: UInt64) {
        Varint.append(UInt64(WireTag(field, .varint).raw), to: &output)
        Varint.append(value, to: &output)
    }
}
