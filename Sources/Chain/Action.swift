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
    /// A new kind is one new file, one line here, and one line in `Action+Rules.swift` and in
    /// `Action+Decoding.swift`. Numbers from 32 belong to trade.
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
            writer.message(Payment.number, payment)
        } else {
            writer.message(kind.number, kind.rules)
        }
    }
}
