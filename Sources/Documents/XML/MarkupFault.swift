/// Why bytes are not an XML document that is read here.
public enum MarkupFault: Error, Equatable, Sendable {
    case empty
    case tooLong(bytes: Int, limit: Int)
    case notUTF8
    /// The document says that it is written in another encoding.
    case otherEncoding(String)
    /// A document type, which is where entities and references to other files are declared.
    case documentType
    case malformed(line: Int, column: Int)
    case tooDeep(line: Int, limit: Int)
    case tooManyElements(limit: Int)
    case tooManyAttributes(line: Int, limit: Int)
    /// An attribute that belongs to a namespace, on another element than the root.
    case prefixedAttribute(line: Int)
    case textTooLong(element: String, line: Int, limit: Int)
    case textBesideElements(element: String, line: Int)
}

extension MarkupFault: CustomStringConvertible {
    public var description: String {
        switch self {
        case .empty: "there is nothing in it"
        case .tooLong(let bytes, let limit): "it has \(bytes) bytes, and at most \(limit) are read"
        case .notUTF8:
            "it is not UTF-8 text; save it as UTF-8, for example from GBK with "
                + "`iconv -f GBK -t UTF-8 FILE`"
        case .otherEncoding(let name):
            "it says that it is written in \(name); only UTF-8 is read: save it as UTF-8, and let its "
                + "first line say so"
        case .documentType:
            "it declares a document type, which is never read; customs messages have none: remove it"
        case .malformed(let line, let column):
            "it is not well-formed XML at line \(line), column \(column): it is cut there, a mark is "
                + "wrong, or a text holds `<` or `&` that is not written `&lt;` or `&amp;`"
        case .tooDeep(let line, let limit):
            "elements are nested deeper than \(limit) at line \(line)"
        case .tooManyElements(let limit): "it has more than \(limit) elements"
        case .tooManyAttributes(let line, let limit):
            "an element at line \(line) has more than \(limit) attributes"
        case .prefixedAttribute(let line):
            "an element at line \(line) has an attribute with a prefix"
        case .textTooLong(let element, let line, let limit):
            "the text of \(element) at line \(line) is longer than \(limit) bytes"
        case .textBesideElements(let element, let line):
            "\(element) at line \(line) holds text beside elements"
        }
    }
}
