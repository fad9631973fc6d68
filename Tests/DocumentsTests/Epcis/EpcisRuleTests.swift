import Documents
import Testing

@Suite("The rules of EPCIS documents")
struct EpcisRuleTests {
    /// An object event with one field set, or left out.
    static func event(_ changes: (String, String?)...) -> String {
        var fields: [(String, String)] = [
            ("type", #""ObjectEvent""#), ("eventTime", #""2026-03-01T12:00:00.000+08:00""#),
            ("eventTimeZoneOffset", #""+08:00""#), ("action", #""ADD""#),
            ("epcList", #"["urn:epc:id:sgtin:9521234.070001.T101"]"#),
        ]
        for (name, value) in changes {
            fields.removeAll { $0.0 == name }
            if let value { fields.append((name, value)) }
        }
        return fields.map { "\"\($0.0)\":\($0.1)" }.joined(separator: ",")
    }

    static let report = #"[{"sensorReport":[{"type":"Temperature","value":1}]}]"#

    @Test("An event without faults is accepted")
    func accepted() throws {
        let check = try OneEvent.check(
            Self.event(),
            Self.event(
                ("epcList", nil), ("sensorElementList", Self.report),
                ("readPoint", #"{"id":"geo:1.5,2"}"#), ("action", #""OBSERVE""#)),
            Self.event(
                ("bizStep", #""https://own.example/step""#),
                ("disposition", #""ex:waiting""#)))
        #expect(check.findings == [])
        #expect(check.document?.events.count == 3)
    }

    @Test(
        "A wrong field is refused with its name and its rule",
        arguments: [
            ("eventTime", #""2026-03-01T12:00:00""#, EpcisRule.time, "eventTime"),
            ("eventTime", #""2026-02-29T12:00:00Z""#, .time, "eventTime"),
            ("eventTime", "17", .valueType, "eventTime"),
            ("eventTime", nil, .required, "eventTime"),
            ("eventTimeZoneOffset", #""Z""#, .zone, "eventTimeZoneOffset"),
            ("eventTimeZoneOffset", #""+8""#, .zone, "eventTimeZoneOffset"),
            ("eventTimeZoneOffset", #""+15:00""#, .zone, "eventTimeZoneOffset"),
            ("recordTime", #""yesterday""#, .time, "recordTime"),
            ("action", #""CHANGE""#, .action, "action"), ("action", nil, .required, "action"),
            ("type", #""QuantityEvent""#, .eventType, "type"), ("type", nil, .required, "type"),
            ("bizStep", #""transforming""#, .bizStep, "bizStep"),
            ("bizStep", #""urn:epcglobal:cbv:bizstep:shipping""#, .bizStep, "bizStep"),
            ("bizStep", #""https://ref.gs1.org/cbv/BizStep-flying""#, .bizStep, "bizStep"),
            ("bizStep", #""other: things""#, .bizStep, "bizStep"),
            ("disposition", #""in_transport""#, .disposition, "disposition"),
            (
                "persistentDisposition", #"{"set":["lost"]}"#, .disposition,
                "persistentDisposition.set.0"
            ),
            ("persistentDisposition", "{}", .required, "persistentDisposition"),
            ("persistentDisposition", #"{"set":[]}"#, .empty, "persistentDisposition.set"),
            ("epcList", "[]", .identifiers, "epcList"), ("epcList", nil, .identifiers, "epcList"),
            ("epcList", #"["not a uri"]"#, .uri, "epcList.0"),
            ("epcList", #"["urn:x:1","urn:x:1"]"#, .duplicate, "epcList.1"),
            ("epcList", #""urn:x:1""#, .valueType, "epcList"),
            ("quantityList", #"[{"quantity":1}]"#, .required, "quantityList.0.epcClass"),
            (
                "quantityList", #"[{"epcClass":"urn:x:1","quantity":"1"}]"#, .valueType,
                "quantityList.0.quantity"
            ),
            (
                "quantityList", #"[{"epcClass":"urn:x:1","quantity":-1}]"#, .quantity,
                "quantityList.0.quantity"
            ),
            (
                "quantityList", #"[{"epcClass":"urn:x:1","quantity":1e999}]"#, .limit,
                "quantityList.0.quantity"
            ),
            (
                "quantityList", #"[{"epcClass":"urn:x:1","uom":"KGM"}]"#, .quantity,
                "quantityList.0.uom"
            ),
            (
                "quantityList", #"[{"epcClass":"urn:x:1","quantity":1,"uom":"kilo"}]"#, .unit,
                "quantityList.0.uom"
            ),
            (
                "quantityList", #"[{"epcClass":"urn:x:1","weight":1}]"#, .unknownField,
                "quantityList.0.weight"
            ),
            ("readPoint", #""urn:x:1""#, .valueType, "readPoint"),
            ("readPoint", "{}", .required, "readPoint.id"),
            ("bizLocation", #"{"id":"urn:x:1","bay":"4"}"#, .namespace, "bizLocation.bay"),
            (
                "bizTransactionList", #"[{"type":"letter","bizTransaction":"urn:x:1"}]"#,
                .bizTransactionType, "bizTransactionList.0.type"
            ),
            (
                "bizTransactionList", #"[{"type":"po"}]"#, .required,
                "bizTransactionList.0.bizTransaction"
            ),
            ("sourceList", #"[{"source":"urn:x:1"}]"#, .required, "sourceList.0.type"),
            (
                "sourceList", #"[{"type":"owner","source":"urn:x:1"}]"#, .sourceDestinationType,
                "sourceList.0.type"
            ),
            (
                "destinationList", #"[{"type":"location"}]"#, .required,
                "destinationList.0.destination"
            ),
            ("sensorElementList", "[{}]", .required, "sensorElementList.0.sensorReport"),
            (
                "sensorElementList", #"[{"sensorReport":[]}]"#, .empty,
                "sensorElementList.0.sensorReport"
            ),
            (
                "sensorElementList", #"[{"sensorReport":[{"value":1}]}]"#, .required,
                "sensorElementList.0.sensorReport.0.type"
            ),
            (
                "sensorElementList", #"[{"sensorReport":[{"type":"Mood"}]}]"#, .measurementType,
                "sensorElementList.0.sensorReport.0.type"
            ),
            (
                "sensorElementList",
                #"[{"sensorReport":[{"type":"Speed","component":"w"}]}]"#, .component,
                "sensorElementList.0.sensorReport.0.component"
            ),
            (
                "sensorElementList",
                #"[{"sensorReport":[{"type":"Speed","exception":"FIRE"}]}]"#, .alertType,
                "sensorElementList.0.sensorReport.0.exception"
            ),
            (
                "sensorElementList",
                #"[{"sensorReport":[{"type":"Speed","hexBinaryValue":"xyz"}]}]"#, .hexadecimal,
                "sensorElementList.0.sensorReport.0.hexBinaryValue"
            ),
            (
                "sensorElementList",
                #"[{"sensorReport":[{"type":"Speed","booleanValue":"true"}]}]"#, .valueType,
                "sensorElementList.0.sensorReport.0.booleanValue"
            ),
            (
                "sensorElementList",
                #"[{"sensorMetadata":{"time":"noon"},"sensorReport":[{"type":"Speed"}]}]"#, .time,
                "sensorElementList.0.sensorMetadata.time"
            ),
            ("ilmd", #"{"lot":"1"}"#, .namespace, "ilmd.lot"),
            ("ilmd", #"{"who:lot":"L1"}"#, .namespace, "ilmd.who:lot"),
            ("grade", #""A""#, .namespace, "grade"),
            (
                "errorDeclaration", #"{"reason":"incorrect_data"}"#, .required,
                "errorDeclaration.declarationTime"
            ),
            (
                "errorDeclaration",
                #"{"declarationTime":"2026-03-01T12:00:00Z","reason":"typo"}"#, .errorReason,
                "errorDeclaration.reason"
            ),
            ("certificationInfo", #"["x y"]"#, .uri, "certificationInfo.0"),
            ("eventID", #""seven""#, .uri, "eventID"),
            ("parentID", #""urn:x:1""#, .namespace, "parentID"),
        ] as [(String, String?, EpcisRule, String)])
    func faults(name: String, value: String?, rule: EpcisRule, field: String) throws {
        let check = try OneEvent.check(Self.event((name, value)))
        #expect(check.faults.map(\.rule) == [rule], "\(check.faults)")
        #expect(check.faults.first?.field == field)
        #expect(check.faults.first?.event == 0)
        #expect(check.document == nil)
    }

    @Test(
        "What a kind of event needs is asked for",
        arguments: [
            (
                #""type":"ObjectEvent","action":"OBSERVE","epcList":["urn:x:1"],"ilmd":{"ex:a":"b"}"#,
                EpcisRule.masterDataAction
            ),
            (
                #""type":"ObjectEvent","action":"OBSERVE","sensorElementList":[{"sensorReport":["#
                    + #"{"type":"Temperature"}]}]"#, .identifiers
            ),
            (#""type":"AggregationEvent","action":"ADD","childEPCs":["urn:x:1"]"#, .parent),
            (#""type":"AggregationEvent","action":"DELETE","childEPCs":["urn:x:1"]"#, .parent),
            (#""type":"AggregationEvent","action":"ADD","parentID":"urn:x:1""#, .identifiers),
            (#""type":"AssociationEvent","action":"OBSERVE","childEPCs":["urn:x:1"]"#, .parent),
            (
                #""type":"AssociationEvent","action":"ADD","parentID":"urn:x:1","childEPCs":[]"#,
                .identifiers
            ),
            (#""type":"TransactionEvent","action":"ADD","epcList":["urn:x:1"]"#, .required),
            (
                #""type":"TransactionEvent","action":"ADD","bizTransactionList":"#
                    + #"[{"bizTransaction":"urn:x:2"}]"#, .identifiers
            ),
            (#""type":"TransformationEvent","inputEPCList":["urn:x:1"]"#, .transformation),
            (#""type":"TransformationEvent","transformationID":"urn:x:1""#, .transformation),
            (
                #""type":"AggregationEvent","action":"DELETE","parentID":"urn:x:1","#
                    + #""ilmd":{"ex:a":"b"}"#, .namespace
            ),
        ])
    func kinds(fields: String, rule: EpcisRule) throws {
        let times = #""eventTime":"2026-03-01T12:00:00Z","eventTimeZoneOffset":"+08:00","#
        let check = try OneEvent.check(times + fields)
        #expect(check.faults.map(\.rule) == [rule], "\(check.faults)")
    }

    @Test("All children may be named by naming none, and half of a transformation by its process")
    func shortForms() throws {
        let times = #""eventTime":"2026-03-01T12:00:00Z","eventTimeZoneOffset":"+08:00","#
        let check = try OneEvent.check(
            times + #""type":"AggregationEvent","action":"DELETE","parentID":"urn:x:1""#,
            times + #""type":"AggregationEvent","action":"OBSERVE","childEPCs":["urn:x:1"]"#,
            times + #""type":"TransformationEvent","inputEPCList":["urn:x:1"],"#
                + #""transformationID":"urn:x:2""#)
        #expect(check.findings == [])
    }

    @Test(
        "A frame that is wrong is refused",
        arguments: [
            (#"{"type":"EPCISDocument"}"#, EpcisRule.documentType, "type"),
            ("[]", .documentType, "type"), ("17", .documentType, "type"),
            (
                #"{"type":"EPCISDocument","schemaVersion":"2.0","creationDate":"2026-03-01T12:00:00Z","#
                    + #""epcisBody":{"eventList":[]}}"#, .required, "@context"
            ),
            (
                #"{"@context":{"ex":"urn:x:"},"type":"EPCISDocument","schemaVersion":"2.0","#
                    + #""creationDate":"2026-03-01T12:00:00Z","epcisBody":{"eventList":[]}}"#,
                .context, "@context"
            ),
            (
                #"{\#(OneEvent.contexts),"type":"EPCISDocument","schemaVersion":"1.2","#
                    + #""creationDate":"2026-03-01T12:00:00Z","epcisBody":{"eventList":[]}}"#,
                .version, "schemaVersion"
            ),
            (
                #"{\#(OneEvent.contexts),"type":"EPCISDocument","schemaVersion":"2.0","#
                    + #""creationDate":"today","epcisBody":{"eventList":[]}}"#, .time,
                "creationDate"
            ),
            (
                #"{\#(OneEvent.contexts),"type":"EPCISQueryDocument","schemaVersion":"2.0","#
                    + #""creationDate":"2026-03-01T12:00:00Z","epcisBody":{"eventList":[]}}"#,
                .documentType, "type"
            ),
            (
                #"{\#(OneEvent.contexts),"type":"EPCISQueryDocument","epcisBody":{"queryResults":"#
                    + #"{"resultsBody":{"eventList":[]}}}}"#, .required,
                "epcisBody.queryResults.queryName"
            ),
        ])
    func frames(text: String, rule: EpcisRule, field: String) throws {
        let check = try EpcisCheck(Array(text.utf8))
        #expect(check.faults.map(\.rule) == [rule], "\(check.faults)")
        #expect(check.faults.first?.field == field)
    }

    @Test("What is only doubtful is a warning, and the document is accepted")
    func warnings() throws {
        let check = try OneEvent.check(
            Self.event(
                (
                    "epcList",
                    #"["https://id.gs1.org/01/09521234700011/21/1","urn:epc:id:sgtin:1.2.3"]"#
                ),
                ("eventID", #""ni:///sha-256;\#(String(repeating: "0", count: 64))?ver=CBV2.0""#),
                ("ex:lot", #""007""#), ("bizStep", #""nobody:knows""#),
                ("ex:note", #"{"plain":["1e3","HS040221"]}"#)))
        #expect(check.document != nil)
        #expect(
            check.warnings.map(\.rule)
                == [
                    .checkDigit, .epcFormat, .namespace, .numericText, .numericText, .eventID,
                ])
        #expect(check.warnings.map(\.field).suffix(3) == ["ex:lot", "ex:note.plain", "eventID"])
        #expect(
            check.warnings[0].description
                == "event 1, epcList.0: the check digit of 09521234700011 must be 2 (CHECK_DIGIT)")
    }

    @Test("A context that is not known may declare what it likes; this is a warning")
    func unknownContext() throws {
        let check = try OneEvent.check(
            Self.event(("their:field", #""x""#)),
            contexts: #""@context":["https://their.example/context.jsonld"]"#)
        #expect(check.faults == [])
        #expect(check.warnings.map(\.rule) == [.context])
    }
}
