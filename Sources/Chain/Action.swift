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
        case sealDocument(SealDocument)
        case openDocument(OpenDocument)
        case timeOutClearance(TimeOutClearance)
        case declareGoods(DeclareGoods)
        case ruleOnGoods(RuleOnGoods)
        case amendDocument(AmendDocument)
        case cancelDeclaration(CancelDeclaration)
        case reportReceipt(ReportReceipt)
        case exposeSigner(ExposeSigner)
        case commitReview(CommitReview)
        case revealReview(RevealReview)
        case mintReceivable(MintReceivable)
        case offerReceivable(OfferReceivable)
        case financeReceivable(FinanceReceivable)
        case timeOutReceivable(TimeOutReceivable)

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
            case .sealDocument: SealDocument.number
            case .openDocument: OpenDocument.number
            case .timeOutClearance: TimeOutClearance.number
            case .declareGoods: DeclareGoods.number
            case .ruleOnGoods: RuleOnGoods.number
            case .amendDocument: AmendDocument.number
            case .cancelDeclaration: CancelDeclaration.number
            case .reportReceipt: ReportReceipt.number
            case .exposeSigner: ExposeSigner.number
            case .commitReview: CommitReview.number
            case .revealReview: RevealReview.number
            case .mintReceivable: MintReceivable.number
            case .offerReceivable: OfferReceivable.number
            case .financeReceivable: FinanceReceivable.number
            case .timeOutReceivable: TimeOutReceivable.number
            }
        }
    }
}

extension Action: WireCodable {
    public init(from bytes: Span<UInt8>, at cursor: inout WireCursor) throws(WireError) {
        source = try cursor.optionalFixed(1, "source", of: bytes)
        let start = cursor.offset
        guard let number = try cursor.nextField(of: bytes) else {
            throw WireError(.missing, at: start).inside("kind")
        }
        guard let kind = try Kind.read(number, from: bytes, at: &cursor) else {
            throw WireError(.unknownCase(UInt64(number)), at: cursor.offset).inside("kind")
        }
        self.kind = kind
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
