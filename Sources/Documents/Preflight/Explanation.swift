import Trade

/// Says what stands where for a failed rule.
struct Explanation {
    /// The most sides that one finding shows.
    static let sideLimit = 12

    let quadruple: DocumentQuadruple
    let limits: MatchLimits
    let used: Figure
    let isGeneral: Bool

    func finding(_ rule: MatchRule) -> RuleFinding {
        RuleFinding(
            rule: rule, sides: Array(sides(of: rule).prefix(Self.sideLimit)), advice: rule.advice)
    }

    private func sides(of rule: MatchRule) -> [RuleFinding.Side] {
        switch rule {
        case .currency: currencies
        case .itemCount:
            [counted(.order), counted(.list)]
        case .itemMismatch: differingLines
        case .lineTotal: wrongTotals
        case .goodsSum:
            [side(.order, "goodsValue"), computed("sum of totalPrice", figures?.goodsComputed)]
        case .paidArithmetic:
            [
                side(.order, "acturalPaid"),
                computed("goodsValue + freight + taxTotal - discount", figures?.paidComputed),
            ]
        case .singleLimit, .fullRateSingleItem:
            [computed("goodsValue + freight", value), computed("limit", limits.single)]
        case .annualLimit:
            [
                computed("used + goodsValue + freight", value?.adding(used)),
                computed("limit", limits.annual),
            ]
        case .packageCount: [side(.waybill, "packNo"), side(.list, "packNo")]
        case .netOverGross: [side(.list, "netWeight"), side(.list, "grossWeight")]
        case .orderNumber, .platform, .merchant, .payCompany, .payTransaction, .payerName,
            .payerIdentity, .buyerName, .buyerIdentity, .buyerTelephone, .paidAmount, .consignee,
            .consigneeTelephone, .consigneeAddress, .logisticsNumber, .logisticsCompany:
            compared(rule)
        }
    }

    private func compared(_ rule: MatchRule) -> [RuleFinding.Side] {
        guard let (field, kinds) = rule.comparison else { return [] }
        return kinds.compactMap { kind in
            DocumentQuadruple.name(of: field, in: kind).map { side(kind, $0) }
        }
    }

    private func side(_ kind: MatchDocumentKind, _ field: String) -> RuleFinding.Side {
        .init(origin: kind.title, field: field, value: quadruple.document(kind).head[field])
    }

    private func computed(_ what: String, _ figure: Figure?) -> RuleFinding.Side {
        .init(origin: "computed", field: what, value: figure?.text)
    }

    private func counted(_ kind: MatchDocumentKind) -> RuleFinding.Side {
        .init(
            origin: kind.title, field: "lines of goods",
            value: String(quadruple.document(kind).lines.count))
    }

    private var figures: OrderFigures? { OrderFigures(quadruple.order) }

    private var value: Figure? { figures.flatMap { $0.goodsValue.adding($0.freight) } }

    private var currencies: [RuleFinding.Side] {
        MatchDocumentKind.allCases.flatMap { kind -> [RuleFinding.Side] in
            let document = quadruple.document(kind)
            let lines = document.lines.enumerated().map { ("line \($0 + 1) ", $1) }
            let records = [("", document.head)] + (kind == .order || kind == .list ? lines : [])
            return records.compactMap { place, record in
                let text = record["currency"]
                guard Normaliser.text(text ?? "") != Array("142".utf8) else { return nil }
                return .init(origin: kind.title, field: place + "currency", value: text)
            }
        }
    }

    private var differingLines: [RuleFinding.Side] {
        let fields = [
            ("gnum", "gnum", true), ("qty", "qty", true), ("price", "price", true),
            ("totalPrice", "totalPrice", true), ("unit", "unit", false),
            ("country", "country", false), ("itemName", "gname", false),
        ]
        var sides: [RuleFinding.Side] = []
        for (index, pair) in zip(quadruple.order.lines, quadruple.list.lines).enumerated() {
            for (ordered, listed, isNumber) in fields {
                let (left, right) = (pair.0[ordered], pair.1[listed])
                let normalise = isNumber ? Normaliser.number : Normaliser.text
                guard normalise(left ?? "") != normalise(right ?? "") else { continue }
                let place = "line \(index + 1) "
                sides.append(.init(origin: "Order", field: place + ordered, value: left))
                sides.append(.init(origin: "List", field: place + listed, value: right))
            }
        }
        return sides
    }

    private var wrongTotals: [RuleFinding.Side] {
        quadruple.order.lines.enumerated().flatMap { index, line -> [RuleFinding.Side] in
            let product = Figure(field: line["price"]).flatMap { price in
                Figure(field: line["qty"]).flatMap(price.times)
            }
            guard product == nil || product != Figure(field: line["totalPrice"]) else { return [] }
            return [
                .init(
                    origin: "Order", field: "line \(index + 1) totalPrice",
                    value: line["totalPrice"]),
                computed("line \(index + 1) price × qty", product),
            ]
        }
    }
}

extension Explanation {
    /// Values that agree once normalised and are written differently, and numbers that look mistyped.
    var notices: [String] {
        differentlyWritten + mistypedIdentity + DeclarantNotes(quadruple, isGeneral: isGeneral).all
    }

    private var differentlyWritten: [String] {
        MatchRule.allCases.compactMap { rule -> String? in
            guard let (field, kinds) = rule.comparison else { return nil }
            let found = kinds.compactMap { kind -> (raw: String, bytes: [UInt8])? in
                guard let name = DocumentQuadruple.name(of: field, in: kind),
                    let raw = quadruple.document(kind).head[name],
                    let bytes = DocumentQuadruple.normalised(raw, field)
                else { return nil }
                return (raw, bytes)
            }
            guard let first = found.first, found.allSatisfy({ $0.bytes == first.bytes }),
                let other = found.first(where: { $0.raw != first.raw })
            else { return nil }
            let isNumber =
                Figure(Array(first.raw.utf8)) != nil && Figure(Array(other.raw.utf8)) != nil
            guard !(isNumber && field == .paid) else { return nil }
            return
                "\(rule.name): `\(first.raw)` and `\(other.raw)` are the same, written differently; "
                + "write them alike, since not everyone compares as carefully."
        }
    }

    private var mistypedIdentity: [String] {
        let head = quadruple.order.head
        guard head["buyerIdType"] == "1", let number = head["buyerIdNumber"] else { return [] }
        let text = String(decoding: Normaliser.identity(number), as: UTF8.self)
        guard !ResidentIdentity.isValid(text) else { return [] }
        return ["buyerIdNumber `\(number)`: its check digit or date is wrong; ask the buyer again."]
    }
}

extension Figure {
    /// The canonical text.
    var text: String { String(decoding: canonical, as: UTF8.self) }
}
