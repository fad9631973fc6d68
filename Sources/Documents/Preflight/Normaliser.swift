import Foundation
import Trade

/// Makes texts that mean the same into the same bytes (Documents specification D90).
public enum Normaliser {
    /// Unicode's compatibility form, without blanks at the ends, one space for any run of blanks.
    public static func text(_ text: String) -> [UInt8] {
        let composed = text.precomposedStringWithCompatibilityMapping
        return Array(composed.split(whereSeparator: \.isWhitespace).joined(separator: " ").utf8)
    }

    /// An identity number: as text, with capitals.
    public static func identity(_ text: String) -> [UInt8] {
        Array(String(decoding: Self.text(text), as: UTF8.self).uppercased().utf8)
    }

    /// A telephone number: as text, without what people put between the digits.
    public static func telephone(_ text: String) -> [UInt8] {
        let separators = Array(" -().".utf8)
        return Self.text(text).filter { !separators.contains($0) }
    }

    /// A number in its one canonical form; the normalised text when it is none, so that it equals
    /// nothing that is one.
    public static func number(_ text: String) -> [UInt8] {
        let plain = Self.text(text)
        return Figure(plain)?.canonical ?? plain
    }
}
