import Ledger
import LightClient
import Primitives
import Trade
import Wire

/// Score, cost to forge and credit line of a party, computed here from records that were checked.
public struct CreditAnswer: Codable, Sendable, Equatable {
    public var party: String
    /// Steps of the party's journal; all of them were read.
    public var steps: UInt64
    public var disputes: UInt64
    public var defaults: UInt64
    /// Proofs that the party sealed something else than it committed to.
    public var exposures: UInt64
    /// Reviews by others, one number of stars each.
    public var stars: [UInt32]
    /// Who asks; empty when nobody said so, and counterparties then count alike.
    public var viewer: String
    /// Parties whose trades were read to weigh counterparties, and those that were too many.
    public var read: Int
    public var unread: Int
    /// When the party's signers were last set, in milliseconds since 1970; 0 for never.
    public var signersSet: UInt64
    /// The block after which this was all.
    public var height: UInt64
    /// One for each asset in which the party traded.
    public var parts: [CreditPart]
}

/// The trades of a party in one asset, and what follows from them.
public struct CreditPart: Codable, Sendable, Equatable {
    public var asset: String
    /// Millionths, as are all shares here.
    public var score: UInt64
    public var lossRate: UInt64
    public var disputeRate: UInt64
    public var counterparties: Int
    /// Minor units, as decimal text.
    public var costToForge: String
    public var outstanding: String
    public var line: String
    /// The price in the middle of what the party sold.
    public var medianSale: String
    /// Milliseconds that it usually took to ship; absent when it shipped nothing.
    public var medianShipTime: UInt64?
    /// When its first trade ended, milliseconds since 1970; 0 when none did.
    public var firstEnded: UInt64
    public var inputs: [CreditLine]
}

/// One trade, and how much of it counts.
public struct CreditLine: Codable, Sendable, Equatable {
    public var order: String
    public var counterparty: String
    /// `seller` or `buyer`.
    public var side: String
    /// `good`, `neutral` or `bad`.
    public var outcome: String
    /// Milliseconds since 1970.
    public var ended: UInt64
    public var amount: String
    public var cost: String
    public var costWeight: UInt64
    /// How much of what the counterparty's trades cost the viewer's trust reaches.
    public var trust: UInt64
    /// Signs of a trade for the record alone: `circle`, `lightParcel`, `backToSender`, `sameTiming`.
    public var flags: [String]
    public var scoreWeight: UInt64
    public var credit: String
}

extension CreditAnswer {
    init(_ told: PartyTold, _ around: Surroundings, _ question: CreditQuestion) {
        let (record, history) = (told.record, told.history)
        var context = CreditContext()
        context.party = question.party
        context.viewpoint = question.viewpoint
        context.signersSet = told.signersSet
        self.init(
            party: record.account.hex, steps: history.count, disputes: record.disputes,
            defaults: record.defaults, exposures: record.exposures, stars: history.stars,
            viewer: question.viewpoint.viewer?.hex ?? "", read: around.readCount,
            unread: around.unreadCount, signersSet: told.signersSet.milliseconds,
            height: told.height.number,
            parts: history.facts.keys.sorted().map { asset in
                context.graph = around.graphs[asset] ?? TradeGraph()
                return CreditPart(
                    asset,
                    CreditReport(
                        history.facts[asset] ?? [],
                        outstanding: history.outstanding[asset] ?? .zero, at: question.now,
                        context: context))
            })
    }
}

extension CreditPart {
    init(_ asset: AssetID, _ report: CreditReport) {
        self.init(
            asset: asset.hex, score: report.score.count, lossRate: report.lossRate.count,
            disputeRate: report.disputeRate.count, counterparties: report.counterparties,
            costToForge: String(report.costToForge.minorUnits),
            outstanding: String(report.outstanding.minorUnits),
            line: String(report.line.minorUnits),
            medianSale: String(report.medianSale.minorUnits),
            medianShipTime: report.medianShipTime?.milliseconds,
            firstEnded: report.firstEnded.milliseconds,
            inputs: report.inputs.map { CreditLine($0) })
    }
}

extension CreditLine {
    init(_ input: CreditReport.Input) {
        let fact = input.fact
        self.init(
            order: fact.order.hex, counterparty: fact.counterparty.hex,
            side: fact.isSeller ? "seller" : "buyer", outcome: "\(fact.outcome)",
            ended: fact.ended.milliseconds, amount: String(fact.amount.minorUnits),
            cost: String(fact.cost.minorUnits), costWeight: input.costWeight.count,
            trust: input.trust.count, flags: input.flags.names,
            scoreWeight: input.scoreWeight.count,
            credit: String(input.creditAmount.minorUnits))
    }
}
