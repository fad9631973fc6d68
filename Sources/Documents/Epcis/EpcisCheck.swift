/// What a check of an EPCIS document found.
public struct EpcisCheck: Sendable {
    public let findings: [EpcisFinding]
    /// The document as values; `nil` when there is a fault.
    public let document: EpcisDocument?
    /// The hash of each event in the list, of refused ones too.
    public let hashes: [EventHash]
    public let isEventList: Bool

    public var faults: [EpcisFinding] { findings.filter { $0.severity == .fault } }
    public var warnings: [EpcisFinding] { findings.filter { $0.severity == .warning } }

    /// Reads and checks a document.
    ///
    /// - Throws: ``JsonFault`` when the bytes are no JSON within the limits.
    public init(_ bytes: [UInt8], limits: JsonReader.Limits = .standard) throws(JsonFault) {
        self.init(try JsonReader.read(bytes, limits: limits))
    }

    /// Checks a document.
    public init(_ json: JsonValue) {
        var reader = EventReader()
        guard let object = json.object, let places = EventPlaces(object) else {
            reader.findings.add(
                .documentType, "an EPCIS 2.0 document or event in JSON-LD is needed", at: "type")
            findings = reader.findings.findings
            document = nil
            hashes = []
            isEventList = false
            return
        }
        Self.checkFrame(object, places, &reader.findings)
        var events: [EpcisEvent] = []
        var hashes: [EventHash] = []
        if places.events.count > EpcisDocument.eventLimit {
            reader.findings.add(
                .limit, "there are more than \(EpcisDocument.eventLimit) events", at: "eventList")
        }
        for (index, value) in places.events.prefix(EpcisDocument.eventLimit).enumerated() {
            let hash = EventHash(
                of: value.object ?? JsonObject(), in: places.context, ignoring: places.ignored)
            hashes.append(hash)
            guard let event = reader.read(value, at: index, in: places.context) else { continue }
            events.append(event)
            Self.checkName(of: event, hash, index, &reader.findings)
        }
        findings = reader.findings.findings
        self.hashes = hashes
        isEventList = true
        let isValid = findings.allSatisfy { $0.severity == .warning }
        guard isValid else {
            document = nil
            return
        }
        let frame =
            switch places.form {
            case .capture: object.replacing(["epcisBody", "eventList"], with: .array([]))
            case .query:
                object.replacing(
                    ["epcisBody", "queryResults", "resultsBody", "eventList"], with: .array([]))
            case .event: JsonObject()
            }
        document = EpcisDocument(
            form: places.form, context: places.context, frame: frame, events: events)
    }

    /// An event's name may be its own hash; then it should be.
    private static func checkName(
        of event: EpcisEvent, _ hash: EventHash, _ index: Int, _ findings: inout FindingList
    ) {
        guard let name = event.record.eventID, name.hasPrefix("ni:///sha-256;"),
            name != hash.uri
        else { return }
        findings.event = index
        findings.add(
            .eventID, "the eventID is a hash, but the event's hash is \(hash.uri)",
            severity: .warning, at: "eventID")
        findings.event = nil
    }

    private static func checkFrame(
        _ object: JsonObject, _ places: EventPlaces, _ findings: inout FindingList
    ) {
        if object["@context"] == nil {
            findings.add(.required, "the field is missing", at: "@context")
        } else if !places.context.hasEpcis {
            findings.add(
                .context, "the context of EPCIS 2.0 is not named",
                severity: places.context.hasUnknown ? .warning : .fault, at: "@context")
        }
        for sentence in places.contextFaults { findings.add(.context, sentence, at: "@context") }
        guard places.form != .event else { return }
        var fields = FieldReader(object, places.context)
        _ = fields.value("@context", &findings)
        _ = fields.uri("id", &findings)
        let isCapture = places.form == .capture
        let type = fields.string("type", required: true, &findings)
        if let type, type != (isCapture ? "EPCISDocument" : "EPCISQueryDocument") {
            findings.add(
                .documentType, "`\(type.prefix(40))` has its events in another place", at: "type")
        }
        checkVersion(&fields, required: isCapture, &findings)
        _ = fields.time("creationDate", required: isCapture, &findings)
        for name in ["instanceIdentifier", "sender", "receiver"] where isCapture {
            _ = fields.string(name, &findings)
        }
        if isCapture { _ = fields.object("epcisHeader", &findings) { fields, _ in fields } }
        _ = fields.value("epcisBody", required: true, &findings)
        _ = fields.extensions(&findings)
        guard !isCapture, let results = object["epcisBody"]?.object?["queryResults"]?.object
        else { return }
        findings.inside("epcisBody.queryResults") { findings in
            var fields = FieldReader(results, places.context)
            _ = fields.string("queryName", required: true, &findings)
            _ = fields.string("subscriptionID", &findings)
            _ = fields.value("resultsBody", &findings)
            _ = fields.extensions(&findings)
        }
    }

    private static func checkVersion(
        _ fields: inout FieldReader, required: Bool, _ findings: inout FindingList
    ) {
        guard let version = fields.string("schemaVersion", required: required, &findings) else {
            return
        }
        let parts = version.split(separator: ".", omittingEmptySubsequences: false)
        let isNumber = parts.allSatisfy { !$0.isEmpty && $0.utf8.allSatisfy(\.isDigit) }
        guard isNumber, parts.first == "2" else {
            findings.add(
                .version, "`\(version.prefix(20))` is no version 2 of EPCIS", at: "schemaVersion")
            return
        }
    }
}
