import Chain
import Ledger
import Primitives
import Trade
import Wire

/// Records of trade and terms under their names in `trade.proto`, with values of each.
extension Format {
    static let trade: [Format] = [
        Format("argosy.trade.Attestation", Attestation.self),
        Format("argosy.trade.Terms", Terms.self),
        Format("argosy.trade.Quote", Quote.self),
        Format("argosy.trade.Order", Order.self),
        Format("argosy.trade.Parcel", Parcel.self),
        Format("argosy.trade.TransportDocument", TransportDocument.self),
        Format("argosy.trade.DutyLock", DutyLock.self),
        Format("argosy.trade.Return", Return.self),
        Format("argosy.trade.Clearance", Clearance.self),
        Format("argosy.trade.OpenedDocument", OpenedDocument.self),
        Format("argosy.trade.Review", Review.self),
        Format("argosy.trade.Receivable", Receivable.self),
        Format("argosy.trade.SealedDocument", SealedDocument.self),
        Format("argosy.trade.QuotaReceipt", QuotaReceipt.self),
        Format("argosy.trade.FieldDisclosure", FieldDisclosure.self),
        Format("argosy.chain.Action", Action.self),
    ]
}
