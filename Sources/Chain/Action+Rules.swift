public import Ledger
import Trade

extension Action.Kind {
    /// The kind's own rules.
    public var rules: any ActionKind {
        switch self {
        case .payment(let kind): kind
        case .refund(let kind): kind
        case .createAsset(let kind): kind
        case .mint(let kind): kind
        case .burn(let kind): kind
        case .freeze(let kind): kind
        case .authorise(let kind): kind
        case .clawback(let kind): kind
        case .giveUpPower(let kind): kind
        case .setSigners(let kind): kind
        case .setReceivePolicy(let kind): kind
        case .closeBalance(let kind): kind
        case .closeReceipt(let kind): kind
        case .changeValidators(let kind): kind
        case .collect(let kind): kind
        case .approveValidators(let kind): kind
        case .attest(let kind): kind
        case .revokeAttestation(let kind): kind
        case .postQuote(let kind): kind
        case .withdrawQuote(let kind): kind
        case .placeOrder(let kind): kind
        case .payDeposit(let kind): kind
        case .produce(let kind): kind
        case .ship(let kind): kind
        case .cancelOrder(let kind): kind
        case .timeOutOrder(let kind): kind
        case .deliver(let kind): kind
        case .confirmOrder(let kind): kind
        case .disputeOrder(let kind): kind
        case .settleOrder(let kind): kind
        case .giveVerdict(let kind): kind
        case .counterDispute(let kind): kind
        case .meltDeposits(let kind): kind
        case .postDocuments(let kind): kind
        case .swapDocument(let kind): kind
        case .transferDocument(let kind): kind
        case .surrenderDocument(let kind): kind
        case .tenderParcel(let kind): kind
        case .acceptParcel(let kind): kind
        case .recordTransit(let kind): kind
        case .holdParcel(let kind): kind
        case .resumeParcel(let kind): kind
        case .refuseParcel(let kind): kind
        case .releaseGoods, .timeOutDuty, .requestReturn, .authoriseReturn, .refuseReturn,
            .keepWithDiscount, .shipBack, .fileReturn, .receiveReturn, .inspectReturn,
            .refundReturn, .redirectReturn, .acceptReturn, .timeOutReturn, .beginItems,
            .observeItems, .joinItems, .partItems, .transformItems, .endItems, .handOverItems,
            .claimItem, .declareError, .recallItems, .acknowledgeRecall, .sealDocument,
            .openDocument, .timeOutClearance, .declareGoods, .ruleOnGoods, .amendDocument,
            .cancelDeclaration, .reportReceipt, .exposeSigner, .commitReview, .revealReview,
            .mintReceivable, .offerReceivable, .financeReceivable, .timeOutReceivable:
            goodsRules
        }
    }

    /// The rules of what happens to goods: customs, returns, items, documents, credit.
    private var goodsRules: any ActionKind {
        switch self {
        case .releaseGoods(let kind): kind
        case .timeOutDuty(let kind): kind
        case .requestReturn(let kind): kind
        case .authoriseReturn(let kind): kind
        case .refuseReturn(let kind): kind
        case .keepWithDiscount(let kind): kind
        case .shipBack(let kind): kind
        case .fileReturn(let kind): kind
        case .receiveReturn(let kind): kind
        case .inspectReturn(let kind): kind
        case .refundReturn(let kind): kind
        case .redirectReturn(let kind): kind
        case .acceptReturn(let kind): kind
        case .timeOutReturn(let kind): kind
        case .beginItems(let kind): kind
        case .observeItems(let kind): kind
        case .joinItems(let kind): kind
        case .partItems(let kind): kind
        case .transformItems(let kind): kind
        case .endItems(let kind): kind
        case .handOverItems(let kind): kind
        case .claimItem(let kind): kind
        case .declareError(let kind): kind
        case .recallItems(let kind): kind
        case .acknowledgeRecall(let kind): kind
        case .sealDocument(let kind): kind
        case .openDocument(let kind): kind
        case .timeOutClearance(let kind): kind
        case .declareGoods(let kind): kind
        case .ruleOnGoods(let kind): kind
        case .amendDocument(let kind): kind
        case .cancelDeclaration(let kind): kind
        case .reportReceipt(let kind): kind
        case .exposeSigner(let kind): kind
        case .commitReview(let kind): kind
        case .revealReview(let kind): kind
        case .mintReceivable(let kind): kind
        case .offerReceivable(let kind): kind
        case .financeReceivable(let kind): kind
        case .timeOutReceivable(let kind): kind
        case .payment, .refund, .createAsset, .mint, .burn, .freeze, .authorise, .clawback,
            .giveUpPower, .setSigners, .setReceivePolicy, .closeBalance, .closeReceipt,
            .changeValidators, .collect, .approveValidators, .attest, .revokeAttestation,
            .postQuote, .withdrawQuote, .placeOrder, .payDeposit, .produce, .ship,
            .cancelOrder, .timeOutOrder, .deliver, .confirmOrder, .disputeOrder, .settleOrder,
            .giveVerdict, .counterDispute, .meltDeposits, .postDocuments, .swapDocument,
            .transferDocument, .surrenderDocument, .tenderParcel, .acceptParcel,
            .recordTransit, .holdParcel, .resumeParcel, .refuseParcel:
            preconditionFailure("these have their line above")
        }
    }

    /// The field of the action that holds the kind, which is also the kind's number.
    public var number: UInt32 { type(of: rules).number }
}
