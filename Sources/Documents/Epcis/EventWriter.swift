/// Writes events as JSON, fields in the order of the standard's tables.
public enum EventWriter {
    public static func json(of event: EpcisEvent) -> JsonObject {
        var object = JsonObject()
        object.set("@context", ifPresent: event.ownContext)
        object.set("type", .string(event.typeName))
        object.set("eventID", ifPresent: text(event.record.eventID))
        object.set("eventTime", .string(event.eventTime.text))
        object.set("recordTime", ifPresent: text(event.record.recordTime?.text))
        object.set("eventTimeZoneOffset", .string(event.zoneOffset))
        write(event.record, into: &object)
        write(event.subject, into: &object)
        write(event.business, into: &object)
        if !event.sensors.isEmpty {
            object.set(
                "sensorElementList", .array(event.sensors.map { .object(json(of: $0)) }))
        }
        if let masterData = event.masterData {
            var inner = JsonObject()
            write(masterData, into: &inner)
            object.set("ilmd", .object(inner))
        }
        write(event.extensions, into: &object)
        return object
    }

    private static func text(_ text: String?) -> JsonValue? { text.map { .string($0) } }

    private static func texts(_ texts: [String]?) -> JsonValue? {
        texts.map { .array($0.map { .string($0) }) }
    }

    private static func write(_ extensions: [Extension], into object: inout JsonObject) {
        for entry in extensions { object.set(entry.name, entry.value) }
    }

    private static func write(_ record: Record, into object: inout JsonObject) {
        if record.isCertificationBare, let only = record.certification.first {
            object.set("certificationInfo", .string(only))
        } else if !record.certification.isEmpty {
            object.set("certificationInfo", ifPresent: texts(record.certification))
        }
        guard let error = record.error else { return }
        var inner = JsonObject([.init("declarationTime", .string(error.declared.text))])
        inner.set("reason", ifPresent: text(error.reason))
        inner.set("correctiveEventIDs", ifPresent: texts(error.correctiveEventIDs))
        write(error.extensions, into: &inner)
        object.set("errorDeclaration", .object(inner))
    }

    private static func write(_ subject: EpcisEvent.Subject, into object: inout JsonObject) {
        switch subject {
        case .object(let subject):
            write(subject.things, "epcList", "quantityList", into: &object)
            object.set("action", .string(subject.action.rawValue))
        case .aggregation(let subject), .association(let subject):
            object.set("parentID", ifPresent: text(subject.parent))
            write(subject.children, "childEPCs", "childQuantityList", into: &object)
            object.set("action", .string(subject.action.rawValue))
        case .transaction(let subject):
            object.set("parentID", ifPresent: text(subject.parent))
            write(subject.things, "epcList", "quantityList", into: &object)
            object.set("action", .string(subject.action.rawValue))
        case .transformation(let subject):
            write(subject.inputs, "inputEPCList", "inputQuantityList", into: &object)
            write(subject.outputs, "outputEPCList", "outputQuantityList", into: &object)
            object.set("transformationID", ifPresent: text(subject.transformationID))
        }
    }

    private static func write(
        _ things: Things, _ names: String, _ amounts: String, into object: inout JsonObject
    ) {
        object.set(names, ifPresent: texts(things.epcs))
        object.set(
            amounts,
            ifPresent: things.quantities.map { elements in
                .array(
                    elements.map { element in
                        var inner = JsonObject([.init("epcClass", .string(element.epcClass))])
                        inner.set("quantity", ifPresent: element.quantity.map { .number($0) })
                        inner.set("uom", ifPresent: text(element.unit))
                        return .object(inner)
                    })
            })
    }

    private static func write(_ business: BusinessContext, into object: inout JsonObject) {
        object.set("bizStep", ifPresent: text(business.step))
        object.set("disposition", ifPresent: text(business.disposition))
        if let persistent = business.persistentDisposition {
            var inner = JsonObject()
            inner.set("set", ifPresent: texts(persistent.set))
            inner.set("unset", ifPresent: texts(persistent.unset))
            object.set("persistentDisposition", .object(inner))
        }
        for (name, place) in [
            ("readPoint", business.readPoint), ("bizLocation", business.location),
        ] {
            guard let place else { continue }
            var inner = JsonObject([.init("id", .string(place.id))])
            write(place.extensions, into: &inner)
            object.set(name, .object(inner))
        }
        for (name, member, references) in [
            ("bizTransactionList", "bizTransaction", business.transactions),
            ("sourceList", "source", business.sources),
            ("destinationList", "destination", business.destinations),
        ] {
            guard let references else { continue }
            let list = references.map { reference in
                var inner = JsonObject()
                inner.set("type", ifPresent: text(reference.type))
                inner.set(member, .string(reference.id))
                return JsonValue.object(inner)
            }
            object.set(name, .array(list))
        }
    }

    private static func json(of element: SensorElement) -> JsonObject {
        var object = JsonObject()
        object.set("sensorMetadata", ifPresent: element.metadata.map { .object(json(of: $0)) })
        object.set("sensorReport", .array(element.reports.map { .object(json(of: $0)) }))
        write(element.extensions, into: &object)
        return object
    }

    private static func json(of fields: SensorFields) -> JsonObject {
        var object = JsonObject()
        for field in fields.fields {
            switch field.value {
            case .time(let time): object.set(field.name, .string(time.text))
            case .uri(let text), .text(let text): object.set(field.name, .string(text))
            case .number(let number): object.set(field.name, .number(number))
            case .flag(let flag): object.set(field.name, .bool(flag))
            }
        }
        write(fields.extensions, into: &object)
        return object
    }
}
