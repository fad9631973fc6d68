import Documents
import Testing

@Suite("XML within limits")
struct MarkupTests {
    private static func read(_ text: String) throws(MarkupFault) -> MarkupElement {
        try MarkupReader.read(Array(text.utf8))
    }

    @Test("Elements, text, references, CDATA and namespaces are read")
    func reading() throws {
        let root = try Self.read(
            """
            <?xml version='1.0' encoding='utf-8'?><!-- note --><x:A xmlns:x="urn:x" b="1&amp;2">
              <x:B>a&lt;&#20013;<![CDATA[<c>]]></x:B><C xmlns="urn:y"/>
            </x:A>
            """)
        #expect(root.name == .init(namespace: "urn:x", local: "A"))
        #expect(root[attribute: "b"] == "1&2")
        #expect(root.children.map(\.text) == ["a<中<c>", ""])
        #expect(root.children.map(\.name.namespace) == ["urn:x", "urn:y"])
        #expect(root.children.map(\.line) == [2, 2])
    }

    @Test("Writing and reading gives the same tree, whatever the text")
    func roundTrip() throws {
        let tree = MarkupElement(
            .init(namespace: "urn:x", local: "A"),
            attributes: [.init(name: "q", value: "\"<&\n\t' ")],
            content: .elements([
                MarkupElement(
                    .init(namespace: "urn:x", local: "B"), content: .text("<&>\"'\r\n ]]> 中")),
                MarkupElement(.init(namespace: "urn:z", local: "C"), content: .text("")),
            ]))
        let bytes = MarkupWriter(prefixes: [("urn:x", "x")]).write(tree)
        #expect(try MarkupReader.read(bytes) == tree)
    }

    @Test("An entity bomb and an external entity are refused before they are parsed")
    func entities() {
        let bomb = """
            <?xml version="1.0"?><!DOCTYPE a [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>
            <a>&b;&b;&b;</a>
            """
        let external = "<!DOCTYPE a [<!ENTITY f SYSTEM \"file:///etc/passwd\">]><a>&f;</a>"
        let other = "<!DOCTYPE a SYSTEM \"http://127.0.0.1/a.dtd\"><a/>"
        for text in [bomb, external, other] {
            #expect(throws: MarkupFault.documentType) { try Self.read(text) }
        }
        #expect(throws: MarkupFault.malformed(line: 1, column: 9)) {
            try Self.read("<a>&foo;</a>")
        }
    }

    @Test("Depth, attributes and text of an element are limited")
    func limits() {
        let depth = MarkupReader.depthLimit
        func nested(_ count: Int) -> String {
            String(repeating: "<a>", count: count) + String(repeating: "</a>", count: count)
        }
        #expect(throws: Never.self) { try Self.read(nested(depth)) }
        #expect(throws: MarkupFault.tooDeep(line: 1, limit: depth)) {
            try Self.read(nested(depth + 1))
        }
        #expect(throws: MarkupFault.tooDeep(line: 1, limit: depth)) {
            try Self.read(nested(100_000))
        }
        let many = (0...MarkupReader.attributeLimit).map { "a\($0)=''" }.joined(separator: " ")
        #expect(throws: MarkupFault.tooManyAttributes(line: 1, limit: 16)) {
            try Self.read("<a \(many)/>")
        }
        let long = String(repeating: "x", count: MarkupReader.textByteLimit)
        #expect(throws: Never.self) { try Self.read("<a>\(long)</a>") }
        #expect(
            throws: MarkupFault.textTooLong(
                element: "a", line: 1, limit: MarkupReader.textByteLimit)
        ) { try Self.read("<a>\(long)x</a>") }
        let size = MarkupReader.byteLimit + 1
        #expect(throws: MarkupFault.tooLong(bytes: size, limit: MarkupReader.byteLimit)) {
            try MarkupReader.read([UInt8](repeating: 0x20, count: size))
        }
    }

    @Test("A document with more elements than the limit is refused")
    func elementLimit() {
        let text = "<a>" + String(repeating: "<b/>", count: MarkupReader.elementLimit) + "</a>"
        #expect(throws: MarkupFault.tooManyElements(limit: MarkupReader.elementLimit)) {
            try Self.read(text)
        }
    }

    @Test(
        "What is no document is refused with its reason",
        arguments: [
            "<a>", "<a></b>", "<a/><b/>", "text", "<a b='1' b='2'/>", "<a>\u{1}</a>", "<x:a/>",
            "<a", "  ",
        ])
    func malformed(text: String) {
        #expect {
            try Self.read(text)
        } throws: { error in
            guard case .malformed(let line, let column) = error as? MarkupFault else {
                return false
            }
            return line >= 1 && column >= 1
        }
    }

    @Test("Encodings, mixed content and foreign attributes are refused with their reasons")
    func reasons() {
        #expect(throws: MarkupFault.empty) { try MarkupReader.read([]) }
        #expect(throws: MarkupFault.notUTF8) { try MarkupReader.read([0x3c, 0xff, 0x3e]) }
        #expect(throws: MarkupFault.notUTF8) { try MarkupReader.read(Array("<a>\0</a>".utf8)) }
        #expect(throws: MarkupFault.otherEncoding("GBK")) {
            try Self.read("<?xml version=\"1.0\" encoding=\"GBK\"?><a/>")
        }
        // In bytes that are no UTF-8, what the first line says comes before that.
        let chinese: [UInt8] = [0xc2, 0xcc, 0xb2, 0xe8]
        #expect(throws: MarkupFault.otherEncoding("gb2312")) {
            try MarkupReader.read(
                Array("<?xml version='1.0' encoding='gb2312'?><a>".utf8) + chinese
                    + Array("</a>".utf8))
        }
        for (mark, order) in [([0xff, 0xfe], 0), ([0xfe, 0xff], 1)] as [([UInt8], Int)] {
            let wide = "<a/>".utf8.flatMap { byte -> [UInt8] in
                order == 0 ? [byte, 0] : [0, byte]
            }
            #expect(throws: MarkupFault.otherEncoding("UTF-16")) {
                try MarkupReader.read(mark + wide)
            }
        }
        #expect(throws: Never.self) {
            try MarkupReader.read([0xef, 0xbb, 0xbf] + Array("<a/>".utf8))
        }
        #expect(throws: MarkupFault.textBesideElements(element: "a", line: 1)) {
            try Self.read("<a>text<b/></a>")
        }
        #expect(throws: MarkupFault.prefixedAttribute(line: 1)) {
            try Self.read("<a xmlns:q='urn:q'><b q:c='1'/></a>")
        }
        #expect(throws: Never.self) { try Self.read("<a xmlns:q='urn:q' q:c='1'/>") }
    }

    @Test("Cut or changed bytes of a message never crash the reader")
    func damaged() throws {
        let bytes = try CustomsData.parcel("list")
        for length in stride(from: 0, to: bytes.count, by: 97) {
            #expect(throws: MarkupFault.self) { try MarkupReader.read(Array(bytes.prefix(length))) }
        }
        var state: UInt64 = 5
        for _ in 0..<300 {
            var changed = bytes
            for _ in 0..<3 {
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                changed[Int(state >> 33) % changed.count] = UInt8(truncatingIfNeeded: state >> 20)
            }
            _ = try? CustomsReader.read(changed)
        }
    }
}
