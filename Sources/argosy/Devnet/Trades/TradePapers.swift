import Documents
import Primitives
import Trade

/// What is wrong with the papers of a trade, and which rules must say so.
enum PaperFault: String, Sendable, CaseIterable {
    /// The payment says a cent more.
    case paid
    /// The payment is of another person.
    case payer
    /// The waybill has another telephone number.
    case telephone
    /// The waybill has another number than the list.
    case waybillNumber
    /// The list calls the first line something else.
    case goods
    /// The list has another buyer.
    case buyer
    /// The order adds up to something else than was paid.
    case sum

    /// Rules that fail, ascending.
    ///
    /// - Source: reference trade 1.5.
    var rules: [MatchRule] {
        switch self {
        case .paid: [.paidAmount]
        case .payer: [.payerName, .payerIdentity]
        case .telephone: [.consigneeTelephone]
        case .waybillNumber: [.logisticsNumber]
        case .goods: [.itemMismatch]
        case .buyer: [.buyerName]
        case .sum: [.paidAmount, .paidArithmetic]
        }
    }

    /// Whose paper is wrong.
    var kind: MatchDocumentKind {
        switch self {
        case .paid, .payer: .payment
        case .telephone, .waybillNumber: .waybill
        case .goods, .buyer: .list
        case .sum: .order
        }
    }

    /// Writes the fault into the document that it is about.
    func spoil(_ document: inout CustomsDocument) {
        switch self {
        case .paid: document.head["amountPaid"] = Self.more(document.head["amountPaid"])
        case .payer:
            let other = TradePerson("somebody else")
            document.head["payerName"] = other.name
            document.head["payerIdNumber"] = other.identity
        case .telephone: document.head["consigneeTelephone"] = "13000000000"
        case .waybillNumber: document.head["logisticsNo"] = "NOT-THIS-ONE"
        case .goods: document.lines[0]["gname"] = "something else"
        case .buyer: document.head["buyerName"] = "Nobody of that name"
        case .sum: document.head["acturalPaid"] = Self.more(document.head["acturalPaid"])
        }
    }

    private static func more(_ text: String?) -> String {
        let cent = Figure(units: 100_000_000)
        let sum = text.flatMap { Figure(Array($0.utf8)) }?.adding(cent) ?? cent
        return String(decoding: sum.canonical, as: UTF8.self)
    }
}

/// The four customs messages of a trade, as their signers write them.
struct TradePapers: Sendable {
    let number: String
    private let trade: PlannedTrade
    private let tariff: TradeTariff
    private let person: TradePerson
    /// Grams.
    private let weight: UInt64

    init(_ trade: PlannedTrade, by tariff: TradeTariff, weight: UInt64) {
        self.trade = trade
        self.tariff = tariff
        self.weight = weight
        person = TradePerson(trade.customer)
        number = Self.number(of: trade)
    }

    /// What people call the order: unlike its id it says which invoice it came from.
    static func number(of trade: PlannedTrade) -> String {
        "ARGOSY-\(trade.number + 1)-\(trade.invoice.prefix(24))"
    }

    /// The documents, with a fault or without.
    func quadruple(with fault: PaperFault?) -> DocumentQuadruple {
        func document(_ kind: MatchDocumentKind) -> CustomsDocument {
            var document = plain(kind)
            if let fault, fault.kind == kind { fault.spoil(&document) }
            return document
        }
        return DocumentQuadruple(
            order: document(.order), payment: document(.payment), waybill: document(.waybill),
            list: document(.list))
    }

    /// The message of one document, as XML.
    func message(_ document: CustomsDocument, _ kind: MatchDocumentKind) -> [UInt8] {
        CustomsWriter.write(
            CustomsMessage(
                kind: kind.message, guid: guid(kind), documents: [document],
                envelope: CustomsEnvelope(
                    transfer: Self.record([
                        ("copCode", Self.agent.code), ("copName", Self.agent.name),
                        ("dxpMode", "DXP"), ("dxpId", "DXPLOCAL0000000001"),
                    ]))))
    }

    private func plain(_ kind: MatchDocumentKind) -> CustomsDocument {
        switch kind {
        case .order: order
        case .payment: payment
        case .waybill: waybill
        case .list: list
        }
    }

    // MARK: Companies of a local network

    private typealias Company = (code: String, name: String)
    private static let platform: Company = ("3100009001", "Argosy local platform")
    private static let merchant: Company = ("3100009002", "Argosy local merchant")
    private static let attester: Company = ("3100009003", "Argosy local payments")
    private static let carrier: Company = ("3100009004", "Argosy local carrier")
    private static let agent: Company = ("3100009005", "Argosy local declarant")

    // MARK: Values

    private static func record(_ fields: [(String, String)]) -> CustomsRecord {
        CustomsRecord(fields.map { CustomsRecord.Field(name: $0.0, text: $0.1) })
    }

    private static func text(_ figure: Figure?) -> String {
        String(decoding: (figure ?? .zero).canonical, as: UTF8.self)
    }

    private var goodsValue: Figure { tariff.figure(pence: trade.pence) }
    private var freight: Figure { tariff.figure(pence: TradeTerms.freight(of: trade.pence)) }
    /// Hundredths to units of 10⁻¹⁰.
    private var tax: Figure { Figure(units: trade.assessment.cost.taxes.count * 100_000_000) }
    private var paid: Figure? { goodsValue.adding(freight)?.adding(tax) }
    private var transaction: String { "PAY-\(number)" }
    private var waybillNumber: String { "WB-\(number)" }

    private var day: String { "\(tariff.day)".filter { $0 != "-" } }

    /// 36 characters, a UUID in capitals that follows from order and kind.
    private func guid(_ kind: MatchDocumentKind) -> String {
        let digest = Digest(hashing: Array("\(number)/\(kind.rawValue)".utf8), in: .message)
        let hex = Array(digest.hex.uppercased().prefix(32))
        return [0..<8, 8..<12, 12..<16, 16..<20, 20..<32].map { String(hex[$0]) }
            .joined(separator: "-")
    }

    private func head(_ kind: MatchDocumentKind) -> [(String, String)] {
        [
            ("guid", guid(kind)), ("appType", "1"), ("appTime", day + "093000"),
            ("appStatus", "2"), ("orderNo", number),
        ]
    }

    // MARK: Documents

    private var order: CustomsDocument {
        let head: [(String, String)] =
            head(.order) + [
                ("orderType", "I"), ("ebpCode", Self.platform.code),
                ("ebpName", Self.platform.name), ("ebcCode", Self.merchant.code),
                ("ebcName", Self.merchant.name), ("goodsValue", Self.text(goodsValue)),
                ("freight", Self.text(freight)), ("discount", "0"),
                ("taxTotal", Self.text(tax)), ("acturalPaid", Self.text(paid)),
                ("currency", "142"), ("buyerRegNo", "U\(trade.number + 1)"),
                ("buyerName", person.name), ("buyerTelephone", person.telephone),
                ("buyerIdType", "1"), ("buyerIdNumber", person.identity),
                ("payCode", Self.attester.code), ("payName", Self.attester.name),
                ("payTransactionId", transaction), ("consignee", person.name),
                ("consigneeTelephone", person.telephone), ("consigneeAddress", person.address),
            ]
        return CustomsDocument(
            head: Self.record(head),
            lines: lines { line, heading in
                [("itemName", "\(heading.name) \(line.stockCode)"), ("unit", "007")]
            })
    }

    private var payment: CustomsDocument {
        let head: [(String, String)] =
            head(.payment) + [
                ("payCode", Self.attester.code), ("payName", Self.attester.name),
                ("payTransactionId", transaction), ("ebpCode", Self.platform.code),
                ("ebpName", Self.platform.name), ("payerIdType", "1"),
                ("payerIdNumber", person.identity), ("payerName", person.name),
                ("amountPaid", Self.text(paid)), ("currency", "142"),
                ("payTime", day + "093105"),
            ]
        return CustomsDocument(head: Self.record(head))
    }

    private var waybill: CustomsDocument {
        let head: [(String, String)] =
            head(.waybill) + [
                ("logisticsCode", Self.carrier.code), ("logisticsName", Self.carrier.name),
                ("logisticsNo", waybillNumber), ("freight", Self.text(freight)),
                ("insuredFee", "0"), ("currency", "142"), ("weight", kilograms(weight)),
                ("packNo", "1"), ("consignee", person.name),
                ("consigneeAddress", person.address), ("consigneeTelephone", person.telephone),
            ]
        return CustomsDocument(head: Self.record(head))
    }

    private var list: CustomsDocument {
        let head: [(String, String)] =
            head(.list) + [
                ("ebpCode", Self.platform.code), ("ebpName", Self.platform.name),
                ("ebcCode", Self.merchant.code), ("ebcName", Self.merchant.name),
                ("logisticsNo", waybillNumber), ("logisticsCode", Self.carrier.code),
                ("logisticsName", Self.carrier.name), ("assureCode", Self.merchant.code),
                ("ieFlag", "I"), ("declTime", day), ("customsCode", "2200"),
                ("portCode", "2200"), ("buyerIdType", "1"),
                ("buyerIdNumber", person.identity), ("buyerName", person.name),
                ("buyerTelephone", person.telephone), ("consigneeAddress", person.address),
                ("agentCode", Self.agent.code), ("agentName", Self.agent.name),
                ("tradeMode", trade.isRetail ? "9610" : "0110"), ("trafMode", "5"),
                ("country", "116"),
                ("freight", Self.text(freight)), ("insuredFee", "0"), ("currency", "142"),
                ("packNo", "1"), ("grossWeight", kilograms(weight)),
                ("netWeight", kilograms(weight - TradeScript.boxWeight)),
            ]
        return CustomsDocument(
            head: Self.record(head),
            lines: lines { line, heading in
                [
                    ("gcode", heading.code), ("gname", "\(heading.name) \(line.stockCode)"),
                    ("unit", "007"), ("qty1", String(line.quantity)), ("unit1", "007"),
                ]
            })
    }

    private func kilograms(_ grams: UInt64) -> String { Self.text(TradeTariff.figure(grams)) }

    /// What order and list both say of each line, and what only one of them does.
    private func lines(
        _ further: (PlannedTrade.Line, TradeTariff.Heading) -> [(String, String)]
    ) -> [CustomsRecord] {
        trade.lines.enumerated().map { place, line in
            let heading = tariff.heading(of: line.stockCode)
            let total = tariff.figure(pence: line.quantity * line.unitPence)
            return Self.record(
                [
                    ("gnum", String(place + 1)), ("itemNo", String(line.stockCode.prefix(20))),
                    ("gmodel", "\(heading.name)|local"), ("qty", String(line.quantity)),
                    ("price", Self.text(tariff.figure(pence: line.unitPence))),
                    ("totalPrice", Self.text(total)), ("currency", "142"),
                    ("country", heading.origin),
                ] + further(line, heading))
        }
    }
}

extension HashDomain {
    /// Names of customs messages.
    static let message = HashDomain("argosy/message")
}
