public import Wire

/// 32 secret bytes as 24 words that can be written on paper.
///
/// - Source: BIP-39, English list.
public struct Mnemonic: Sendable {
    public static let wordCount = 24
    private static let bitsPerWord = 11
    /// The longest text that is looked at.
    ///
    /// - Unit: bytes.
    public static let textByteLimit = 1_024
    private static let stretchRounds = 2_048

    public let entropy: FixedBytes<32>

    /// Takes 32 bytes of the operating system's random source.
    public init(entropy: FixedBytes<32>) { self.entropy = entropy }

    /// Reads words in any case, with any white space between them.
    ///
    /// - Throws: ``MnemonicError``; a wrong word is named by its place only, since it is secret.
    public init(_ text: String) throws(MnemonicError) {
        guard text.utf8.count <= Self.textByteLimit else { throw .wrongCount(Int.max) }
        let words = text.lowercased().split { $0.isWhitespace }
        guard words.count == Self.wordCount else { throw .wrongCount(words.count) }
        var bits: [Bool] = []
        for (place, word) in words.enumerated() {
            guard let index = WordList.index(of: String(word)) else {
                throw .unknownWord(place: place + 1)
            }
            for bit in (0..<Self.bitsPerWord).reversed() { bits.append(index >> bit & 1 == 1) }
        }
        var bytes = [UInt8](repeating: 0, count: 33)
        for (place, bit) in bits.enumerated() where bit { bytes[place / 8] |= 128 >> (place % 8) }
        entropy = FixedBytes(copying: bytes.span, from: 0)
        guard bytes[32] == Sha256.hash(entropy.array)[0] else { throw .wrongChecksum }
    }

    /// The 24 words.
    public var words: [String] {
        let bytes = entropy.array + [Sha256.hash(entropy.array)[0]]
        return (0..<Self.wordCount).map { place in
            var index = 0
            for bit in place * Self.bitsPerWord..<(place + 1) * Self.bitsPerWord {
                index = index << 1 | Int(bytes[bit / 8] >> UInt8(7 - bit % 8) & 1)
            }
            return WordList.english[index]
        }
    }

    /// The words in one line.
    public var text: String { words.joined(separator: " ") }

    /// The seed that wallets derive keys from.
    ///
    /// - Throws: ``MnemonicError/passphraseNotASCII``: other text has several byte forms, and only
    ///   one of them would find the keys again.
    public func seed(passphrase: String = "") throws(MnemonicError) -> FixedBytes<64> {
        guard passphrase.utf8.allSatisfy({ $0 < 0x80 }) else { throw .passphraseNotASCII }
        return Sha512.stretch(
            Array(text.utf8), salt: Array("mnemonic".utf8) + Array(passphrase.utf8),
            rounds: Self.stretchRounds)
    }
}

/// Why words are no recovery phrase.
public enum MnemonicError: Error, Equatable, Sendable {
    case wrongCount(Int)
    /// The word at this place, counted from 1, is not in the list.
    case unknownWord(place: Int)
    case wrongChecksum
    case passphraseNotASCII
}

extension MnemonicError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .wrongCount(let count):
            count == .max ? "a recovery phrase has 24 words" : "24 words are needed, not \(count)"
        case .unknownWord(let place): "word \(place) is not in the list; check its spelling"
        case .wrongChecksum: "the words do not belong together; one is wrong or out of place"
        case .passphraseNotASCII: "the passphrase of a recovery phrase is plain ASCII"
        }
    }
}
