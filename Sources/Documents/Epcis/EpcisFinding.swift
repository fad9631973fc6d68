/// The rules of EPCIS 2.0 and CBV 2.0 that a document is checked against; the raw value is the name
/// that a program sees.
public enum EpcisRule: String, CaseIterable, Sendable {
    case documentType = "DOCUMENT_TYPE"
    case context = "CONTEXT"
    case required = "REQUIRED"
    case valueType = "VALUE_TYPE"
    case unknownField = "UNKNOWN_FIELD"
    case namespace = "NAMESPACE"
    case eventType = "EVENT_TYPE"
    case version = "VERSION"
    case time = "TIME_FORMAT"
    case zone = "ZONE_OFFSET"
    case uri = "URI_FORMAT"
    case action = "ACTION"
    case masterDataAction = "ILMD_ACTION"
    case bizStep = "BIZ_STEP"
    case disposition = "DISPOSITION"
    case bizTransactionType = "BIZ_TRANSACTION_TYPE"
    case sourceDestinationType = "SOURCE_DEST_TYPE"
    case errorReason = "ERROR_REASON"
    case measurementType = "MEASUREMENT_TYPE"
    case alertType = "ALERT_TYPE"
    case component = "COMPONENT"
    case identifiers = "IDENTIFIERS"
    case parent = "PARENT"
    case transformation = "TRANSFORMATION_SIDES"
    case duplicate = "DUPLICATE"
    case empty = "EMPTY_LIST"
    case quantity = "QUANTITY"
    case unit = "UNIT"
    case hexadecimal = "HEX_BINARY"
    case limit = "LIMIT"
    /// A key whose check digit is wrong. A warning: it names something all the same.
    case checkDigit = "CHECK_DIGIT"
    /// An EPC that its scheme does not allow. A warning: it is hashed as it is written.
    case epcFormat = "EPC_FORMAT"
    /// A text that looks like a number, so that its hash does not tell `007` from `7`. A warning.
    case numericText = "NUMERIC_TEXT"
    /// An event that carries another hash as its name than its own. A warning: the name is not hashed.
    case eventID = "EVENT_ID"
}

/// One thing that is wrong with a document: where, which rule, and what to do.
public struct EpcisFinding: Equatable, Sendable {
    public enum Severity: String, Sendable {
        /// The document is refused.
        case fault
        /// The document is accepted, and somebody should look.
        case warning
    }

    public let rule: EpcisRule
    public let severity: Severity
    /// The event, counted from 0; `nil` for the document itself.
    public let event: Int?
    /// Names from the event or the document inwards, such as `readPoint.id`.
    public let field: String
    /// One sentence without its full stop.
    public let sentence: String
}

extension EpcisFinding: CustomStringConvertible {
    public var description: String {
        let place = event.map { "event \($0 + 1)" } ?? "document"
        return "\(place), \(field): \(sentence) (\(rule.rawValue))"
    }
}

/// Collects what is wrong while a document is read.
struct FindingList {
    /// A document with more is refused as a whole; the rest would help nobody.
    static let limit = 1_000

    private(set) var findings: [EpcisFinding] = []
    private var path: [String] = []
    var event: Int?

    mutating func add(
        _ rule: EpcisRule, _ sentence: String, severity: EpcisFinding.Severity = .fault,
        at field: String? = nil
    ) {
        guard findings.count < Self.limit else { return }
        let names = path + (field.map { [$0] } ?? [])
        findings.append(
            EpcisFinding(
                rule: rule, severity: severity, event: event,
                field: names.isEmpty ? "type" : names.joined(separator: "."), sentence: sentence))
    }

    /// Names the field that is being read.
    mutating func inside<Value>(
        _ field: String, _ read: (inout FindingList) -> Value
    ) -> Value {
        path.append(String(field.prefix(100)))
        defer { path.removeLast() }
        return read(&self)
    }
}
