public import Ledger
import Primitives
public import Trade
public import Wire

/// One change inside a transaction, and whose change it is.
public struct Action: Equatable, Sendable {
    /// Whose action it is when it is not the transaction's account; must sign too (design R5).
    public let source: AccountID?
    public let kind: Kind

    public init(_ kind: Kind, from source: AccountID? = nil) {
        self.source = source
        self.kind = kind
    }

    /// The closed list of what this chain can do.
    ///
    /// A new kind is one new file, and one line in each switch below. Numbers from 32 belong to
    /// trade.
    public enum Kind: Equatable, Sendable {
        case payment(Payment)
        case refund(Refund)
        case createAsset(CreateAsset)
        case mint(Mint)
        case burn(Burn)
        case freeze(Freeze)
        case authorise(Authorise)
        case clawback(Clawback)
        case giveUpPower(GiveUpPower)
        case setSigners(SetSigners)
        case setReceivePolicy(SetReceivePolicy)
        case closeBalance(CloseBalance)
        case closeReceipt(CloseReceipt)
        case changeValidators(ChangeValidators)
        case collect(Collect)
        case approveValidators(ApproveValidators)
        case attest(Attest)
        case revokeAttestation(RevokeAttestation)
        case postQuote(PostQuote)
        case withdrawQuote(WithdrawQuote)
        case placeOrder(PlaceOrder)
        case payDeposit(PayDeposit)
        case produce(Produce)
        case ship(Ship)
        case cancelOrder(CancelOrder)
        case timeOutOrder(TimeOutOrder)
        case deliver(Deliver)
        case confirmOrder(ConfirmOrder)
        case disputeOrder(DisputeOrder)
        case settleOrder(SettleOrder)
        case giveVerdict(GiveVerdict)
        case counterDispute(CounterDispute)
        case meltDeposits(MeltDeposits)
        case postDocuments(PostDocuments)
        case swapDocument(SwapDocument)
        case transferDocument(TransferDocument)
        case surrenderDocument(SurrenderDocument)
        case tenderParcel(TenderParcel)
        case acceptParcel(AcceptParcel)
        case recordTransit(RecordTransit)
        case holdParcel(HoldParcel)
        case resumeParcel(ResumeParcel)
        case refuseParcel(RefuseParcel)
        case releaseGoods(ReleaseGoods)
        case timeOutDuty(TimeOutDuty)
        case requestReturn(RequestReturn)
        case authoriseReturn(AuthoriseReturn)
        case refuseReturn(RefuseReturn)
        case keepWithDiscount(KeepWithDiscount)
        case shipBack(ShipBack)
        case fileReturn(FileReturn)
        case receiveReturn(ReceiveReturn)
        case inspectReturn(InspectReturn)
        case refundReturn(RefundReturn)
        case redirectReturn(RedirectReturn)
        case acceptReturn(AcceptReturn)
        case timeOutReturn(TimeOutReturn)
        case beginItems(BeginItems)
        case observeItems(ObserveItems)
        case joinItems(JoinItems)
        case partItems(PartItems)
        case transformItems(TransformItems)
        case endItems(EndItems)
        case handOverItems(HandOverItems)
        case claimItem(ClaimItem)
        case declareError(DeclareError)
        case recallItems(RecallItems)
        case acknowledgeRecall(AcknowledgeRecall)

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
            }
        }

        /// The field of the action that holds the kind, which is also the kind's number.
        public var number: UInt32 {
            switch self {
            case .payment: 2
            case .refund: 3
            case .createAsset: 4
            case .mint: 5
            case .burn: 6
            case .freeze: 7
            case .authorise: 8
            case .clawback: 9
            case .giveUpPower: 10
            case .setSigners: 11
            case .setReceivePolicy: 12
            case .closeBalance: 13
            case .closeReceipt: 14
            case .changeValidators: 15
            case .collect: 16
            case .approveValidators: ApproveValidators.number
            case .attest: Attest.number
            case .revokeAttestation: RevokeAttestation.number
            case .postQuote: PostQuote.number
            case .withdrawQuote: WithdrawQuote.number
            case .placeOrder: PlaceOrder.number
            case .payDeposit: PayDeposit.number
            case .produce: Produce.number
            case .ship: Ship.number
            case .cancelOrder: CancelOrder.number
            case .timeOutOrder: TimeOutOrder.number
            case .deliver: Deliver.number
            case .confirmOrder: ConfirmOrder.number
            case .disputeOrder: DisputeOrder.number
            case .settleOrder: SettleOrder.number
            case .giveVerdict: GiveVerdict.number
            case .counterDispute: CounterDispute.number
            case .meltDeposits: MeltDeposits.number
            case .postDocuments: PostDocuments.number
            case .swapDocument: SwapDocument.number
            case .transferDocument: TransferDocument.number
            case .surrenderDocument: SurrenderDocument.number
            case .tenderParcel: TenderParcel.number
            case .acceptParcel: AcceptParcel.number
            case .recordTransit: RecordTransit.number
            case .holdParcel: HoldParcel.number
            case .resumeParcel: ResumeParcel.number
            case .refuseParcel: RefuseParcel.number
            case .releaseGoods: ReleaseGoods.number
            case .timeOutDuty: TimeOutDuty.number
            case .requestReturn: RequestReturn.number
            case .authoriseReturn: AuthoriseReturn.number
            case .refuseReturn: RefuseReturn.number
            case .keepWithDiscount: KeepWithDiscount.number
            case .shipBack: ShipBack.number
            case .fileReturn: FileReturn.number
            case .receiveReturn: ReceiveReturn.number
            case .inspectReturn: InspectReturn.number
            case .refundReturn: RefundReturn.number
            case .redirectReturn: RedirectReturn.number
            case .acceptReturn: AcceptReturn.number
            case .timeOutReturn: TimeOutReturn.number
            case .beginItems: BeginItems.number
            case .observeItems: ObserveItems.number
            case .joinItems: JoinItems.number
            case .partItems: PartItems.number
            case .transformItems: TransformItems.number
            case .endItems: EndItems.number
            case .handOverItems: HandOverItems.number
            case .claimItem: ClaimItem.number
            case .declareError: DeclareError.number
            case .recallItems: RecallItems.number
            case .acknowledgeRecall: AcknowledgeRecall.number
            }
        }
    }
}

extension Action: WireCodable {
    public init(from bytes: Span<UInt8>, at cursor: inout WireCursor) throws(WireError) {
        source = try cursor.optionalFixed(1, "source", of: bytes)
        kind =
            switch try cursor.nextField(of: bytes) {
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
            case let number?:
                throw WireError(.unknownCase(UInt64(number)), at: cursor.offset).inside("kind")
            case nil:
                throw WireError(.missing, at: cursor.offset).inside("kind")
            }
    }

    public func encode(into writer: inout WireWriter) {
        writer.fixed(1, source)
        if case .payment(let payment) = kind {
            writer.message(kind.number, payment)
        } else {
            writer.message(kind.number, kind.rules)
        }
    }
}
