import Testing
import Trade

@Suite("Three-document match")
struct ThreeDocumentMatchTests {
    @Test("Documents that agree fail no rule, in the clear and as commitments")
    func agreement() {
        #expect(Parcel().clear.failedRules == [])
        #expect(Parcel().sealed().failedRules == [])
    }

    /// One change and the one rule that it breaks.
    struct Change: CustomTestStringConvertible, Sendable {
        let rule: MatchRule
        let document: MatchDocumentKind
        let field: MatchField
        let value: [UInt8]?

        init(
            _ rule: MatchRule, _ document: MatchDocumentKind, _ field: MatchField,
            _ value: [UInt8]? = [0x58]
        ) {
            self.rule = rule
            self.document = document
            self.field = field
            self.value = value
        }

        var testDescription: String { "\(rule.name) by \(document).\(field)" }

        func apply(to parcel: inout Parcel) {
            switch document {
            case .order: parcel.order = parcel.order.setting(field, to: value)
            case .payment: parcel.payment = parcel.payment.setting(field, to: value)
            case .waybill: parcel.waybill = parcel.waybill.setting(field, to: value)
            case .list: parcel.list = parcel.list.setting(field, to: value)
            }
        }
    }

    static let changes: [Change] = [
        Change(.orderNumber, .payment, .orderNumber), Change(.orderNumber, .waybill, .orderNumber),
        Change(.orderNumber, .list, .orderNumber), Change(.platform, .payment, .platform),
        Change(.platform, .list, .platform), Change(.merchant, .list, .merchant),
        Change(.payCompany, .payment, .payCompany),
        Change(.payTransaction, .payment, .payTransaction),
        Change(.payerName, .payment, .buyerName), Change(.payerIdentity, .payment, .buyerIdentity),
        Change(.buyerName, .list, .buyerName), Change(.buyerIdentity, .list, .buyerIdentity),
        Change(.buyerTelephone, .list, .buyerTelephone), Change(.paidAmount, .payment, .paid),
        Change(.consignee, .waybill, .consignee),
        Change(.consigneeTelephone, .waybill, .consigneeTelephone),
        Change(.consigneeAddress, .waybill, .consigneeAddress),
        Change(.consigneeAddress, .list, .consigneeAddress),
        Change(.logisticsNumber, .list, .logisticsNumber),
        Change(.logisticsCompany, .waybill, .logisticsCompany),
        Change(.currency, .payment, .currency, Array("502".utf8)),
        Change(.currency, .list, .currency, Array("142,502".utf8)),
        Change(.itemCount, .list, .lineCount), Change(.lineTotal, .order, .lineTotalsComputed),
        Change(.lineTotal, .list, .lineTotalsComputed), Change(.goodsSum, .order, .goodsComputed),
        Change(.goodsSum, .list, .goodsComputed), Change(.paidArithmetic, .order, .paidComputed),
        Change(.paidArithmetic, .list, .paidComputed),
        Change(.singleLimit, .order, .singleLimit, LimitVerdict.over.bytes),
        Change(.singleLimit, .list, .singleLimit, LimitVerdict.overWithOnePiece.bytes),
        Change(.annualLimit, .list, .annualLimit, LimitVerdict.over.bytes),
        Change(.packageCount, .waybill, .packageCount, [0x32]),
        Change(.netOverGross, .list, .netWeight, LimitVerdict.over.bytes),
        Change(.orderNumber, .waybill, .orderNumber, nil),
        Change(.consignee, .order, .consignee, nil),
        Change(.currency, .waybill, .currency, nil),
        Change(.payCompany, .payment, .payCompany, nil),
    ]

    @Test(
        "A change breaks its rule and no other, in the clear and as commitments", arguments: changes
    )
    func oneChange(_ change: Change) {
        var parcel = Parcel()
        change.apply(to: &parcel)
        #expect(parcel.clear.failedRules == [change.rule])
        #expect(parcel.sealed().failedRules == [change.rule])
    }

    @Test("Every rule but the full rate is broken by some change of the table, or by lines")
    func coverage() {
        let covered = Set(Self.changes.map(\.rule)).union([.itemMismatch, .fullRateSingleItem])
        #expect(covered == Set(MatchRule.allCases))
    }

    @Test("An order that names no payment company is held to none")
    func unnamedPayment() {
        var parcel = Parcel()
        parcel.order = parcel.order.setting(.payCompany, to: nil)
        parcel.order = parcel.order.setting(.payTransaction, to: nil)
        parcel.payment = parcel.payment.setting(.payCompany, to: [0x59])
        #expect(parcel.clear.failedRules == [])
        #expect(parcel.sealed().failedRules == [])
    }

    @Test("Lines that differ are a mismatch; a different number of lines is only that")
    func lines() {
        var parcel = Parcel()
        parcel.list = parcel.list.withLines([Parcel.line(0), Parcel.line(2)])
        #expect(parcel.clear.failedRules == [.itemMismatch])
        #expect(parcel.sealed().failedRules == [.itemMismatch])
        parcel.list = parcel.list.withLines([Parcel.line(0)])
            .setting(.lineCount, to: Array("1".utf8))
        #expect(parcel.clear.failedRules == [.itemCount])
        #expect(parcel.sealed().failedRules == [.itemCount])
    }

    @Test("Both signers saying one piece is full rates, not a fault")
    func fullRate() {
        let dear = OrderFigures(
            lines: [.init(quantity: Figure(1), price: Figure(6_000), total: Figure(6_000))],
            goodsValue: Figure(6_000), freight: .zero, tax: .zero, discount: .zero,
            paid: Figure(6_000))
        #expect(Parcel(figures: dear).clear.failedRules == [.fullRateSingleItem])
        #expect(Parcel(figures: dear).sealed().failedRules == [.fullRateSingleItem])
        #expect(!MatchRule.fullRateSingleItem.isFault)
        let used = Parcel(figures: dear, used: Figure(20_001)).sealed().failedRules
        #expect(used == [.fullRateSingleItem, .annualLimit])
    }

    @Test("Arithmetic that is wrong in the order is found through commitments alone")
    func arithmetic() {
        let wrong = OrderFigures(
            lines: [.init(quantity: Figure(3), price: Figure(100), total: Figure(301))],
            goodsValue: Figure(300), freight: Figure(1), tax: .zero, discount: .zero,
            paid: Figure(300))
        let parcel = Parcel(figures: wrong)
        #expect(parcel.clear.failedRules == [.lineTotal, .goodsSum, .paidArithmetic])
        #expect(parcel.sealed().failedRules == [.lineTotal, .goodsSum, .paidArithmetic])
    }

    @Test("A seller who lies about a sum needs the agent to lie too, and customs sees both")
    func collusion() {
        let wrong = OrderFigures(
            lines: [.init(quantity: Figure(1), price: Figure(100), total: Figure(100))],
            goodsValue: Figure(100), freight: Figure(1), tax: .zero, discount: .zero,
            paid: Figure(100))
        let honest = Parcel(figures: wrong)
        var parcel = honest
        parcel.order = parcel.order.setting(.paidComputed, to: Figure(100).canonical)
        #expect(parcel.sealed().failedRules == [.paidArithmetic])
        parcel.list = parcel.list.setting(.paidComputed, to: Figure(100).canonical)
        #expect(parcel.sealed().failedRules == [])
        let published = parcel.sealed()
        let recomputed = honest.sealed()
        #expect(published.order.differences(from: recomputed.order) == [.field(.paidComputed)])
        #expect(published.list.differences(from: recomputed.list) == [.field(.paidComputed)])
    }

    @Test(
        "A document that lacks a field, has one too many, or lines it may not have is not complete")
    func completeness() {
        let order = Parcel().sealed().order
        let again = MatchDocument<Commitment>(
            complete: .order, values: order.values, lines: order.lines)
        #expect(again == order)
        for index in order.values.indices {
            var values = order.values
            values[index] = nil
            let isOptional = MatchDocumentKind.order.fields[index].isOptional(in: .order)
            let document = MatchDocument<Commitment>(
                complete: .order, values: values, lines: order.lines)
            #expect((document != nil) == isOptional)
        }
        let long = order.values + [nil]
        #expect(
            MatchDocument<Commitment>(complete: .order, values: long, lines: order.lines) == nil)
        let waybill = Parcel().sealed().waybill
        #expect(
            MatchDocument<Commitment>(
                complete: .waybill, values: waybill.values, lines: order.lines) == nil)
    }

    @Test("Rule names are those of the labelled cases, each once")
    func names() {
        #expect(Set(MatchRule.allCases.map(\.name)).count == 27)
        #expect(MatchRule.paidAmount.name == "PAID_AMOUNT")
    }
}
