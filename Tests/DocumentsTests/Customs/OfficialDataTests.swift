import Documents
import Foundation
import Testing

@Suite("Official samples and the whole field list", .needsCustomsData)
struct OfficialDataTests {
    static let samples = CustomsData.documents("ceb/samples/import").filter { path in
        CustomsMessageKind.allCases.contains { path.hasSuffix("\($0.rootName).xml") }
    }
    static let parcels = CustomsData.documents("ceb/threedoc")

    @Test(
        "Every official sample is read without fault and written back with the same content",
        arguments: samples + parcels)
    func sample(path: String) throws {
        let bytes = try CustomsData.bytes(path)
        let reading = try CustomsReader.read(bytes)
        #expect(reading.faults == [])
        let original = try MarkupReader.read(bytes)
        let written = try MarkupReader.read(CustomsWriter.write(reading.message))
        #expect(written == original)
    }

    @Test("All official samples of our messages are there")
    func samplesAreThere() {
        #expect(Self.samples.count >= 8)
        #expect(Self.parcels.count >= 24)
    }

    /// One field of the list that was derived from the schema.
    struct ListedField: Decodable {
        struct Facets: Decodable {
            var base: String?
            var type: String?
            var length: String?
            var minLength: String?
            var maxLength: String?
            var totalDigits: String?
            var fractionDigits: String?
        }
        let path: String
        let min: String
        let max: String
        let facets: Facets?
    }

    struct ListedMessage: Decodable {
        let fields: [ListedField]
    }

    static func fields(_ kind: CustomsMessageKind) throws -> [ListedField] {
        let all = try CustomsData.json(
            "ceb/fields_202205_from_xsd.json", as: [String: ListedMessage].self)
        return try #require(all[kind.rootName]).fields
    }

    @Test(
        "Every field of the list is in our table, and none more",
        arguments: CustomsMessageKind.allCases)
    func table(kind: CustomsMessageKind) throws {
        let listed = try Self.fields(kind).filter {
            $0.facets != nil && $0.facets?.type != "ceb:XMLElement"
        }
        let envelope = ["BaseTransfer", "BaseSubscribe", "ExtendMessage"]
        let own = listed.filter { field in !envelope.contains { field.path.contains("/\($0)/") } }
        let rules = kind.layout.headFields + (kind.layout.lines?.fields ?? [])
        #expect(
            own.map { $0.path.split(separator: "/").last.map(String.init) } == rules.map(\.name))
        #expect(own.map { $0.min == "1" } == rules.map(\.isRequired))
    }

    @Test(
        "Every field is tried empty, too long and of the wrong type",
        arguments: CustomsMessageKind.allCases)
    func trials(kind: CustomsMessageKind) throws {
        var tried = 0
        for field in try Self.fields(kind) {
            guard let facets = field.facets, facets.type != "ceb:XMLElement" else { continue }
            let path = field.path.split(separator: "/").map(String.init)
            for trial in Trial.all(facets) {
                let root = try MarkupReader.read(CustomsWriter.write(Self.full(kind)))
                let changed = MarkupWriter(prefixes: [(CustomsMessageKind.namespace, "ceb")])
                    .write(root.replacing(path.dropFirst(), with: trial.text))
                let faults = try CustomsReader.read(changed).faults
                let place = Comment(rawValue: "\(field.path) \(trial.what)")
                if trial.isFault {
                    #expect(faults.count == 1, place)
                    #expect(faults.first?.path.hasSuffix(path.last ?? "?") == true, place)
                } else {
                    #expect(faults == [], place)
                }
                tried += 1
            }
        }
        #expect(tried > kind.layout.headFields.count)
    }

    /// A message in which every field of the list occurs.
    static func full(_ kind: CustomsMessageKind) -> CustomsMessage {
        var message = SampleMessage.make(kind)
        guard !kind.isReceipt else { return message }
        let name = { MarkupElement.Name(namespace: CustomsMessageKind.namespace, local: $0) }
        message.envelope?.transfer["note"] = "a"
        message.envelope?.subscriptions = [
            CustomsRecord([
                .init(name: "status", text: "ALL"), .init(name: "dxpMode", text: "DXP"),
                .init(name: "dxpAddress", text: "1"), .init(name: "note", text: "a"),
            ])
        ]
        message.envelope?.addition = MarkupElement(
            name("ExtendMessage"),
            content: .elements(
                ["name", "version", "Message"].map {
                    MarkupElement(name($0), content: .text($0 == "Message" ? "" : "1"))
                }))
        return message
    }
}

/// One wrong (or still right) text for a field, derived from what the schema says of it.
private struct Trial {
    let what: String
    let text: String
    let isFault: Bool

    static func all(_ facets: OfficialDataTests.ListedField.Facets) -> [Trial] {
        let isNumber =
            facets.base == "xs:decimal" || facets.base == "xs:int" || facets.type == "xs:int"
        let mayBeEmpty = !isNumber && facets.length == nil && facets.minLength == nil
        var trials = [Trial(what: "empty", text: "", isFault: !mayBeEmpty)]
        if isNumber {
            trials.append(Trial(what: "of the wrong type", text: "abc", isFault: true))
            trials.append(Trial(what: "an exponent", text: "1e3", isFault: true))
            let long = String(repeating: "9", count: 20)
            trials.append(Trial(what: "too long", text: long, isFault: true))
            let isWhole = facets.base != "xs:decimal"
            trials.append(Trial(what: "a fraction", text: "1.5", isFault: isWhole))
        } else if let limit = Int(facets.length ?? facets.maxLength ?? "") {
            let long = String(repeating: "1", count: limit + 1)
            trials.append(Trial(what: "too long", text: long, isFault: true))
        }
        return trials
    }
}

extension MarkupElement {
    /// The tree with the text at a path of names replaced.
    func replacing(_ path: ArraySlice<String>, with text: String) -> MarkupElement {
        guard let step = path.first else {
            return MarkupElement(name, attributes: attributes, content: .text(text))
        }
        var isDone = false
        let next = children.map { child in
            guard child.name.local == step, !isDone else { return child }
            isDone = true
            return child.replacing(path.dropFirst(), with: text)
        }
        return MarkupElement(name, attributes: attributes, content: .elements(next))
    }
}
