/// CRC-32C over a record's key and value, kept behind the value.
///
/// - Source: RFC 3720, appendix B.4; polynomial 0x1EDC6F41, reflected.
/// - Shape: four bytes, big-endian.
package enum Checksum {
    package static let byteCount = 4

    /// Row `r`, entry `b`: what byte `b` adds when `r` more bytes follow in the same step.
    private static let rows: [UInt32] = {
        var rows = [UInt32](repeating: 0, count: 8 * 256)
        for byte in 0..<256 {
            var value = UInt32(byte)
            for _ in 0..<8 { value = value & 1 == 1 ? value >> 1 ^ 0x82f6_3b78 : value >> 1 }
            rows[byte] = value
        }
        for index in 256..<rows.count {
            let before = rows[index - 256]
            rows[index] = before >> 8 ^ rows[Int(before & 255)]
        }
        return rows
    }()

    package static func of(_ key: Span<UInt8>, _ value: Span<UInt8>) -> UInt32 {
        let rows = rows.span
        return ~extend(extend(.max, by: key, rows), by: value, rows)
    }

    private static func extend(
        _ start: UInt32, by bytes: Span<UInt8>, _ rows: Span<UInt32>
    ) -> UInt32 {
        var state = start
        var index = 0
        while index &+ 8 <= bytes.count {
            var sum: UInt32 = 0
            for place in 0..<8 {
                var byte = bytes[index &+ place]
                if place < 4 { byte ^= UInt8(truncatingIfNeeded: state >> UInt32(8 &* place)) }
                sum ^= rows[(7 &- place) &* 256 &+ Int(byte)]
            }
            state = sum
            index &+= 8
        }
        while index < bytes.count {
            let byte = UInt8(truncatingIfNeeded: state) ^ bytes[index]
            state = state >> 8 ^ rows[Int(byte)]
            index &+= 1
        }
        return state
    }
}
