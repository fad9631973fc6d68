import Documents
import Primitives
import Testing
import Wire

/// Documents with one event whose fields a test chooses.
enum OneEvent {
    static let contexts = #"""
        "@context":["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld",
        {"ex":"https://ns.example.com/epcis/","n":"https://ns.example.com/bare"}]
        """#
    static let fields = #"""
        "type":"ObjectEvent","eventTime":"2026-03-01T12:00:00.000+08:00",
        "eventTimeZoneOffset":"+08:00","action":"ADD",
        "epcList":["urn:epc:id:sgtin:9521234.070001.T101"]
        """#

    /// A document with these events, each the inside of an object.
    static func document(_ events: [String], contexts: String = contexts) -> String {
        let list = events.map { "{\($0)}" }.joined(separator: ",")
        return #"{\#(contexts),"type":"EPCISDocument","schemaVersion":"2.0","#
            + #""creationDate":"2026-03-01T12:00:00Z","epcisBody":{"eventList":[\#(list)]}}"#
    }

    static func check(_ events: String..., contexts: String = contexts) throws -> EpcisCheck {
        try EpcisCheck(Array(document(events, contexts: contexts).utf8))
    }

    /// The hashed text of an event with some fields more, or others instead.
    static func preHash(_ more: String, fields: String = fields) throws -> String {
        try check(fields + "," + more).hashes[0].preHash
    }

    static let start =
        "eventType=ObjectEventeventTime=2026-03-01T04:00:00.000Z"
        + "eventTimeZoneOffset=+08:00epcListepc=https://id.gs1.org/01/09521234700012/21/T101action=ADD"
}

@Suite("The event hash")
struct EventHashTests {
    @Test("Events that say the same in other words hash alike")
    func equal() throws {
        let base = #"""
            "type":"AggregationEvent","eventTime":"2026-03-01T12:00:00+08:00",
            "eventTimeZoneOffset":"+08:00","parentID":"urn:epc:id:sscc:9521234.0000000017",
            "childEPCs":["urn:epc:id:sgtin:9521234.070001.A","urn:epc:id:sgtin:9521234.070001.B"],
            "action":"ADD","bizStep":"packing"
            """#
        let other = #"""
            "bizStep":"https://ref.gs1.org/cbv/BizStep-packing","action":"ADD",
            "childEPCs":["https://shop.example/gtin/9521234700012/ser/B?ad=1",
            "https://id.gs1.org/01/09521234700012/10/LOT/21/A"],"recordTime":"2026-04-01T00:00:00Z",
            "parentID":"https://id.gs1.org/00/095212340000000174","eventID":"urn:uuid:1",
            "eventTimeZoneOffset":"+08:00","eventTime":"2026-03-01T04:00:00.0000000Z",
            "type":"AggregationEvent","childQuantityList":[],"rdfs:comment":"a note",
            "errorDeclaration":{"declarationTime":"2026-05-01T00:00:00Z","reason":"did_not_occur"}
            """#
        let hashes = try OneEvent.check(base, other).hashes
        #expect(hashes[0].preHash == hashes[1].preHash)
        #expect(hashes[0] == hashes[1])
        #expect(
            hashes[0].uri == "ni:///sha-256;\(Hex.encode(hashes[0].digest.array))?ver=CBV2.0")
        #expect(EventHash.digest(of: hashes[0].uri) == hashes[0].digest)
        #expect(EventHash.digest(of: "ni:///sha-256;00?ver=CBV2.0") == nil)
    }

    @Test(
        "A time is hashed in UTC with three decimals, half a millisecond upwards",
        arguments: [
            ("2026-03-01T00:30:00+08:00", "2026-02-28T16:30:00.000Z"),
            ("2024-02-29T23:59:59.9995Z", "2024-03-01T00:00:00.000Z"),
            ("2026-12-31T23:59:59.999499-01:00", "2027-01-01T00:59:59.999Z"),
            ("1969-12-31T23:59:59.9994Z", "1969-12-31T23:59:59.999Z"),
            ("2000-03-01T00:00:00.0005Z", "2000-03-01T00:00:00.001Z"),
            ("0001-01-01T00:00:00Z", "0001-01-01T00:00:00.000Z"),
            ("2100-02-28T24:00:00Z", nil), ("2100-02-29T00:00:00Z", nil),
            ("2026-03-01T12:00:00", nil), ("2026-03-01 12:00:00Z", nil),
            ("2026-03-01T12:00Z", nil), ("2026-13-01T12:00:00Z", nil),
            ("2026-03-01T12:00:60Z", nil), ("2026-03-01T12:00:00.Z", nil),
            ("2026-03-01T12:00:00+0800", nil), ("2026-03-01T12:00:00+14:30", nil),
            ("2026-03-01T12:00:00z", nil), ("2026-03-01T12:00:00+8:00", nil), ("", nil),
        ] as [(String, String?)])
    func times(text: String, expected: String?) {
        #expect(EventTime(text)?.canonical == expected)
    }

    @Test("Every day of four centuries comes back from its number")
    func calendar() throws {
        var moment = try #require(EventTime("1900-01-01T00:00:00Z")).milliseconds
        for year in 1900..<2301 {
            for month in [1, 2, 3, 12] {
                let day = year.isMultiple(of: 4) && year % 100 != 0 || year % 400 == 0 ? 29 : 28
                let date = month == 2 ? day : 1
                let text =
                    "\(year)-\(month < 10 ? "0" : "")\(month)-\(date < 10 ? "0" : "")\(date)"
                    + "T00:00:00.000Z"
                let time = try #require(EventTime(text))
                #expect(time.canonical == text)
                #expect(time.milliseconds >= moment)
                moment = time.milliseconds
            }
        }
    }

    @Test(
        "A text that is a number is hashed as the number",
        arguments: [
            ("007", "7"), ("1e3", "1000"), ("-0", "0"), ("+5.50", "5.5"), (".5", "0.5"),
            ("5.", "5"), ("12345678901234567890", "12345678901234567168"), ("1_000", "1000"),
            ("0.00001", "1e-05"), ("0.0001", "0.0001"),
            ("111100001111000011110000", "111100001111000003641344"),
            ("1e22", "10000000000000000000000"),
            ("HS040221", nil), ("1e400", nil), ("nan", nil), ("inf", nil), ("0x10", nil), ("", nil),
            ("1__0", nil), ("_1", nil), ("1_", nil), ("1e", nil), (".", nil), ("+", nil),
            ("1 2", nil),
            ("2026-03-01", nil),
        ] as [(String, String?)])
    func numbers(text: String, expected: String?) {
        #expect(NumericText.canonical(text) == expected)
    }

    @Test("Numbers of JSON lose the zeros that mean nothing")
    func quantities() throws {
        let text = try OneEvent.preHash(
            #""quantityList":[{"epcClass":"urn:epc:class:lgtin:9521234.070002.L1","quantity":452.00,"#
                + #""uom":"KGM"},{"epcClass":"urn:epc:idpat:sgtin:9521234.070001.*","quantity":1.50}]"#
        )
        #expect(
            text
                == "eventType=ObjectEventeventTime=2026-03-01T04:00:00.000Z"
                + "eventTimeZoneOffset=+08:00epcListepc=https://id.gs1.org/01/09521234700012/21/T101"
                + "quantityListquantityElementepcClass=https://id.gs1.org/01/09521234700012"
                + "quantity=1.5quantityElementepcClass=https://id.gs1.org/01/09521234700029/10/L1"
                + "quantity=452uom=KGMaction=ADD")
    }

    @Test("Extensions follow, sorted by their bytes, with their namespaces")
    func extensions() throws {
        let text = try OneEvent.preHash(
            #""ex:z":"end","ilmd":{"ex:b":["2",{"ex:c":true}],"n:a":"x"},"n:list":{"ex:q":"1"},"#
                + #""readPoint":{"id":"urn:epc:id:sgln:9521234.00001.0","ex:bay":"4A"},"#
                + #""bizTransactionList":[{"bizTransaction":"urn:a:b","type":"po"},"#
                + #"{"bizTransaction":"urn:a:a"}]"#)
        #expect(
            text
                == OneEvent.start
                + "readPointid=https://id.gs1.org/414/9521234000013"
                + "{https://ns.example.com/epcis/}bay=4A"
                + "bizTransactionListbizTransaction=urn:a:a"
                + "type=https://ref.gs1.org/cbv/BTT-pobizTransaction=urn:a:b"
                + "ilmd{https://ns.example.com/bare}a=x{https://ns.example.com/epcis/}b=2"
                + "{https://ns.example.com/epcis/}b{https://ns.example.com/epcis/}c=true"
                + "{https://ns.example.com/bare}list{https://ns.example.com/epcis/}q=1"
                + "{https://ns.example.com/epcis/}z=end")
    }

    @Test("A word is short for an address only where the standard says so")
    func words() throws {
        let text = try OneEvent.preHash(#""bizStep":"packing","ex:note":"packing""#)
        #expect(
            text
                == OneEvent.start
                + "bizStep=https://ref.gs1.org/cbv/BizStep-packing"
                + "{https://ns.example.com/epcis/}note=packing")
    }

    @Test("An event's own context adds to that of the document")
    func ownContext() throws {
        let text = try OneEvent.preHash(
            #""@context":[{"own":"https://own.example/"}],"own:a":"1","ex:b":"2""#)
        #expect(
            text == OneEvent.start + "{https://ns.example.com/epcis/}b=2{https://own.example/}a=1")
    }

    @Test("A field that EPCIS puts into no order stays at the end, under its place")
    func leftOver() throws {
        let text = try OneEvent.preHash(
            #""sensorElementList":[{"sensorReport":[{"type":"Temperature","value":26.0,"#
                + #""bizRules":"https://example.com/253/4012345000054987"}]}],"n:x":"y""#)
        #expect(
            text
                == OneEvent.start
                + "sensorElementListsensorElementsensorReporttype=https://gs1.org/voc/Temperature"
                + "value=26sensorElementListsensorElementsensorReport"
                + "bizRules=https://id.gs1.org/253/4012345000054987"
                + "{https://ns.example.com/bare}x=y")
    }

    @Test("The journey of our own hashes as the reference generator hashes it")
    func journey() throws {
        let document = Journey.document()
        try #require(document.events.count == JourneyHashes.all.count)
        for (index, hash) in document.hashes.enumerated() {
            #expect(hash.uri == "ni:///sha-256;\(JourneyHashes.all[index])?ver=CBV2.0", "\(index)")
        }
    }
}
