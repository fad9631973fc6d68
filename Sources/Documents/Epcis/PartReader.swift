/// Reads the parts that several kinds of events share.
enum PartReader {
    static func quantity(
        _ fields: FieldReader, _ findings: inout FindingList
    ) -> QuantityElement? {
        var fields = fields
        let name = fields.uri("epcClass", required: true, &findings)
        let quantity = number(&fields, "quantity", &findings)
        let unit = fields.string("uom", &findings)
        fields.refuseRest(&findings)
        if let quantity, (quantity.double ?? 0) < 0 {
            findings.add(.quantity, "a quantity is not below zero", at: "quantity")
        }
        if let unit {
            let isCode = unit.utf8.allSatisfy { $0.isDigit || (0x41...0x5a).contains($0) }
            if !isCode || !(2...3).contains(unit.utf8.count) {
                findings.add(
                    .unit, "`\(unit.prefix(20))` is no unit of two or three capitals", at: "uom")
            }
            if fields.object["quantity"] == nil {
                findings.add(.quantity, "a unit needs a quantity", at: "uom")
            }
        }
        return name.map { QuantityElement($0, quantity: quantity, unit: unit) }
    }

    static func number(
        _ fields: inout FieldReader, _ name: String, _ findings: inout FindingList
    ) -> JsonNumber? {
        guard let value = fields.value(name, &findings) else { return nil }
        guard let number = value.number else {
            findings.add(.valueType, "a number is needed, not \(value.kind)", at: name)
            return nil
        }
        guard number.double != nil else {
            findings.add(.limit, "the number is too large", at: name)
            return nil
        }
        return number
    }

    static func business(
        _ fields: inout FieldReader, _ findings: inout FindingList
    ) -> BusinessContext {
        var business = BusinessContext()
        business.step = fields.word("bizStep", .bizStep, &findings)
        business.disposition = fields.word("disposition", .disposition, &findings)
        business.persistentDisposition = fields.object(
            "persistentDisposition", &findings, persistence)
        business.readPoint = fields.object("readPoint", &findings, place)
        business.location = fields.object("bizLocation", &findings, place)
        business.transactions = fields.objects(
            "bizTransactionList", &findings,
            reference("bizTransaction", .bizTransactionType, typed: false))
        business.sources = fields.objects(
            "sourceList", &findings, reference("source", .sourceDestinationType, typed: true))
        business.destinations = fields.objects(
            "destinationList", &findings,
            reference("destination", .sourceDestinationType, typed: true))
        return business
    }

    private static func persistence(
        _ fields: FieldReader, _ findings: inout FindingList
    ) -> PersistentDisposition? {
        var fields = fields
        let context = fields.context
        func words(_ name: String, _ findings: inout FindingList) -> [String]? {
            let words = fields.strings(name, &findings) { text, findings in
                FieldReader.checked(text, .disposition, context, &findings)
            }
            if words == [], fields.object[name]?.array == [] {
                findings.add(.empty, "the list is empty", at: name)
            }
            return words
        }
        let set = words("set", &findings)
        let unset = words("unset", &findings)
        fields.refuseRest(&findings)
        if set == nil, unset == nil {
            findings.add(.required, "`set` or `unset` is needed")
        }
        return PersistentDisposition(set: set, unset: unset)
    }

    private static func place(_ fields: FieldReader, _ findings: inout FindingList) -> Place? {
        var fields = fields
        let id = fields.uri("id", required: true, &findings)
        let extensions = fields.extensions(&findings)
        return id.map { id in
            var place = Place(id)
            place.extensions = extensions
            return place
        }
    }

    private static func reference(
        _ name: String, _ vocabulary: Vocabulary, typed: Bool
    ) -> (FieldReader, inout FindingList) -> TypedReference? {
        { fields, findings in
            var fields = fields
            let type = fields.word("type", vocabulary, required: typed, &findings)
            let id = fields.uri(name, required: true, &findings)
            fields.refuseRest(&findings)
            return id.map { TypedReference(type, $0) }
        }
    }

    // MARK: Sensors

    static func sensorElement(
        _ fields: FieldReader, _ findings: inout FindingList
    ) -> SensorElement? {
        var fields = fields
        let metadata = fields.object("sensorMetadata", &findings) { fields, findings in
            sensorFields(fields, SensorShape.metadata, &findings)
        }
        let reports = fields.objects("sensorReport", required: true, &findings) {
            sensorFields($0, SensorShape.report, &$1)
        }
        if fields.object["sensorReport"]?.array == [] {
            findings.add(.empty, "the list is empty", at: "sensorReport")
        }
        let extensions = fields.extensions(&findings)
        return reports.map { reports in
            var element = SensorElement(metadata: metadata, reports: reports)
            element.extensions = extensions
            return element
        }
    }

    private static func sensorFields(
        _ fields: FieldReader, _ shape: [SensorShape], _ findings: inout FindingList
    ) -> SensorFields {
        var fields = fields
        var read: [SensorFields.Field] = []
        for entry in shape {
            let isRequired = entry.name == "type"
            let value: SensorFields.Value? =
                switch entry.kind {
                case .time: fields.time(entry.name, &findings).map { .time($0) }
                case .uri: fields.uri(entry.name, &findings).map { .uri($0) }
                case .number: number(&fields, entry.name, &findings).map { .number($0) }
                case .text: fields.string(entry.name, &findings).map { .text($0) }
                case .hexadecimal: hexadecimal(&fields, entry.name, &findings).map { .text($0) }
                case .flag: flag(&fields, entry.name, &findings).map { .flag($0) }
                case .word(let vocabulary):
                    fields.word(entry.name, vocabulary, required: isRequired, &findings)
                        .map { .uri($0) }
                }
            if let value { read.append(SensorFields.Field(entry.name, value)) }
        }
        return SensorFields(read, extensions: fields.extensions(&findings))
    }

    private static func hexadecimal(
        _ fields: inout FieldReader, _ name: String, _ findings: inout FindingList
    ) -> String? {
        guard let text = fields.string(name, &findings) else { return nil }
        let isHexadecimal = text.utf8.allSatisfy {
            $0.isDigit || (0x61...0x66).contains($0 | 0x20)
        }
        guard isHexadecimal, !text.isEmpty else {
            findings.add(.hexadecimal, "hexadecimal digits are needed", at: name)
            return nil
        }
        return text
    }

    private static func flag(
        _ fields: inout FieldReader, _ name: String, _ findings: inout FindingList
    ) -> Bool? {
        guard let value = fields.value(name, &findings) else { return nil }
        guard case .bool(let flag) = value else {
            findings.add(.valueType, "true or false is needed, not \(value.kind)", at: name)
            return nil
        }
        return flag
    }
}

/// The fields that sensor metadata and reports may have, in the order in which they are written.
struct SensorShape: Sendable {
    enum Kind: Sendable {
        case time, uri, number, text, hexadecimal, flag
        case word(Vocabulary)
    }

    let name: String
    let kind: Kind

    private init(_ name: String, _ kind: Kind) {
        self.name = name
        self.kind = kind
    }

    private static func all(_ kind: Kind, _ names: String...) -> [SensorShape] {
        names.map { SensorShape($0, kind) }
    }

    static let metadata =
        all(.time, "time", "startTime", "endTime")
        + all(.uri, "deviceID", "deviceMetadata", "rawData", "dataProcessingMethod", "bizRules")

    static let report =
        all(.word(.measurementType), "type") + all(.word(.alertType), "exception")
        + all(.uri, "deviceID", "deviceMetadata", "rawData", "dataProcessingMethod", "bizRules")
        + all(.time, "time") + all(.uri, "microorganism", "chemicalSubstance")
        + all(.uri, "coordinateReferenceSystem") + all(.number, "value")
        + all(.word(.component), "component") + all(.text, "stringValue")
        + all(.flag, "booleanValue") + all(.hexadecimal, "hexBinaryValue") + all(.uri, "uriValue")
        + all(.number, "minValue", "maxValue", "meanValue", "sDev", "percRank", "percValue")
        + all(.text, "uom")
}
