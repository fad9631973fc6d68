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
    public var scoreWeight: UInt64
    public var credit: String
}

extension StateView {
    /// The most steps of a party that are read for one answer.
    static var creditStepLimit: UInt64 { 10_000 }

    /// Reads the journal of a party, and the orders, duties and receivables that it names.
    func credit(_ text: String, at now: Timestamp) async throws -> CreditAnswer {
        let party: AccountID = try Self.read(text, "an account")
        let id = LeafID.record(RecordID(PartyRecord.id(of: party), of: PartyRecord.self))
        let (leaf, height) = try await look(at: id, as: RecordLeaf.self)
        guard let leaf else {
            throw FailureAnswer("unknown", "The network has no trade of that party.")
        }
        guard leaf.journal.count <= Self.creditStepLimit else {
            throw FailureAnswer("limit", "The party has more than \(Self.creditStepLimit) steps.")
        }
        let record = try PartyRecord(wire: leaf.content)
        let events = try await journal(id, leaf.journal)
        let steps = try events.map { try RecordEvent(wire: $0.event) }
        var history = PartyHistory(steps)
        for order in history.orders.keys.sorted() { try await read(order, of: party, &history) }
        return CreditAnswer(record, history, at: now, height)
    }

    private func read(
        _ order: Digest, of party: AccountID, _ history: inout PartyHistory
    ) async throws {
        func content<Content: RecordContent>(
            _ id: Digest, _ type: Content.Type
        ) async throws -> Content? {
            let leaf = try await look(
                at: .record(RecordID(id, of: type)), as: RecordLeaf.self
            ).value
            return try leaf.map { try Content(wire: $0.content) }
        }
        guard let found = try await content(order, Order.self) else { return }
        let duty = try await content(order, DutyLock.self)
        let token = try await content(Receivable.id(of: order), Receivable.self)
        history.take(found, order, duty: duty, token: token, of: party)
    }
}

/// What the steps of a party's journal lead to.
struct PartyHistory {
    struct Noted {
        var ended: Timestamp?
        var isDisputed = false
    }

    /// By order.
    private(set) var orders: [Digest: Noted] = [:]
    private(set) var stars: [UInt32] = []
    let count: UInt64
    private(set) var facts: [AssetID: [TradeFact]] = [:]
    private(set) var outstanding: [AssetID: Amount] = [:]

    init(_ steps: [RecordEvent]) {
        count = UInt64(steps.count)
        for step in steps {
            guard let subject = step.subject, let code = PartyArea.read(step.code) else { continue }
            switch code.area {
            case .order where code.number == OrderPhase.disputedNumber:
                orders[subject, default: Noted()].isDisputed = true
            case .order: orders[subject, default: Noted()].ended = step.time
            case .receivable: if orders[subject] == nil { orders[subject] = Noted() }
            case .review: stars.append(code.number)
            case .parcel, .goodsReturn: continue
            }
        }
    }

    mutating func take(
        _ order: Order, _ id: Digest, duty: DutyLock?, token: Receivable?, of party: AccountID
    ) {
        let asset = order.terms.asset
        if let token, token.seller == party, token.hasRecourse, token.state != .settled,
            token.holder != party
        {
            let sum = (outstanding[asset] ?? .zero).adding(saturating: token.rest)
            outstanding[asset] = sum
            if facts[asset] == nil { facts[asset] = [] }
        }
        guard let noted = orders[id], let ended = noted.ended,
            let fact = TradeFact(
                party, id, order, duty: duty, ended: ended, isDisputed: noted.isDisputed)
        else { return }
        facts[asset, default: []].append(fact)
    }
}

extension Amount {
    fileprivate func adding(saturating other: Amount) -> Amount {
        (try? adding(other)) ?? Amount(minorUnits: .max)
    }
}

extension CreditAnswer {
    init(
        _ record: PartyRecord, _ history: PartyHistory, at now: Timestamp, _ height: Height
    ) {
        self.init(
            party: record.account.hex, steps: history.count, disputes: record.disputes,
            defaults: record.defaults, exposures: record.exposures, stars: history.stars,
            height: height.number,
            parts: history.facts.keys.sorted().map { asset in
                CreditPart(
                    asset,
                    CreditReport(
                        history.facts[asset] ?? [],
                        outstanding: history.outstanding[asset] ?? .zero, at: now))
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
            line: String(report.line.minorUnits), inputs: report.inputs.map { CreditLine($0) })
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
            scoreWeight: input.scoreWeight.count,
            credit: String(input.creditAmount.minorUnits))
    }
}
