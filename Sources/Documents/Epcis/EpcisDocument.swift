/// A document of EPCIS 2.0 in JSON-LD: a frame, and events in it.
///
/// - Source: EPCIS 2.0, section 10; XML documents are not read.
public struct EpcisDocument: Equatable, Sendable {
    /// Where the events lie in the frame.
    public enum Form: Equatable, Sendable {
        /// `EPCISDocument`: `epcisBody.eventList`.
        case capture
        /// `EPCISQueryDocument`: `epcisBody.queryResults.resultsBody.eventList`.
        case query
        /// One event by itself, with a context of its own.
        case event
    }

    /// The most events of a document.
    public static let eventLimit = 10_000

    public let form: Form
    public let context: LinkedContext
    /// The document with an empty event list; empty for a single event.
    public let frame: JsonObject
    public var events: [EpcisEvent]

    /// A capture document of own events; `prefixes` says what those of extensions stand for.
    public init(
        _ events: [EpcisEvent], created: EventTime, prefixes: [(name: String, meaning: String)] = []
    ) {
        let declared = prefixes.map {
            JsonValue.object(JsonObject([.init($0.name, .string($0.meaning))]))
        }
        let contexts = JsonValue.array(
            [.string("https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld")] + declared)
        var context = LinkedContext()
        _ = context.add(contexts)
        self.context = context
        form = .capture
        frame = JsonObject([
            .init("@context", contexts), .init("type", .string("EPCISDocument")),
            .init("schemaVersion", .string("2.0")),
            .init("creationDate", .string(created.text)),
            .init("epcisBody", .object(JsonObject([.init("eventList", .array([]))]))),
        ])
        self.events = events
    }

    init(form: Form, context: LinkedContext, frame: JsonObject, events: [EpcisEvent]) {
        self.form = form
        self.context = context
        self.frame = frame
        self.events = events
    }

    /// The document as JSON, events in the order of the list.
    public var json: JsonValue {
        let list = JsonValue.array(events.map { .object(EventWriter.json(of: $0)) })
        switch form {
        case .capture: return .object(frame.replacing(["epcisBody", "eventList"], with: list))
        case .query:
            return .object(
                frame.replacing(
                    ["epcisBody", "queryResults", "resultsBody", "eventList"], with: list))
        case .event: return events.first.map { .object(EventWriter.json(of: $0)) } ?? .null
        }
    }

    /// The hash of each event.
    public var hashes: [EventHash] { events.map { EventHash(of: $0, in: context) } }
}

extension JsonObject {
    /// The object with a value put at the end of a path of names.
    func replacing(_ path: ArraySlice<String>, with value: JsonValue) -> JsonObject {
        guard let name = path.first else { return self }
        var copy = self
        if path.count == 1 {
            copy.set(name, value)
        } else {
            let inner = self[name]?.object ?? JsonObject()
            copy.set(name, .object(inner.replacing(path.dropFirst(), with: value)))
        }
        return copy
    }
}

/// Where a JSON document has its events; needs no valid document.
struct EventPlaces {
    let form: EpcisDocument.Form
    let events: [JsonValue]
    let context: LinkedContext
    let contextFaults: [String]
    /// Fields that the repository asks to leave out of the hash, as they are written in events.
    let ignored: Set<String>

    /// - Returns: `nil` when there is no list of events.
    init?(_ document: JsonObject) {
        var context = LinkedContext()
        contextFaults = document["@context"].map { context.add($0) } ?? []
        self.context = context
        let body = document["epcisBody"]?.object
        let results = body?["queryResults"]?.object
        if let list = body?["eventList"]?.array {
            form = .capture
            events = list
        } else if let list = results?["resultsBody"]?.object?["eventList"]?.array {
            form = .query
            events = list
        } else if let single = body?["event"] {
            form = .capture
            events = [single]
        } else if document["type"]?.string?.hasSuffix("Event") == true {
            form = .event
            events = [.object(document)]
        } else {
            return nil
        }
        ignored = Self.ignored(in: results ?? document, context)
    }

    /// The list that a repository puts beside the events; its namespace is fixed by the reference
    /// generator of the event hash.
    private static func ignored(in object: JsonObject, _ context: LinkedContext) -> Set<String> {
        let list = object.members.first { member in
            guard let (namespace, local) = context.expanded(member.name) else { return false }
            return namespace == "https://repository-x.example.com/" && local == "ignoreFields"
        }
        return Set(list?.value.array?.compactMap(\.string) ?? [])
    }
}
