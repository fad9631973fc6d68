import Foundation
import FoundationXML

/// Reads an XML document into a tree, within limits.
///
/// The parsing is Foundation's. What is dangerous in XML never reaches it: a document type is refused
/// before, so no entity can be declared and no other file be named.
public struct MarkupReader: Sendable {
    /// The longest document: a full message of 100 orders with 99 lines fits.
    public static let byteLimit = 16 << 20
    public static let depthLimit = 32
    public static let elementLimit = 400_000
    public static let attributeLimit = 16
    /// The longest text of one element.
    public static let textByteLimit = 64 << 10

    /// Reads a whole document.
    ///
    /// - Returns: Its root element.
    public static func read(_ bytes: [UInt8]) throws(MarkupFault) -> MarkupElement {
        try checkStart(of: bytes)
        let parser = XMLParser(data: Data(bytes))
        let builder = MarkupBuilder()
        parser.delegate = builder
        parser.shouldProcessNamespaces = true
        parser.shouldResolveExternalEntities = false
        let isParsed = parser.parse()
        if let fault = builder.fault { throw fault }
        // The parser answers `true` for some documents that it found faulty; its error does not lie.
        guard isParsed, parser.parserError == nil, let root = builder.root else {
            throw .malformed(line: max(builder.place.line, 1), column: max(builder.place.column, 1))
        }
        return root
    }

    /// What can be refused before anything is parsed.
    private static func checkStart(of bytes: [UInt8]) throws(MarkupFault) {
        guard !bytes.isEmpty else { throw .empty }
        guard bytes.count <= byteLimit else { throw .tooLong(bytes: bytes.count, limit: byteLimit) }
        // Said first, since a file that says so is seldom UTF-8, and this tells what it is.
        if bytes.starts(with: [0xfe, 0xff]) || bytes.starts(with: [0xff, 0xfe]) {
            throw .otherEncoding("UTF-16")
        }
        let declaration = String(decoding: bytes.prefix(200).prefix { $0 != 0x3e }, as: UTF8.self)
        if let match = declaration.firstMatch(of: #/encoding\s*=\s*["']([^"']*)["']/#),
            match.1.lowercased() != "utf-8", match.1.lowercased() != "utf8"
        {
            throw .otherEncoding(String(match.1.prefix(40)))
        }
        guard String(validating: bytes, as: UTF8.self) != nil, !bytes.contains(0) else {
            throw .notUTF8
        }
        // No CDATA section or comment of a customs message needs these words, so they need no parsing.
        guard !contains(bytes, Array("<!DOCTYPE".utf8)), !contains(bytes, Array("<!ENTITY".utf8))
        else { throw .documentType }
    }

    private static func contains(_ bytes: [UInt8], _ word: [UInt8]) -> Bool {
        var start = 0
        while let found = bytes[start...].firstIndex(of: word[0]) {
            guard found + word.count <= bytes.count else { return false }
            if bytes[found..<found + word.count].elementsEqual(word) { return true }
            start = found + 1
        }
        return false
    }
}

/// Builds the tree while the parser walks, and stops it at the first limit.
private final class MarkupBuilder: NSObject, XMLParserDelegate {
    /// An element whose end has not come yet.
    private struct Open {
        let name: MarkupElement.Name
        let attributes: [MarkupElement.Attribute]
        let line: Int
        var children: [MarkupElement] = []
        var text = ""
    }

    private var stack: [Open] = []
    private var elementCount = 0
    private(set) var root: MarkupElement?
    private(set) var fault: MarkupFault?
    /// Where the parser stumbled first.
    private(set) var place = (line: 0, column: 0)

    func parser(_ parser: XMLParser, parseErrorOccurred error: any Error) {
        if place.line == 0 { place = (parser.lineNumber, parser.columnNumber) }
    }

    private func stop(_ parser: XMLParser, _ fault: MarkupFault) {
        if self.fault == nil { self.fault = fault }
        parser.abortParsing()
    }

    func parser(
        _ parser: XMLParser, didStartElement local: String, namespaceURI: String?,
        qualifiedName: String?, attributes: [String: String]
    ) {
        guard fault == nil else { return }
        elementCount += 1
        guard elementCount <= MarkupReader.elementLimit else {
            return stop(parser, .tooManyElements(limit: MarkupReader.elementLimit))
        }
        guard stack.count < MarkupReader.depthLimit else {
            return stop(
                parser, .tooDeep(line: parser.lineNumber, limit: MarkupReader.depthLimit))
        }
        guard attributes.count <= MarkupReader.attributeLimit else {
            return stop(
                parser,
                .tooManyAttributes(
                    line: parser.lineNumber, limit: MarkupReader.attributeLimit))
        }
        // Attributes with a prefix say where a schema lies and the like; only the root may have them, and
        // nobody reads them.
        let own = attributes.filter { !$0.key.contains(":") }
        guard own.count == attributes.count || stack.isEmpty else {
            return stop(parser, .prefixedAttribute(line: parser.lineNumber))
        }
        stack.append(
            Open(
                name: .init(namespace: namespaceURI ?? "", local: local),
                attributes: own.map { .init(name: $0.key, value: $0.value) },
                line: parser.lineNumber))
    }

    func parser(_ parser: XMLParser, foundCharacters text: String) { append(text, parser) }

    func parser(_ parser: XMLParser, foundCDATA block: Data) {
        append(String(decoding: block, as: UTF8.self), parser)
    }

    private func append(_ text: String, _ parser: XMLParser) {
        guard fault == nil, let top = stack.indices.last else { return }
        guard stack[top].text.utf8.count + text.utf8.count <= MarkupReader.textByteLimit else {
            return stop(
                parser,
                .textTooLong(
                    element: stack[top].name.local, line: stack[top].line,
                    limit: MarkupReader.textByteLimit))
        }
        stack[top].text += text
    }

    func parser(
        _ parser: XMLParser, didEndElement local: String, namespaceURI: String?,
        qualifiedName: String?
    ) {
        guard fault == nil, let open = stack.popLast() else { return }
        let isBlank = open.text.allSatisfy(\.isWhitespace)
        guard open.children.isEmpty || isBlank else {
            return stop(parser, .textBesideElements(element: open.name.local, line: open.line))
        }
        let element = MarkupElement(
            open.name, attributes: open.attributes,
            content: open.children.isEmpty ? .text(open.text) : .elements(open.children),
            line: open.line)
        guard let parent = stack.indices.last else {
            root = element
            return
        }
        stack[parent].children.append(element)
    }
}
