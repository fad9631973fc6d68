/// Why and where an event happened.
///
/// - Source: EPCIS 2.0, sections 7.3.5 and 7.4.2 to 7.4.6.
public struct BusinessContext: Equatable, Sendable {
    /// A word of CBV or an address, as it is written.
    public var step: String?
    public var disposition: String?
    public var persistentDisposition: PersistentDisposition?
    public var readPoint: Place?
    public var location: Place?
    public var transactions: [TypedReference]?
    public var sources: [TypedReference]?
    public var destinations: [TypedReference]?

    public init(step: String? = nil, disposition: String? = nil, readPoint: Place? = nil) {
        self.step = step
        self.disposition = disposition
        self.readPoint = readPoint
    }
}

/// Dispositions that hold until they are taken back.
public struct PersistentDisposition: Equatable, Sendable {
    public var set: [String]?
    public var unset: [String]?

    public init(set: [String]? = nil, unset: [String]? = nil) {
        self.set = set
        self.unset = unset
    }
}

public struct Place: Equatable, Sendable {
    public var id: String
    public var extensions: [Extension] = []

    public init(_ id: String) { self.id = id }
}

/// A business document, a source or a destination, with what it is.
public struct TypedReference: Equatable, Sendable {
    /// Business documents may have none.
    public var type: String?
    public var id: String

    public init(_ type: String?, _ id: String) {
        self.type = type
        self.id = id
    }
}

/// A field that EPCIS does not define, with the namespace its prefix stands for.
public struct Extension: Equatable, Sendable {
    /// As it is written, such as `example:grade`.
    public var name: String
    /// What the document's context makes of the prefix; `nil` inside another extension, where a name
    /// needs none, and for a prefix of EPCIS itself.
    public var namespace: String?
    public var value: JsonValue

    public init(_ name: String, namespace: String? = nil, _ value: JsonValue) {
        self.name = name
        self.namespace = namespace
        self.value = value
    }
}

/// What sensors measured, and with which devices.
///
/// - Source: EPCIS 2.0, section 7.3.7.
public struct SensorElement: Equatable, Sendable {
    /// `nil` when the reports say it themselves.
    public var metadata: SensorFields?
    public var reports: [SensorFields]
    public var extensions: [Extension]

    public init(metadata: SensorFields? = nil, reports: [SensorFields]) {
        self.metadata = metadata
        self.reports = reports
        extensions = []
    }
}

/// The fields of sensor metadata or of a sensor report: all optional but a report's type.
public struct SensorFields: Equatable, Sendable {
    /// A field of EPCIS with its checked value.
    public enum Value: Equatable, Sendable {
        case time(EventTime)
        /// An address, or a word of a vocabulary.
        case uri(String)
        case number(JsonNumber)
        case text(String)
        case flag(Bool)
    }

    public struct Field: Equatable, Sendable {
        public let name: String
        public let value: Value

        public init(_ name: String, _ value: Value) {
            self.name = name
            self.value = value
        }
    }

    public var fields: [Field]
    public var extensions: [Extension]

    public init(_ fields: [Field], extensions: [Extension] = []) {
        self.fields = fields
        self.extensions = extensions
    }

    public subscript(_ name: String) -> Value? { fields.first { $0.name == name }?.value }
}
