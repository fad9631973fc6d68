public import Primitives
public import Wire

/// What the ledger needs to know of an EPCIS event: which things, what changed, and the event's hash.
///
/// The event itself stays outside the ledger, with those who may read it; whoever shows it can be
/// checked against the hash.
///
/// - Source: design T6; the rules are D60 to D66.
public struct ItemEvent: Equatable, Sendable {
    /// The most things that one event may name.
    public static let thingLimit = 4_096

    /// A thing as the ledger names it.
    public struct Thing: Hashable, Sendable {
        /// The canonical Digital Link URI, or the URI as it is written when it is no key of GS1.
        public let uri: String
        /// The hash of the URI's bytes.
        public let key: Digest
        /// The amount with its unit when the URI names a class or a lot, such as `150 KGM`.
        public let amount: String?

        /// Names a thing by an EPC URN, a Digital Link of any domain, or another URI.
        public init(_ text: String, amount: String? = nil) {
            uri = EpcUrn.digitalLink(text) ?? DigitalLink.normalized(text) ?? text
            key = Digest(hashing: Array(uri.utf8), in: .item)
            self.amount = amount
        }
    }

    /// How children hang on a parent.
    public enum Bond: Sendable {
        /// They travel together for a while: a box, a pallet, a container.
        case aggregation
        /// They are mounted on it: a sensor on a box.
        case association
    }

    /// What the event did to the things.
    public enum Change: Equatable, Sendable {
        /// The things came into being, or got their names.
        case began([Thing])
        case observed([Thing])
        /// The things or their names came to an end.
        case ended([Thing])
        case joined(Bond, parent: Thing, children: [Thing])
        /// No child named: all that there are.
        case parted(Bond, parent: Thing, children: [Thing])
        /// The children were seen together, in or on the parent when it is known.
        case seenTogether(Bond, parent: Thing?, children: [Thing])
        /// The things were tied to business documents, or freed from them; ``documents`` has these.
        case tied(EpcisEvent.Action, parent: Thing?, [Thing])
        /// The inputs are used up, the outputs are new. Events with the same `process` are parts of one.
        case transformed(inputs: [Thing], outputs: [Thing], process: String?)
    }

    /// A statement that an event is wrong.
    ///
    /// Its target is the event with the same hash: the declaration itself is not hashed.
    public struct Correction: Equatable, Sendable {
        public let declaredMilliseconds: Int64
        /// A word of CBV such as `did_not_occur`, or an address.
        public let reason: String?
        /// The hashes of the events that say it right.
        public let correctiveDigests: [FixedBytes<32>]
        /// Names of such events that are no hashes, so that the ledger cannot look for them.
        public let otherNames: [String]
    }

    /// The CBV 2.0 hash of the event.
    public let digest: FixedBytes<32>
    /// When it happened, in milliseconds since 1970 UTC.
    public let milliseconds: Int64
    public let change: Change
    /// `nil` unless this is an error declaration.
    public let correction: Correction?
    /// Business documents that the event names, with their kinds.
    public let documents: [TypedReference]

    /// Why an event cannot enter the ledger.
    public enum Fault: Error, Equatable, Sendable {
        /// A sensor's report about a place names no thing.
        case noThings
        case tooManyThings(count: Int)
        case noParent
    }

    public init(_ event: EpcisEvent, in context: LinkedContext) throws(Fault) {
        digest = EventHash(of: event, in: context).digest
        milliseconds = event.eventTime.milliseconds
        documents = event.business.transactions ?? []
        correction = event.record.error.map { Correction($0) }
        change = try Self.change(event)
        let count = change.things.count
        guard count > 0 else { throw .noThings }
        guard count <= Self.thingLimit else { throw .tooManyThings(count: count) }
    }

    /// Every thing whose journal gets the event, each once, sorted by key.
    public var things: [Thing] {
        var known: Set<Digest> = []
        return change.things.filter { known.insert($0.key).inserted }.sorted { $0.key < $1.key }
    }

    private static func change(_ event: EpcisEvent) throws(Fault) -> Change {
        switch event.subject {
        case .object(let subject):
            let things = things(subject.things)
            return switch subject.action {
            case .add: .began(things)
            case .observe: .observed(things)
            case .delete: .ended(things)
            }
        case .aggregation(let subject): return try change(.aggregation, subject)
        case .association(let subject): return try change(.association, subject)
        case .transaction(let subject):
            return .tied(
                subject.action, parent: subject.parent.map { Thing($0) }, things(subject.things))
        case .transformation(let subject):
            return .transformed(
                inputs: things(subject.inputs), outputs: things(subject.outputs),
                process: subject.transformationID)
        }
    }

    private static func change(_ bond: Bond, _ subject: ChildSubject) throws(Fault) -> Change {
        let children = things(subject.children)
        let parent = subject.parent.map { Thing($0) }
        switch subject.action {
        case .observe: return .seenTogether(bond, parent: parent, children: children)
        case .add:
            guard let parent else { throw .noParent }
            return .joined(bond, parent: parent, children: children)
        case .delete:
            guard let parent else { throw .noParent }
            return .parted(bond, parent: parent, children: children)
        }
    }

    private static func things(_ things: Things) -> [Thing] {
        let single = (things.epcs ?? []).map { Thing($0) }
        let amounts = (things.quantities ?? []).map { element in
            let parts = [element.quantity?.text, element.unit].compactMap { $0 }
            return Thing(
                element.epcClass, amount: parts.isEmpty ? nil : parts.joined(separator: " "))
        }
        return single + amounts
    }
}

extension ItemEvent.Change {
    /// All things that the change names, in the event's order.
    var things: [ItemEvent.Thing] {
        switch self {
        case .began(let things), .observed(let things), .ended(let things): things
        case .joined(_, let parent, let children), .parted(_, let parent, let children):
            [parent] + children
        case .seenTogether(_, let parent, let children), .tied(_, let parent, let children):
            (parent.map { [$0] } ?? []) + children
        case .transformed(let inputs, let outputs, _): inputs + outputs
        }
    }
}

extension ItemEvent.Correction {
    init(_ declaration: ErrorDeclaration) {
        let names = declaration.correctiveEventIDs ?? []
        declaredMilliseconds = declaration.declared.milliseconds
        reason = declaration.reason
        correctiveDigests = names.compactMap { EventHash.digest(of: $0) }
        otherNames = names.filter { EventHash.digest(of: $0) == nil }
    }
}

extension ItemEvent.Fault: CustomStringConvertible {
    public var description: String {
        switch self {
        case .noThings: "the event names no thing"
        case .tooManyThings(let count):
            "the event names \(count) things; the ledger takes at most \(ItemEvent.thingLimit)"
        case .noParent: "the event has no parent"
        }
    }
}
