/// Writes a tree as XML: one form for one tree.
///
/// - Shape: UTF-8, two spaces a level, a line an element, attributes ascending. Each element carries the
///   prefix of its namespace; the prefixes are declared at the root.
public struct MarkupWriter: Sendable {
    /// Prefixes by namespace, in the order in which they are declared.
    public let prefixes: [(namespace: String, prefix: String)]

    public init(prefixes: [(namespace: String, prefix: String)]) { self.prefixes = prefixes }

    public func write(_ root: MarkupElement) -> [UInt8] {
        var output = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
        write(root, depth: 0, into: &output)
        return Array(output.utf8)
    }

    private func write(_ element: MarkupElement, depth: Int, into output: inout String) {
        let prefix = prefixes.first { $0.namespace == element.name.namespace }?.prefix
        let name = prefix.map { "\($0):\(element.name.local)" } ?? element.name.local
        output += String(repeating: "  ", count: depth) + "<" + name
        if depth == 0 {
            let used = element.namespaces
            for (namespace, prefix) in prefixes where used.contains(namespace) {
                output += " xmlns:\(prefix)=\"\(Self.quoted(namespace))\""
            }
        }
        // A namespace of somebody else's is declared where it is used.
        if prefix == nil { output += " xmlns=\"\(Self.quoted(element.name.namespace))\"" }
        for attribute in element.attributes {
            output += " \(attribute.name)=\"\(Self.quoted(attribute.value))\""
        }
        switch element.content {
        case .text(let text):
            output += ">" + Self.escaped(text) + "</\(name)>\n"
        case .elements(let children):
            output += ">\n"
            for child in children { write(child, depth: depth + 1, into: &output) }
            output += String(repeating: "  ", count: depth) + "</\(name)>\n"
        }
    }

    /// Text with everything escaped that XML would read otherwise; a character that XML cannot hold at
    /// all is left out.
    private static func escaped(_ text: String) -> String {
        var output = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": output += "&amp;"
            case "<": output += "&lt;"
            case ">": output += "&gt;"
            case "\r": output += "&#13;"
            case "\t", "\n": output.unicodeScalars.append(scalar)
            case "\u{0}"..."\u{1f}", "\u{fffe}", "\u{ffff}": continue
            default: output.unicodeScalars.append(scalar)
            }
        }
        return output
    }

    /// The same between quotes, where a reader would turn other blanks into spaces.
    private static func quoted(_ text: String) -> String {
        escaped(text).replacing("\"", with: "&quot;").replacing("\t", with: "&#9;")
            .replacing("\n", with: "&#10;")
    }
}

extension MarkupElement {
    /// Every namespace of the tree.
    var namespaces: Set<String> {
        children.reduce(into: [name.namespace]) { $0.formUnion($1.namespaces) }
    }
}
