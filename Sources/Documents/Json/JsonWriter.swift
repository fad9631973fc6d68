/// Writes JSON text: compact, or with one member a line.
public enum JsonWriter {
    /// Writes a value; indented with two blanks a level and one member a line, for people.
    public static func text(of value: JsonValue, indented: Bool = false) -> String {
        var output: [UInt8] = []
        write(value, level: indented ? 0 : nil, into: &output)
        return String(decoding: output, as: UTF8.self)
    }

    private static func write(_ value: JsonValue, level: Int?, into output: inout [UInt8]) {
        switch value {
        case .null: output += "null".utf8
        case .bool(let flag): output += (flag ? "true" : "false").utf8
        case .number(let number): output += number.text.utf8
        case .string(let text): write(text, into: &output)
        case .array(let values):
            block("[", "]", values, level: level, into: &output) { value, inner, output in
                write(value, level: inner, into: &output)
            }
        case .object(let object):
            block("{", "}", object.members, level: level, into: &output) { member, inner, output in
                write(member.name, into: &output)
                output += (inner == nil ? ":" : ": ").utf8
                write(member.value, level: inner, into: &output)
            }
        }
    }

    private static func block<Element>(
        _ open: String, _ close: String, _ elements: [Element], level: Int?,
        into output: inout [UInt8], _ write: (Element, Int?, inout [UInt8]) -> Void
    ) {
        let inner = level.map { $0 + 1 }
        func newLine(_ level: Int?) {
            guard let level, !elements.isEmpty else { return }
            output.append(0x0a)
            output += repeatElement(0x20, count: level * 2)
        }
        output += open.utf8
        for (index, element) in elements.enumerated() {
            if index > 0 { output += ",".utf8 }
            newLine(inner)
            write(element, inner, &output)
        }
        newLine(level)
        output += close.utf8
    }

    /// A text in quotes, with the fewest escapes; RFC 8785, section 3.2.2.2, asks for just these.
    static func write(_ text: String, into output: inout [UInt8]) {
        output.append(UInt8(ascii: "\""))
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): output += [UInt8(ascii: "\\"), byte]
            case 0x08: output += #"\b"#.utf8
            case 0x09: output += #"\t"#.utf8
            case 0x0a: output += #"\n"#.utf8
            case 0x0c: output += #"\f"#.utf8
            case 0x0d: output += #"\r"#.utf8
            case 0..<0x20:
                let digits = Array("0123456789abcdef".utf8)
                output += #"\u00"#.utf8
                output += [digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            default: output.append(byte)
            }
        }
        output.append(UInt8(ascii: "\""))
    }
}
