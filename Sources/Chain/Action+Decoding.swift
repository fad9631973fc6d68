import Ledger
import Trade
import Wire

// Decoding of actions by area; each function answers `nil` for a number that its area does not have.

extension Action.Kind {
    /// Reads the kind that a field number stands for; `nil` for a number without one.
    static func read(
        _ number: UInt32, from bytes: Span<UInt8>, at cursor: inout WireCursor
    ) throws(WireError) -> Action.Kind? {
        switch number {
        case ..<32: try money(number, from: bytes, at: &cursor)
        case ..<50: try orders(number, from: bytes, at: &cursor)
        case ..<61: try goods(number, from: bytes, at: &cursor)
        case ..<80: try returns(number, from: bytes, at: &cursor)
        case ..<91: try items(number, from: bytes, at: &cursor)
        case ..<100: try clearance(number, from: bytes, at: &cursor)
        default: try credit(number, from: bytes, at: &cursor)
        }
    }

    /// Accounts, assets and payments: below 32.
    private static func money(
        _ number: UInt32, from bytes: Span<UInt8>, at cursor: inout WireCursor
    ) throws(WireError) -> Action.Kind? {
        switch number {
        case 2: .payment(try cursor.message(2, "payment", of: bytes))
        case 3: .refund(try cursor.message(3, "refund", of: bytes))
        case 4: .createAsset(try cursor.message(4, "create_asset", of: bytes))
        case 5: .mint(try cursor.message(5, "mint", of: bytes))
        case 6: .burn(try cursor.message(6, "burn", of: bytes))
        case 7: .freeze(try cursor.message(7, "freeze", of: bytes))
        case 8: .authorise(try cursor.message(8, "authorise", of: bytes))
        case 9: .clawback(try cursor.message(9, "clawback", of: bytes))
        case 10: .giveUpPower(try cursor.message(10, "give_up_power", of: bytes))
        case 11: .setSigners(try cursor.message(11, "set_signers", of: bytes))
        case 12: .setReceivePolicy(try cursor.message(12, "set_receive_policy", of: bytes))
        case 13: .closeBalance(try cursor.message(13, "close_balance", of: bytes))
        case 14: .closeReceipt(try cursor.message(14, "close_receipt", of: bytes))
        case 15: .changeValidators(try cursor.message(15, "change_validators", of: bytes))
        case 16: .collect(try cursor.message(16, "collect", of: bytes))
        case 17: .approveValidators(try cursor.message(17, "approve_validators", of: bytes))
        default: nil
        }
    }

    /// Parties and orders: 32 to 49.
    private static func orders(
        _ number: UInt32, from bytes: Span<UInt8>, at cursor: inout WireCursor
    ) throws(WireError) -> Action.Kind? {
        switch number {
        case Attest.number:
            .attest(try cursor.message(Attest.number, "attest", of: bytes))
        case RevokeAttestation.number:
            .revokeAttestation(
                try cursor.message(RevokeAttestation.number, "revoke_attestation", of: bytes))
        case PostQuote.number:
            .postQuote(try cursor.message(PostQuote.number, "post_quote", of: bytes))
        case WithdrawQuote.number:
            .withdrawQuote(
                try cursor.message(WithdrawQuote.number, "withdraw_quote", of: bytes))
        case PlaceOrder.number:
            .placeOrder(try cursor.message(PlaceOrder.number, "place_order", of: bytes))
        case PayDeposit.number:
            .payDeposit(try cursor.message(PayDeposit.number, "pay_deposit", of: bytes))
        case Produce.number:
            .produce(try cursor.message(Produce.number, "produce", of: bytes))
        case Ship.number:
            .ship(try cursor.message(Ship.number, "ship", of: bytes))
        case CancelOrder.number:
            .cancelOrder(try cursor.message(CancelOrder.number, "cancel_order", of: bytes))
        case TimeOutOrder.number:
            .timeOutOrder(try cursor.message(TimeOutOrder.number, "time_out_order", of: bytes))
        case Deliver.number:
            .deliver(try cursor.message(Deliver.number, "deliver", of: bytes))
        case ConfirmOrder.number:
            .confirmOrder(try cursor.message(ConfirmOrder.number, "confirm_order", of: bytes))
        case DisputeOrder.number:
            .disputeOrder(try cursor.message(DisputeOrder.number, "dispute_order", of: bytes))
        case SettleOrder.number:
            .settleOrder(try cursor.message(SettleOrder.number, "settle_order", of: bytes))
        case GiveVerdict.number:
            .giveVerdict(try cursor.message(GiveVerdict.number, "give_verdict", of: bytes))
        case CounterDispute.number:
            .counterDispute(
                try cursor.message(CounterDispute.number, "counter_dispute", of: bytes))
        case MeltDeposits.number:
            .meltDeposits(try cursor.message(MeltDeposits.number, "melt_deposits", of: bytes))
        case PostDocuments.number:
            .postDocuments(
                try cursor.message(PostDocuments.number, "post_documents", of: bytes))
        default: nil
        }
    }

    /// Transport documents, custody and duty: 50 to 60.
    private static func goods(
        _ number: UInt32, from bytes: Span<UInt8>, at cursor: inout WireCursor
    ) throws(WireError) -> Action.Kind? {
        switch number {
        case SwapDocument.number:
            .swapDocument(try cursor.message(SwapDocument.number, "swap_document", of: bytes))
        case TransferDocument.number:
            .transferDocument(
                try cursor.message(TransferDocument.number, "transfer_document", of: bytes))
        case SurrenderDocument.number:
            .surrenderDocument(
                try cursor.message(SurrenderDocument.number, "surrender_document", of: bytes))
        case TenderParcel.number:
            .tenderParcel(try cursor.message(TenderParcel.number, "tender_parcel", of: bytes))
        case AcceptParcel.number:
            .acceptParcel(try cursor.message(AcceptParcel.number, "accept_parcel", of: bytes))
        case RecordTransit.number:
            .recordTransit(
                try cursor.message(RecordTransit.number, "record_transit", of: bytes))
        case HoldParcel.number:
            .holdParcel(try cursor.message(HoldParcel.number, "hold_parcel", of: bytes))
        case ResumeParcel.number:
            .resumeParcel(try cursor.message(ResumeParcel.number, "resume_parcel", of: bytes))
        case RefuseParcel.number:
            .refuseParcel(try cursor.message(RefuseParcel.number, "refuse_parcel", of: bytes))
        case ReleaseGoods.number:
            .releaseGoods(try cursor.message(ReleaseGoods.number, "release_goods", of: bytes))
        case TimeOutDuty.number:
            .timeOutDuty(try cursor.message(TimeOutDuty.number, "time_out_duty", of: bytes))
        default: nil
        }
    }

    /// Returns: 61 to 79.
    private static func returns(
        _ number: UInt32, from bytes: Span<UInt8>, at cursor: inout WireCursor
    ) throws(WireError) -> Action.Kind? {
        switch number {
        case RequestReturn.number:
            .requestReturn(
                try cursor.message(RequestReturn.number, "request_return", of: bytes))
        case AuthoriseReturn.number:
            .authoriseReturn(
                try cursor.message(AuthoriseReturn.number, "authorise_return", of: bytes))
        case RefuseReturn.number:
            .refuseReturn(try cursor.message(RefuseReturn.number, "refuse_return", of: bytes))
        case KeepWithDiscount.number:
            .keepWithDiscount(
                try cursor.message(KeepWithDiscount.number, "keep_with_discount", of: bytes))
        case ShipBack.number:
            .shipBack(try cursor.message(ShipBack.number, "ship_back", of: bytes))
        case FileReturn.number:
            .fileReturn(try cursor.message(FileReturn.number, "file_return", of: bytes))
        case ReceiveReturn.number:
            .receiveReturn(
                try cursor.message(ReceiveReturn.number, "receive_return", of: bytes))
        case InspectReturn.number:
            .inspectReturn(
                try cursor.message(InspectReturn.number, "inspect_return", of: bytes))
        case RefundReturn.number:
            .refundReturn(try cursor.message(RefundReturn.number, "refund_return", of: bytes))
        case RedirectReturn.number:
            .redirectReturn(
                try cursor.message(RedirectReturn.number, "redirect_return", of: bytes))
        case AcceptReturn.number:
            .acceptReturn(try cursor.message(AcceptReturn.number, "accept_return", of: bytes))
        case TimeOutReturn.number:
            .timeOutReturn(
                try cursor.message(TimeOutReturn.number, "time_out_return", of: bytes))
        default: nil
        }
    }

    /// Items: 80 to 90.
    private static func items(
        _ number: UInt32, from bytes: Span<UInt8>, at cursor: inout WireCursor
    ) throws(WireError) -> Action.Kind? {
        switch number {
        case BeginItems.number:
            .beginItems(try cursor.message(BeginItems.number, "begin_items", of: bytes))
        case ObserveItems.number:
            .observeItems(try cursor.message(ObserveItems.number, "observe_items", of: bytes))
        case JoinItems.number:
            .joinItems(try cursor.message(JoinItems.number, "join_items", of: bytes))
        case PartItems.number:
            .partItems(try cursor.message(PartItems.number, "part_items", of: bytes))
        case TransformItems.number:
            .transformItems(
                try cursor.message(TransformItems.number, "transform_items", of: bytes))
        case EndItems.number:
            .endItems(try cursor.message(EndItems.number, "end_items", of: bytes))
        case HandOverItems.number:
            .handOverItems(
                try cursor.message(HandOverItems.number, "hand_over_items", of: bytes))
        case ClaimItem.number:
            .claimItem(try cursor.message(ClaimItem.number, "claim_item", of: bytes))
        case DeclareError.number:
            .declareError(try cursor.message(DeclareError.number, "declare_error", of: bytes))
        case RecallItems.number:
            .recallItems(try cursor.message(RecallItems.number, "recall_items", of: bytes))
        case AcknowledgeRecall.number:
            .acknowledgeRecall(
                try cursor.message(AcknowledgeRecall.number, "acknowledge_recall", of: bytes))
        default: nil
        }
    }

    /// Clearance: 91 to 99.
    private static func clearance(
        _ number: UInt32, from bytes: Span<UInt8>, at cursor: inout WireCursor
    ) throws(WireError) -> Action.Kind? {
        switch number {
        case SealDocument.number:
            .sealDocument(try cursor.message(SealDocument.number, "seal_document", of: bytes))
        case OpenDocument.number:
            .openDocument(try cursor.message(OpenDocument.number, "open_document", of: bytes))
        case TimeOutClearance.number:
            .timeOutClearance(
                try cursor.message(TimeOutClearance.number, "time_out_clearance", of: bytes))
        case DeclareGoods.number:
            .declareGoods(try cursor.message(DeclareGoods.number, "declare_goods", of: bytes))
        case RuleOnGoods.number:
            .ruleOnGoods(try cursor.message(RuleOnGoods.number, "rule_on_goods", of: bytes))
        case AmendDocument.number:
            .amendDocument(try cursor.message(AmendDocument.number, "amend_document", of: bytes))
        case CancelDeclaration.number:
            .cancelDeclaration(
                try cursor.message(CancelDeclaration.number, "cancel_declaration", of: bytes))
        case ReportReceipt.number:
            .reportReceipt(try cursor.message(ReportReceipt.number, "report_receipt", of: bytes))
        case ExposeSigner.number:
            .exposeSigner(try cursor.message(ExposeSigner.number, "expose_signer", of: bytes))
        default: nil
        }
    }

    /// Credit: from 100 on.
    private static func credit(
        _ number: UInt32, from bytes: Span<UInt8>, at cursor: inout WireCursor
    ) throws(WireError) -> Action.Kind? {
        switch number {
        case CommitReview.number:
            .commitReview(try cursor.message(CommitReview.number, "commit_review", of: bytes))
        case RevealReview.number:
            .revealReview(try cursor.message(RevealReview.number, "reveal_review", of: bytes))
        case MintReceivable.number:
            .mintReceivable(try cursor.message(MintReceivable.number, "mint_receivable", of: bytes))
        case OfferReceivable.number:
            .offerReceivable(
                try cursor.message(OfferReceivable.number, "offer_receivable", of: bytes))
        case FinanceReceivable.number:
            .financeReceivable(
                try cursor.message(FinanceReceivable.number, "finance_receivable", of: bytes))
        case TimeOutReceivable.number:
            .timeOutReceivable(
                try cursor.message(TimeOutReceivable.number, "time_out_receivable", of: bytes))
        default: nil
        }
    }
}
