/// Text with a readable part and a checksum that finds every error in up to four characters.
///
/// - Source: BIP-350; alphabet and polynomial of BIP-173.
public enum Bech32m {
    /// The longest text.
    public static let characterLimit = 90
    static let checksumCount = 6

    private static let alphabet = Array("qpzry9x8gf2tvdw0s3jn54khce6mua7l".utf8)
    /// What the checksum of a right text comes to.
    private static let target: UInt32 = 0x2bc8_30a3
    private static let generator: [UInt32] = [
        0x3b6a_57b2, 0x2650_8e6d, 0x1ea1_19fa, 0x3d42_33dd, 0x2a14_62b3,
    ]

    /// Why a text was refused.
    public enum Fault: Error, Equatable, Sendable {
        case tooLong(count: Int)
        case mixedCase
        /// No `1` between the readable part and the rest, or nothing before it.
        case noReadablePart
        case foreignCharacter(at: Int)
        case tooShort(count: Int)
        case wrongChecksum
        /// Bits left over at the end that are not zero, or too many of them.
        case wrongPadding
    }

    /// Writes bytes behind a readable part, in lower case.
    ///
    /// - Precondition: the result has at most ``characterLimit`` characters, and the readable part
    ///   is lower-case ASCII.
    public static func encode(_ bytes: [UInt8], readable: String) -> String {
        encode(values: groups(of: bytes), readable: readable)
    }

    static func encode(values: [UInt8], readable: String) -> String {
        let prefix = Array(readable.utf8)
        precondition(
            !prefix.isEmpty && prefix.count + 1 + values.count + checksumCount <= characterLimit,
            "bech32m text has at most 90 characters")
        let open = expanded(prefix) + values + [UInt8](repeating: 0, count: checksumCount)
        let sum = checksum(open) ^ target
        let tail = (0..<checksumCount).map { UInt8(sum >> UInt32(5 * (5 - $0)) & 31) }
        let text = prefix + [0x31] + (values + tail).map { alphabet[Int($0)] }
        return String(decoding: text, as: UTF8.self)
    }

    /// Reads text of either case, never of both.
    public static func decode(
        _ text: String
    ) throws(Fault) -> (readable: String, bytes: [UInt8]) {
        let (readable, values) = try decodeValues(text)
        return (readable, try bytes(of: values))
    }

    /// Reads text down to its five-bit values, without the checksum.
    package static func decodeValues(
        _ text: String
    ) throws(Fault) -> (readable: String, values: [UInt8]) {
        let characters = Array(text.utf8.prefix(characterLimit + 1))
        guard characters.count <= characterLimit else {
            throw .tooLong(count: text.utf8.count)
        }
        for (index, character) in characters.enumerated()
        where !(0x21...0x7e).contains(character) { throw .foreignCharacter(at: index) }
        let lowered = characters.map { (0x41...0x5a).contains($0) ? $0 + 0x20 : $0 }
        let raised = characters.map { (0x61...0x7a).contains($0) ? $0 - 0x20 : $0 }
        guard lowered == characters || raised == characters else { throw .mixedCase }
        guard let separator = lowered.lastIndex(of: 0x31), separator > 0 else {
            throw .noReadablePart
        }
        var values: [UInt8] = []
        for index in lowered.indices.dropFirst(separator + 1) {
            guard let value = alphabet.firstIndex(of: lowered[index]) else {
                throw .foreignCharacter(at: index)
            }
            values.append(UInt8(value))
        }
        guard values.count >= checksumCount else { throw .tooShort(count: characters.count) }
        let prefix = Array(lowered[..<separator])
        guard checksum(expanded(prefix) + values) == target else { throw .wrongChecksum }
        return (
            String(decoding: prefix, as: UTF8.self), Array(values.dropLast(checksumCount))
        )
    }

    private static func expanded(_ prefix: [UInt8]) -> [UInt8] {
        prefix.map { $0 >> 5 } + [0] + prefix.map { $0 & 31 }
    }

    private static func checksum(_ values: [UInt8]) -> UInt32 {
        var sum: UInt32 = 1
        for value in values {
            let top = sum >> 25
            sum = (sum & 0x1ff_ffff) << 5 ^ UInt32(value)
            for (bit, term) in generator.enumerated() where top >> UInt32(bit) & 1 == 1 {
                sum ^= term
            }
        }
        return sum
    }

    private static func groups(of bytes: [UInt8]) -> [UInt8] {
        var groups: [UInt8] = []
        var rest: UInt32 = 0
        var bits: UInt32 = 0
        for byte in bytes {
            rest = (rest << 8 | UInt32(byte)) & 0xfff
            bits += 8
            while bits >= 5 {
                bits -= 5
                groups.append(UInt8(rest >> bits & 31))
            }
        }
        if bits > 0 { groups.append(UInt8(rest << (5 - bits) & 31)) }
        return groups
    }

    private static func bytes(of groups: [UInt8]) throws(Fault) -> [UInt8] {
        var bytes: [UInt8] = []
        var rest: UInt32 = 0
        var bits: UInt32 = 0
        for group in groups {
            rest = (rest << 5 | UInt32(group)) & 0xfff
            bits += 5
            if bits >= 8 {
                bits -= 8
                bytes.append(UInt8(rest >> bits & 255))
            }
        }
        guard bits < 5, rest & ((1 << bits) - 1) == 0 else { throw .wrongPadding }
        return bytes
    }
}
