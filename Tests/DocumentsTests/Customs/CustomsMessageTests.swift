import Documents
import Testing

@Suite("Customs messages")
struct CustomsMessageTests {
    private static func text(_ name: String) throws -> String {
        String(decoding: try CustomsData.parcel(name), as: UTF8.self)
    }

    private static func faults(_ text: String) throws -> [CustomsFault] {
        try CustomsReader.read(Array(text.utf8)).faults
    }

    @Test(
        "The example parcel is read without fault and written back with the same content",
        arguments: ["order", "payment", "waybill", "list", "wrong-list"])
    func example(name: String) throws {
        let bytes = try CustomsData.parcel(name)
        let reading = try CustomsReader.read(bytes)
        #expect(reading.faults == [])
        let written = CustomsWriter.write(reading.message)
        #expect(try MarkupReader.read(written) == MarkupReader.read(bytes))
        #expect(try CustomsReader.read(written).message == reading.message)
    }

    @Test("A list without signature is no fault, and the message says who signs it")
    func unsigned() throws {
        let list = try CustomsReader.read(CustomsData.parcel("list"))
        #expect(list.message.signatureNotice?.contains("licensed declarant signs it") == true)
        let order = try CustomsReader.read(CustomsData.parcel("order"))
        #expect(order.message.signatureNotice == nil)
    }

    @Test("Fields that are unknown, misplaced, repeated or missing are named with path and line")
    func structure() throws {
        let order = try Self.text("order")
        let head = "Order[1]/OrderHead"
        let unknown = order.replacing(
            "<ceb:appType>", with: "<ceb:appKind>1</ceb:appKind><ceb:appType>")
        #expect(
            try Self.faults(unknown) == [.init(path: "\(head)/appKind", line: 6, flaw: .unknown)])
        let moved = order.replacing("      <ceb:appType>1</ceb:appType>\n", with: "").replacing(
            "</ceb:appTime>", with: "</ceb:appTime><ceb:appType>1</ceb:appType>")
        #expect(
            try Self.faults(moved) == [.init(path: "\(head)/appType", line: 6, flaw: .misplaced)])
        let twice = order.replacing(
            "</ceb:appType>", with: "</ceb:appType><ceb:appType>1</ceb:appType>")
        #expect(
            try Self.faults(twice)
                == [.init(path: "\(head)/appType", line: 6, flaw: .repeated(limit: 1))])
        let without = order.replacing("      <ceb:appType>1</ceb:appType>\n", with: "")
        #expect(
            try Self.faults(without) == [.init(path: "\(head)/appType", line: 0, flaw: .missing)])
        let nested = order.replacing(
            "<ceb:appType>1</ceb:appType>", with: "<ceb:appType><ceb:q/></ceb:appType>")
        #expect(
            try Self.faults(nested) == [.init(path: "\(head)/appType", line: 6, flaw: .notText)])
    }

    @Test("A fault in the second line of goods is named there")
    func secondLine() throws {
        let order = try Self.text("order").replacing("160.00", with: "160.123456")
        let fault = try #require(try Self.faults(order).first)
        #expect(fault.path == "Order[1]/OrderList[2]/price")
        #expect(fault.flaw == .tooManyDecimals(count: 6, limit: 5))
        #expect("\(fault)".contains("has 6 decimals, and at most 5 fit"))
    }

    @Test("More lines than 99 are refused once each")
    func lineLimit() throws {
        var message = try CustomsReader.read(CustomsData.parcel("order")).message
        let line = message.documents[0].lines[0]
        message.documents[0].lines = Array(repeating: line, count: 100)
        #expect(
            CustomsReader.faults(of: message)
                == [.init(path: "Order[1]/OrderList", line: 0, flaw: .repeated(limit: 99))])
    }

    @Test("At most a thousand faults are listed")
    func faultLimit() throws {
        var message = try CustomsReader.read(CustomsData.parcel("order")).message
        var document = message.documents[0]
        document.head = CustomsRecord()
        document.lines = Array(repeating: CustomsRecord(), count: 99)
        message.documents = Array(repeating: document, count: 100)
        #expect(CustomsReader.faults(of: message).count == CustomsReader.faultLimit)
    }

    @Test("Other XML, and the right name in the wrong namespace, are no customs message")
    func foreign() {
        #expect(throws: CustomsReader.Refusal.notCustoms(root: "html")) {
            try CustomsReader.read(Array("<html/>".utf8))
        }
        #expect(throws: CustomsReader.Refusal.namespace("urn:x")) {
            try CustomsReader.read(Array("<CEB311Message xmlns='urn:x'/>".utf8))
        }
    }

    @Test(
        "A message made here, receipts too, is written, read and without fault",
        arguments: CustomsMessageKind.allCases)
    func made(kind: CustomsMessageKind) throws {
        let message = SampleMessage.make(kind)
        #expect(CustomsReader.faults(of: message) == [])
        let reading = try CustomsReader.read(CustomsWriter.write(message))
        #expect(reading.message == message)
        #expect(reading.faults == [])
    }

    @Test("Days and times must be real ones")
    func times() throws {
        let order = try Self.text("order")
        for wrong in ["20260230093000", "20261301093000", "20261120240000", "2026112009300", "0"] {
            let text = order.replacing("20261120093000", with: wrong)
            #expect(try Self.faults(text).map(\.flaw) == [.notTime(digits: 14)])
        }
        let leap = order.replacing("20261120093000", with: "20280229235959")
        #expect(try Self.faults(leap) == [])
    }
}
