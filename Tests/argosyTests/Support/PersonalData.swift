import Foundation

/// Looks for words in bytes, in every form in which software writes words.
struct PersonalData {
    /// A word, and the bytes to look for.
    struct Needle {
        let word: String
        let form: String
        let bytes: [UInt8]
    }

    let needles: [Needle]
    /// Places of the needles by their first two bytes; 65,536 of them.
    private let byPair: [[Int]?]

    init(_ words: [String]) {
        needles = words.filter { !$0.isEmpty }.flatMap(Self.forms)
        var byPair = [[Int]?](repeating: nil, count: 1 << 16)
        for (place, needle) in needles.enumerated() {
            let pair = Int(needle.bytes[0]) << 8 | Int(needle.bytes[1])
            byPair[pair] = (byPair[pair] ?? []) + [place]
        }
        self.byPair = byPair
    }

    /// What of the words is in the bytes, such as `Adelheid as base64`; one pass for all of them.
    func found(in data: Data) -> [String] {
        var found: Set<Int> = []
        let bytes = [UInt8](data)
        for place in bytes.indices.dropLast() {
            let pair = Int(bytes[place]) << 8 | Int(bytes[place + 1])
            guard let candidates = byPair[pair] else { continue }
            for candidate in candidates where !found.contains(candidate) {
                let needle = needles[candidate].bytes
                guard place + needle.count <= bytes.count,
                    bytes[place..<place + needle.count].elementsEqual(needle)
                else { continue }
                found.insert(candidate)
            }
        }
        return found.sorted().map { "\(needles[$0].word) as \(needles[$0].form)" }
    }

    /// UTF-8, UTF-16 of both orders, base64 of both alphabets at all three offsets, and hexadecimal.
    private static func forms(_ word: String) -> [Needle] {
        let utf8 = Array(word.utf8)
        let wide = Array(word.utf16)
        func hex(_ digits: String) -> [UInt8] {
            utf8.flatMap { byte in
                [byte >> 4, byte & 15].map { Array(digits.utf8)[Int($0)] }
            }
        }
        let plain = [
            Needle(word: word, form: "UTF-8", bytes: utf8),
            Needle(
                word: word, form: "UTF-16 LE",
                bytes: wide.flatMap { [UInt8($0 & 255), UInt8($0 >> 8)] }),
            Needle(
                word: word, form: "UTF-16 BE",
                bytes: wide.flatMap { [UInt8($0 >> 8), UInt8($0 & 255)] }),
            Needle(word: word, form: "hex", bytes: hex("0123456789abcdef")),
            Needle(word: word, form: "HEX", bytes: hex("0123456789ABCDEF")),
        ]
        return plain
            + (0..<3).flatMap { offset in
                let text = base64(utf8, at: offset)
                let url = text.replacing("+", with: "-").replacing("/", with: "_")
                return Set([text, url]).map {
                    Needle(word: word, form: "base64", bytes: Array($0.utf8))
                }
            }
    }

    /// The digits that do not depend on what stands before or after the bytes.
    private static func base64(_ bytes: [UInt8], at offset: Int) -> String {
        let text = Data([UInt8](repeating: 0, count: offset) + bytes).base64EncodedString()
        let first = [0, 2, 3][offset]
        let count = (offset + bytes.count) * 8 / 6
        return String(text.dropFirst(first).prefix(count - first))
    }
}
