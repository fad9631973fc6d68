/// Reads events out of JSON, and says of each fault where it is and which rule it breaks.
struct EventReader {
    var findings = FindingList()

    /// - Returns: `nil` when the event cannot be made into a value; the findings say why.
    mutating func read(
        _ value: JsonValue, at index: Int, in document: LinkedContext
    ) -> EpcisEvent? {
        findings.event = index
        defer { findings.event = nil }
        guard let object = value.object else {
            findings.add(.valueType, "an event is an object, not \(value.kind)")
            return nil
        }
        let before = faultCount
        var context = document
        if let own = object["@context"] {
            for sentence in context.add(own) { findings.add(.context, sentence, at: "@context") }
        }
        var fields = FieldReader(object, context)
        let ownContext = fields.value("@context", &findings)
        guard let subject = subject(&fields) else { return nil }
        let zone = zone(&fields)
        guard let time = fields.time("eventTime", required: true, &findings), let zone else {
            _ = rest(of: &fields, subject)
            return nil
        }
        var event = EpcisEvent(subject, at: time, zoneOffset: zone)
        (event.record, event.business, event.sensors, event.masterData) = rest(of: &fields, subject)
        event.extensions = fields.extensions(&findings)
        event.ownContext = ownContext
        // Rules between fields are asked of whole fields only: one fault is told once.
        if faultCount == before { check(event) }
        return faultCount == before ? event : nil
    }

    private var faultCount: Int { findings.findings.count { $0.severity == .fault } }

    private typealias Rest = (Record, BusinessContext, [SensorElement], [Extension]?)

    /// Everything that all kinds of events have.
    private mutating func rest(
        of fields: inout FieldReader, _ subject: EpcisEvent.Subject
    ) -> Rest {
        let hasMasterData =
            switch subject {
            case .object, .transformation: true
            case .aggregation, .association, .transaction: false
            }
        let record = record(&fields)
        let business = PartReader.business(&fields, &findings)
        let sensors = fields.objects("sensorElementList", &findings, PartReader.sensorElement)
        let masterData =
            hasMasterData
            ? fields.object("ilmd", &findings) { fields, findings in
                fields.extensions(&findings)
            } : nil
        return (record, business, sensors ?? [], masterData)
    }

    private mutating func zone(_ fields: inout FieldReader) -> String? {
        guard let text = fields.string("eventTimeZoneOffset", required: true, &findings) else {
            return nil
        }
        guard text != "Z", EventTime.zone(Array(text.utf8)) != nil else {
            findings.add(
                .zone, "`\(text.prefix(20))` is no offset such as +08:00", at: "eventTimeZoneOffset"
            )
            return nil
        }
        return text
    }

    private mutating func record(_ fields: inout FieldReader) -> Record {
        var record = Record()
        record.eventID = fields.uri("eventID", &findings)
        record.recordTime = fields.time("recordTime", &findings)
        if fields.object["certificationInfo"]?.array != nil {
            record.certification = fields.uris("certificationInfo", &findings) ?? []
        } else if let single = fields.uri("certificationInfo", &findings) {
            record.certification = [single]
            record.isCertificationBare = true
        }
        record.error = fields.object("errorDeclaration", &findings) { fields, findings in
            var fields = fields
            let time = fields.time("declarationTime", required: true, &findings)
            let reason = fields.word("reason", .errorReason, &findings)
            let corrective = fields.uris("correctiveEventIDs", &findings)
            let extensions = fields.extensions(&findings)
            guard let time else { return nil }
            var error = ErrorDeclaration(
                declared: time, reason: reason, correctiveEventIDs: corrective)
            error.extensions = extensions
            return error
        }
        return record
    }

    // MARK: Subjects

    private mutating func subject(_ fields: inout FieldReader) -> EpcisEvent.Subject? {
        guard let type = fields.string("type", required: true, &findings) else { return nil }
        switch type {
        case "ObjectEvent":
            let things = things(&fields, "epcList", "quantityList")
            return action(&fields).map { .object(ObjectSubject($0, things)) }
        case "AggregationEvent": return children(&fields).map { .aggregation($0) }
        case "AssociationEvent": return children(&fields).map { .association($0) }
        case "TransactionEvent":
            let parent = fields.uri("parentID", &findings)
            let things = things(&fields, "epcList", "quantityList")
            return action(&fields).map {
                .transaction(TransactionSubject($0, parent: parent, things))
            }
        case "TransformationEvent":
            return .transformation(
                TransformationSubject(
                    inputs: things(&fields, "inputEPCList", "inputQuantityList"),
                    outputs: things(&fields, "outputEPCList", "outputQuantityList"),
                    transformationID: fields.uri("transformationID", &findings)))
        default:
            findings.add(
                .eventType, "`\(type.prefix(60))` is none of the five kinds of events", at: "type")
            return nil
        }
    }

    private mutating func action(_ fields: inout FieldReader) -> EpcisEvent.Action? {
        guard let text = fields.string("action", required: true, &findings) else { return nil }
        guard let action = EpcisEvent.Action(rawValue: text) else {
            findings.add(
                .action, "`\(text.prefix(20))` is none of ADD, OBSERVE and DELETE", at: "action")
            return nil
        }
        return action
    }

    private mutating func children(_ fields: inout FieldReader) -> ChildSubject? {
        let parent = fields.uri("parentID", &findings)
        let children = things(&fields, "childEPCs", "childQuantityList")
        return action(&fields).map { ChildSubject($0, parent: parent, children: children) }
    }

    private mutating func things(
        _ fields: inout FieldReader, _ names: String, _ amounts: String
    ) -> Things {
        Things(
            epcs: fields.uris(names, &findings),
            quantities: fields.objects(amounts, &findings, PartReader.quantity))
    }
}

// Rules between fields.
extension EventReader {
    private mutating func check(_ event: EpcisEvent) {
        switch event.subject {
        case .object(let subject):
            let isSensed = !event.sensors.isEmpty
            if subject.things.isEmpty, !isSensed {
                findings.add(
                    .identifiers, "an object event names things, or has a sensor's reports",
                    at: "epcList")
            } else if subject.things.epcs == nil, subject.things.isEmpty,
                event.business.readPoint == nil
            {
                findings.add(
                    .identifiers, "reports about no named thing need a read point", at: "readPoint")
            }
            if event.masterData != nil, subject.action != .add {
                findings.add(
                    .masterDataAction, "master data come only with action ADD", at: "ilmd")
            }
        case .aggregation(let subject):
            if subject.parent == nil, subject.action != .observe {
                findings.add(
                    .parent, "a parent is needed with ADD and DELETE", at: "parentID")
            }
            checkChildren(subject)
        case .association(let subject):
            if subject.parent == nil {
                findings.add(.parent, "an association has a parent", at: "parentID")
            }
            checkChildren(subject)
        case .transaction(let subject):
            if (event.business.transactions ?? []).isEmpty {
                findings.add(
                    .required, "a transaction event names a business document",
                    at: "bizTransactionList")
            }
            if subject.things.isEmpty, subject.action != .delete {
                findings.add(
                    .identifiers, "a transaction event names things unless it is DELETE",
                    at: "epcList")
            }
        case .transformation(let subject): checkSides(subject)
        }
    }

    private mutating func checkChildren(_ subject: ChildSubject) {
        if subject.children.isEmpty, subject.action != .delete {
            findings.add(
                .identifiers, "children are needed unless the action is DELETE", at: "childEPCs")
        }
    }

    private mutating func checkSides(_ subject: TransformationSubject) {
        let isWhole = !subject.inputs.isEmpty && !subject.outputs.isEmpty
        let isPart =
            subject.transformationID != nil
            && !(subject.inputs.isEmpty && subject.outputs.isEmpty)
        if !isWhole, !isPart {
            findings.add(
                .transformation,
                "a transformation has inputs and outputs, or one of them and a transformationID",
                at: subject.inputs.isEmpty ? "inputEPCList" : "outputEPCList")
        }
    }
}
