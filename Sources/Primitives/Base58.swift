/// Base58 text with the alphabet of Bitcoin: no character that looks like another.
///
/// The work grows with the square of the length, so both directions have a limit.
public enum Base58 {
    /// The most bytes that are encoded, and the most that text may decode to.
    public static let byteLimit = 256

    private static let alphabet = Array(
        "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz".utf8)

    /// What each ASCII character is worth; 255 for those that are not in the alphabet.
    private static let values: [UInt8] = {
        var values = [UInt8](repeating: 255, count: 128)
        for (value, character) in alphabet.enumerated() { values[Int(character)] = UInt8(value) }
        return values
    }()

    /// Writes bytes as text; each leading zero byte is a leading `1`.
    ///
    /// - Precondition: at most ``byteLimit`` bytes.
    public static func encode(_ bytes: [UInt8]) -> String {
        precondition(bytes.count <= byteLimit, "base58 is for keys and hashes, not for data")
        let zeros = bytes.prefix { $0 == 0 }.count
        let digits = convert(bytes.dropFirst(zeros), from: 256, to: 58)
        let text =
            [UInt8](repeating: alphabet[0], count: zeros) + digits.map { alphabet[Int($0)] }
        return String(decoding: text, as: UTF8.self)
    }

    /// Reads text; `nil` for a character outside the alphabet or for more than `limit` bytes.
    ///
    /// - Parameter limit: The most bytes that the caller takes, at most ``byteLimit``.
    public static func decode(_ text: String, limit: Int = byteLimit) -> [UInt8]? {
        let limit = min(limit, byteLimit)
        // Each byte takes less than 1.37 characters, so longer text cannot fit.
        let characterLimit = limit * 137 / 100 + 1
        let characters = text.utf8
        guard characters.prefix(characterLimit + 1).count <= characterLimit else { return nil }
        var digits: [UInt8] = []
        digits.reserveCapacity(characterLimit)
        for character in characters {
            guard character < 128, values[Int(character)] != 255 else { return nil }
            digits.append(values[Int(character)])
        }
        let zeros = digits.prefix { $0 == 0 }.count
        let rest = convert(digits.dropFirst(zeros), from: 58, to: 256)
        guard zeros + rest.count <= limit else { return nil }
        return [UInt8](repeating: 0, count: zeros) + rest
    }

    /// Rewrites a number, most significant digit first, in another base.
    private static func convert(
        _ digits: ArraySlice<UInt8>, from base: UInt32, to other: UInt32
    ) -> [UInt8] {
        var result: [UInt8] = []
        for digit in digits {
            var carry = UInt32(digit)
            for index in result.indices {
                carry += UInt32(result[index]) * base
                result[index] = UInt8(carry % other)
                carry /= other
            }
            while carry > 0 {
                result.append(UInt8(carry % other))
                carry /= other
            }
        }
        result.reverse()
        return result
    }
}
