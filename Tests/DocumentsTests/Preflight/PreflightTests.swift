import Documents
import Testing
import Trade

@Suite("Pre-flight")
struct PreflightTests {
    /// The example parcel, with texts replaced in one document.
    static func report(
        _ document: String = "", _ changes: [(String, String)] = [], used: Int = 0
    ) throws -> PreflightReport {
        func reading(_ name: String) throws -> CustomsReader.Reading {
            var text = String(decoding: try CustomsData.parcel(name), as: UTF8.self)
            for (old, new) in changes where name == document || document == "all" {
                text = text.replacing(old, with: new)
            }
            return try CustomsReader.read(Array(text.utf8))
        }
        return Preflight(rules: .known, used: Figure(used)).report(
            on: .init(
                order: try reading("order"), payment: try reading("payment"),
                waybill: try reading("waybill"), list: try reading("list")))
    }

    @Test("The example parcel matches; the only note is that a declarant signs the list")
    func clean() throws {
        let report = try Self.report()
        #expect(report.failed == [])
        #expect(report.isClean)
        #expect(report.notices.count == 1)
        #expect(report.parcels.map(\.notices) == [[]])
    }

    @Test("Blanks, wide letters, zeros and small letters are no differences, and are told")
    func normalised() throws {
        let name = try Self.report("payment", [("示例买家", " 示例买家\u{3000}")])
        #expect(name.failed == [])
        #expect(name.parcels[0].notices.count == 1)
        #expect(name.parcels[0].notices[0].hasPrefix("PAYER_NAME"))
        let amount = try Self.report("payment", [("461.13", "461.1300")])
        #expect(amount.failed == [])
        #expect(amount.parcels[0].notices == [])
        let phone = try Self.report("waybill", [("13800000000", "138-0000-0000")])
        #expect(phone.failed == [])
    }

    @Test("A failed rule shows both values and says what to do")
    func explanation() throws {
        let report = try Self.report("payment", [("461.13", "461.12")])
        #expect(report.failed == [.paidAmount])
        let finding = try #require(report.parcels[0].findings.first)
        #expect(finding.sides.map(\.value) == ["461.13", "461.12"])
        #expect(finding.sides.map(\.origin) == ["Order", "Payment"])
        #expect(finding.sides.map(\.field) == ["acturalPaid", "amountPaid"])
        #expect(finding.advice == MatchRule.paidAmount.advice)
    }

    @Test(
        "Each rule is found in files and explained with at least one side",
        arguments: [
            ("payment", "ARGOSY-2026-0001", "X", ["ORDER_NO"]),
            ("payment", "3100000010", "3100000019", ["EBP_CODE"]),
            ("list", "ebcCode>3100000011", "ebcCode>3100000018", ["EBC_CODE"]),
            ("payment", "payCode>3100000013", "payCode>3100000018", ["PAY_CODE"]),
            ("payment", "PAY0001", "PAY0002", ["PAY_TXN"]),
            ("payment", "示例买家", "他人", ["PAYER_NAME"]),
            ("payment", "<ceb:payerIdNumber>", "<ceb:payerIdNumber>9", ["PAYER_ID"]),
            ("list", "<ceb:buyerName>", "<ceb:buyerName>a", ["BUYER_NAME_INV"]),
            ("list", "<ceb:buyerIdNumber>", "<ceb:buyerIdNumber>1", ["BUYER_ID_INV"]),
            ("list", "13800000000", "13800000001", ["BUYER_TEL_INV"]),
            ("waybill", "示例买家", "他人", ["CONSIGNEE"]),
            ("waybill", "13800000000", "13800000001", ["CONSIGNEE_TEL"]),
            ("waybill", "示例路8号", "示例路9号", ["CONSIGNEE_ADDR"]),
            ("list", "EE123456785CN", "EE123456799CN", ["LOGISTICS_NO"]),
            ("list", "3100000012", "3100000017", ["LOGISTICS_CODE"]),
            ("payment", ">142<", ">502<", ["CURRENCY"]),
            ("list", "gname>绿茶", "gname>红茶", ["ITEM_MISMATCH"]),
            ("order", "discount>8", "discount>9", ["PAID_ARITHMETIC"]),
            ("waybill", "packNo>1", "packNo>2", ["PACK_NO"]),
            ("list", "grossWeight>1.2", "grossWeight>0.9", ["NET_GT_GROSS"]),
            ("order", "goodsValue>418", "goodsValue>419", ["GOODS_SUM", "PAID_ARITHMETIC"]),
            ("all", "totalPrice>258", "totalPrice>259", ["GOODS_SUM", "LINE_TOTAL"]),
        ])
    func rules(document: String, old: String, new: String, expected: [String]) throws {
        let report = try Self.report(document, [(old, new)])
        #expect(report.failed.map(\.name).sorted() == expected)
        #expect(report.parcels[0].findings.allSatisfy { !$0.sides.isEmpty && !$0.advice.isEmpty })
    }

    @Test("A buyer whose year is used up fails the annual limit, to the last cent")
    func annual() throws {
        #expect(try Self.report(used: 25_570).failed == [])
        #expect(try Self.report(used: 25_571).failed == [.annualLimit])
    }

    @Test("Goods and freight over the single limit fail it, at the first cent")
    func single() throws {
        let goods = [
            ("price>129", "price>2400"), ("totalPrice>258", "totalPrice>4800"),
            ("goodsValue>418", "goodsValue>4960"),
        ]
        let within = goods + [("freight>12", "freight>40"), ("461.13", "5031.13")]
        #expect(try Self.report("all", within).failed == [])
        let over = goods + [("freight>12", "freight>40.01"), ("461.13", "5031.14")]
        let report = try Self.report("all", over)
        #expect(report.failed == [.singleLimit])
        #expect(report.parcels[0].findings[0].sides.map(\.value) == ["5000.01", "5000"])
    }

    @Test("A number that cannot be read is a fault of its field and fails its rules")
    func unreadable() throws {
        let report = try Self.report("order", [("freight>12", "freight>twelve")])
        #expect(report.faults.map(\.fault.flaw) == [.notDecimal])
        #expect(report.failed.contains(.paidArithmetic))
        #expect(!report.isClean)
    }

    @Test("A field at fault alone is not clean, and fails no rule")
    func fieldFault() throws {
        let report = try Self.report("payment", [("<ceb:appType>1", "<ceb:appType>7")])
        #expect(report.failed == [])
        #expect(report.faults.map(\.fault.flaw) == [.notAllowed(["1", "2", "3"])])
        #expect(!report.isClean)
    }

    @Test("An identity number with a wrong check digit is noticed")
    func identity() throws {
        let text = String(decoding: try CustomsData.parcel("order"), as: UTF8.self)
        let number = try #require(text.firstMatch(of: #/buyerIdNumber>([0-9]{17})(.)</#))
        let wrong = number.1 + (number.2 == "1" ? "2" : "1")
        let report = try Self.report("all", [(String(number.1 + number.2), String(wrong))])
        #expect(report.failed == [])
        #expect(report.parcels[0].notices.contains { $0.contains("check digit") })
    }

    @Test("Several parcels in a file are paired by order number; one without partner fails")
    func several() throws {
        func doubled(_ name: String) throws -> CustomsReader.Reading {
            var message = try CustomsReader.read(CustomsData.parcel(name)).message
            var second = message.documents[0]
            second.head["orderNo"] = "SECOND"
            if name != "waybill" { message.documents.append(second) }
            return CustomsReader.Reading(message: message, faults: [])
        }
        let report = Preflight(rules: .known).report(
            on: .init(
                order: try doubled("order"), payment: try doubled("payment"),
                waybill: try doubled("waybill"), list: try doubled("list")))
        #expect(report.parcels.map(\.order) == ["ARGOSY-2026-0001", "SECOND"])
        #expect(report.parcels[0].findings.isEmpty)
        #expect(report.parcels[1].findings.map(\.rule).contains(.orderNumber))
        #expect(report.parcels[1].findings.map(\.rule).contains(.consignee))
    }

    @Test(
        "What customs asks for beyond the match is noticed, and fails nothing",
        arguments: [
            ("list", "<ceb:billNo>B0001</ceb:billNo>", "", "List billNo is empty"),
            ("list", "tradeMode>9610", "tradeMode>1210", "List emsNo is empty"),
            ("list", "tradeMode>9610", "tradeMode>1210", "List line 2 itemRecordNo is empty"),
            ("list", "tradeMode>9610", "tradeMode>1210", "List country is `116`"),
            ("list", "tradeMode>9610", "tradeMode>0110", "List tradeMode is `0110`"),
            ("list", "ieFlag>I", "ieFlag>E", "List ieFlag is `E`"),
            (
                "list", "<ceb:price>129", "<ceb:qty2>1</ceb:qty2><ceb:price>129",
                "List line 1 has qty2 without unit2"
            ),
            (
                "list", "<ceb:price>129", "<ceb:unit2>007</ceb:unit2><ceb:price>129",
                "List line 1 has unit2 without qty2"
            ),
            ("list", "unit1>035", "unit1>007", "of the same unit 007"),
            ("list", "<ceb:barCode>无</ceb:barCode>", "", "List line 1 barCode is empty"),
            ("list", "assureCode>3100000011", "assureCode>3100000077", "List assureCode is"),
            ("all", "buyerIdType>1", "buyerIdType>2", "Order buyerIdType is `2`"),
            ("waybill", "freight>12", "freight>15", "Freight is `12` in the order, and `15`"),
            ("waybill", "weight>1.2", "weight>1.3", "The waybill weighs `1.3` kg"),
            ("order", "appTime>2026", "appTime>2009", "No rule of retail import is known for 2009"),
        ])
    func notices(document: String, old: String, new: String, expected: String) throws {
        let report = try Self.report(document, [(old, new)])
        #expect(report.failed == [])
        #expect(report.parcels[0].notices.contains { $0.contains(expected) }, "\(expected)")
    }

    @Test("General trade has no limit: the same order over both passes, and nothing else changes")
    func general() throws {
        func reading(_ name: String) throws -> CustomsReader.Reading {
            var text = String(decoding: try CustomsData.parcel(name), as: UTF8.self)
            for (old, new) in [
                ("price>129", "price>24000"), ("totalPrice>258", "totalPrice>48000"),
                ("goodsValue>418", "goodsValue>48160"), ("461.13", "48203.13"),
                ("tradeMode>9610", "tradeMode>0110"),
            ] { text = text.replacing(old, with: new) }
            return try CustomsReader.read(Array(text.utf8))
        }
        let input = Preflight.Input(
            order: try reading("order"), payment: try reading("payment"),
            waybill: try reading("waybill"), list: try reading("list"))
        #expect(
            Preflight(rules: .known).report(on: input).failed == [.singleLimit, .annualLimit])
        let general = Preflight(rules: .known, isGeneral: true).report(on: input)
        #expect(general.failed == [])
        #expect(general.parcels[0].notices == [])
    }

    @Test("Freight with the insurance is the waybill's freight too")
    func insurance() throws {
        let report = try Self.report(
            "waybill", [("freight>12", "freight>11.5"), ("insuredFee>0", "insuredFee>0.5")])
        #expect(report.parcels[0].notices == [])
    }

    @Test("A number that is used twice is a fault; a change of the same document is none")
    func twice() throws {
        func reading(_ name: String, appType: String) throws -> CustomsReader.Reading {
            var message = try CustomsReader.read(CustomsData.parcel(name)).message
            var second = message.documents[0]
            second.head["appType"] = appType
            message.documents.append(second)
            return CustomsReader.Reading(message: message, faults: [])
        }
        func report(appType: String) throws -> PreflightReport {
            Preflight(rules: .known).report(
                on: .init(
                    order: try reading("order", appType: appType),
                    payment: try reading("payment", appType: appType),
                    waybill: try reading("waybill", appType: appType),
                    list: try reading("list", appType: appType)))
        }
        let same = try report(appType: "1")
        #expect(!same.isClean)
        #expect(
            same.faults.map(\.fault.path) == [
                "Order[2]/OrderHead/orderNo", "Payment[2]/PaymentHead/orderNo",
                "Logistics[2]/LogisticsHead/orderNo", "Logistics[2]/LogisticsHead/logisticsNo",
                "Inventory[2]/InventoryHead/orderNo", "Inventory[2]/InventoryHead/logisticsNo",
            ])
        #expect(same.faults.allSatisfy { $0.fault.flaw == .duplicate(of: 1) })
        #expect(try report(appType: "2").faults.isEmpty)
    }
}
