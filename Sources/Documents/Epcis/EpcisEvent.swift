/// One event of EPCIS 2.0: what happened to which things, when, where and why.
///
/// - Source: EPCIS 2.0, section 7.4.
public struct EpcisEvent: Equatable, Sendable {
    /// The five kinds, each with the things it is about.
    public enum Subject: Equatable, Sendable {
        case object(ObjectSubject)
        case aggregation(ChildSubject)
        case association(ChildSubject)
        case transaction(TransactionSubject)
        case transformation(TransformationSubject)
    }

    public enum Action: String, Sendable {
        case add = "ADD"
        case observe = "OBSERVE"
        case delete = "DELETE"
    }

    public var subject: Subject
    public var eventTime: EventTime
    /// The zone of the place where it happened, such as `+08:00`.
    public var zoneOffset: String
    public var record: Record
    public var business: BusinessContext
    public var sensors: [SensorElement]
    /// Facts about the things that do not change; `nil` when there are none.
    public var masterData: [Extension]?
    public var extensions: [Extension]
    /// The `@context` that the event declares for itself.
    public var ownContext: JsonValue?

    public init(
        _ subject: Subject, at eventTime: EventTime, zoneOffset: String,
        business: BusinessContext = BusinessContext()
    ) {
        self.subject = subject
        self.eventTime = eventTime
        self.zoneOffset = zoneOffset
        self.business = business
        record = Record()
        sensors = []
        extensions = []
    }

    /// The name of the event's kind in documents.
    public var typeName: String {
        switch subject {
        case .object: "ObjectEvent"
        case .aggregation: "AggregationEvent"
        case .association: "AssociationEvent"
        case .transaction: "TransactionEvent"
        case .transformation: "TransformationEvent"
        }
    }

    public var action: Action? {
        switch subject {
        case .object(let subject): subject.action
        case .aggregation(let subject), .association(let subject): subject.action
        case .transaction(let subject): subject.action
        case .transformation: nil
        }
    }
}

/// Things by their own names, and amounts of a class.
public struct Things: Equatable, Sendable {
    /// EPC URNs or Digital Link URIs as they are written; `nil` when the field is not there.
    public var epcs: [String]?
    public var quantities: [QuantityElement]?

    public init(epcs: [String]? = nil, quantities: [QuantityElement]? = nil) {
        self.epcs = epcs
        self.quantities = quantities
    }

    public var isEmpty: Bool { (epcs ?? []).isEmpty && (quantities ?? []).isEmpty }
}

/// An amount of things that have no names of their own.
public struct QuantityElement: Equatable, Sendable {
    public var epcClass: String
    public var quantity: JsonNumber?
    /// UN/ECE Recommendation 20; without it the quantity counts pieces.
    public var unit: String?

    public init(_ epcClass: String, quantity: JsonNumber? = nil, unit: String? = nil) {
        self.epcClass = epcClass
        self.quantity = quantity
        self.unit = unit
    }
}

/// An `ObjectEvent`: something happened to these things.
public struct ObjectSubject: Equatable, Sendable {
    public var action: EpcisEvent.Action
    public var things: Things

    public init(_ action: EpcisEvent.Action, _ things: Things) {
        self.action = action
        self.things = things
    }
}

/// An `AggregationEvent` or `AssociationEvent`: children were put on a parent, or taken off.
public struct ChildSubject: Equatable, Sendable {
    public var action: EpcisEvent.Action
    public var parent: String?
    /// Empty with `DELETE`: all children.
    public var children: Things

    public init(_ action: EpcisEvent.Action, parent: String?, children: Things) {
        self.action = action
        self.parent = parent
        self.children = children
    }
}

/// A `TransactionEvent`: things were tied to business documents, or freed from them.
///
/// The documents are in ``BusinessContext/transactions``.
public struct TransactionSubject: Equatable, Sendable {
    public var action: EpcisEvent.Action
    public var parent: String?
    public var things: Things

    public init(_ action: EpcisEvent.Action, parent: String? = nil, _ things: Things) {
        self.action = action
        self.parent = parent
        self.things = things
    }
}

/// A `TransformationEvent`: inputs were used up, and outputs came into being.
public struct TransformationSubject: Equatable, Sendable {
    public var inputs: Things
    public var outputs: Things
    /// Ties together events that are parts of one transformation.
    public var transformationID: String?

    public init(inputs: Things, outputs: Things, transformationID: String? = nil) {
        self.inputs = inputs
        self.outputs = outputs
        self.transformationID = transformationID
    }
}

/// What is told about the event itself; of this only the certification is hashed.
public struct Record: Equatable, Sendable {
    public var eventID: String?
    public var recordTime: EventTime?
    public var certification: [String]
    /// Whether a single certification is written without a list around it.
    public var isCertificationBare: Bool
    public var error: ErrorDeclaration?

    public init() {
        certification = []
        isCertificationBare = false
    }
}

/// An event that is declared wrong; it stays, and its hash stays.
///
/// - Source: EPCIS 2.0, section 7.4.1.2.
public struct ErrorDeclaration: Equatable, Sendable {
    public var declared: EventTime
    public var reason: String?
    public var correctiveEventIDs: [String]?
    public var extensions: [Extension] = []

    public init(declared: EventTime, reason: String?, correctiveEventIDs: [String]? = nil) {
        self.declared = declared
        self.reason = reason
        self.correctiveEventIDs = correctiveEventIDs
    }
}
