public import Trade

extension MatchRule {
    /// The field that must agree and the documents that hold it; `nil` for rules on more than that.
    var comparison: (MatchField, [MatchDocumentKind])? {
        switch self {
        case .orderNumber: (.orderNumber, [.order, .payment, .waybill, .list])
        case .platform: (.platform, [.order, .payment, .list])
        case .merchant: (.merchant, [.order, .list])
        case .payCompany: (.payCompany, [.order, .payment])
        case .payTransaction: (.payTransaction, [.order, .payment])
        case .payerName: (.buyerName, [.order, .payment])
        case .payerIdentity: (.buyerIdentity, [.order, .payment])
        case .buyerName: (.buyerName, [.order, .list])
        case .buyerIdentity: (.buyerIdentity, [.order, .list])
        case .buyerTelephone: (.buyerTelephone, [.order, .list])
        case .paidAmount: (.paid, [.order, .payment])
        case .consignee: (.consignee, [.order, .waybill])
        case .consigneeTelephone: (.consigneeTelephone, [.order, .waybill])
        case .consigneeAddress: (.consigneeAddress, [.order, .waybill, .list])
        case .logisticsNumber: (.logisticsNumber, [.waybill, .list])
        case .logisticsCompany: (.logisticsCompany, [.waybill, .list])
        case .currency, .itemCount, .itemMismatch, .lineTotal, .goodsSum, .paidArithmetic,
            .singleLimit, .fullRateSingleItem, .annualLimit, .packageCount, .netOverGross:
            nil
        }
    }

    /// What to do when the rule fails.
    public var advice: String {
        switch self {
        case .orderNumber: "Give all four documents the number of the order that was paid."
        case .platform: "Use the platform's customs registration code in order, payment and list."
        case .merchant: "Use the merchant's customs registration code in order and list."
        case .payCompany: "Name in the order the company through which the buyer paid."
        case .payTransaction: "Copy the transaction number from the payment into the order."
        case .payerName, .payerIdentity:
            "The buyer must pay in person: correct the order, or have the buyer pay again."
        case .buyerName, .buyerIdentity, .buyerTelephone:
            "Copy the buyer from the order into the list; if the order is wrong, change it first."
        case .paidAmount: "Order and payment must show the same amount, to the cent."
        case .consignee, .consigneeTelephone:
            "Copy the consignee from the order into the waybill; the carrier sends a change."
        case .consigneeAddress: "Copy the address from the order into waybill and list."
        case .logisticsNumber: "Put the number of this waybill into the list."
        case .logisticsCompany: "Put the carrier that issued the waybill into the list."
        case .currency: "State every amount in yuan, currency code 142."
        case .itemCount: "Declare each line of the order once, with the same line numbers."
        case .itemMismatch: "Copy the line from the order into the list."
        case .lineTotal: "Correct price, quantity or total of the line."
        case .goodsSum: "goodsValue is the sum of the lines' totals: correct it or the lines."
        case .paidArithmetic:
            "acturalPaid is goodsValue + freight + taxTotal - discount: correct the wrong one."
        case .singleLimit:
            "The order is over the limit: sell less in one order, or declare it as general trade "
                + "(--general compares it without limits)."
        case .fullRateSingleItem:
            "The documents may be right: one piece over the limit passes, at full rates."
        case .annualLimit:
            "The buyer's year is used up: this order must wait, or go as general trade (--general)."
        case .packageCount: "One parcel, one waybill, one list: packNo is 1."
        case .netOverGross: "The net weight cannot exceed the gross weight: weigh again."
        }
    }
}
