public import Ledger
public import Primitives

/// The numbers of reference trade 7.5 and 7.6; whoever evaluates may use others.
public struct CreditRules: Hashable, Sendable {
    /// Trades that are older say nothing about credit.
    public var window = Term.days(180)
    /// In which a trade counts half as much for the credit line.
    public var creditHalfLife = Term.days(90)
    /// The same for the score, by outcome.
    public var goodHalfLife = Term.days(180)
    public var badHalfLife = Term.days(360)
    /// In which trades of the same two count less and less.
    public var pairWindow = Term.days(90)
    /// Of the price: the cost from which a trade counts in full.
    public var costShare = Share(clamping: 20)
    /// Of all that counts: the most from one counterparty.
    public var counterpartyShare = Share(clamping: 200)
    /// Of what counts: the line. // α
    public var lineShare = Share(clamping: 300)

    public init() {}
}

/// What is known beside the party's own trades.
public struct CreditContext: Sendable {
    public var viewpoint = Viewpoint()
    /// Whose report it is; without it nothing is said of circles and trust.
    public var party: AccountID?
    /// Trades of the party and of those around it.
    public var graph = TradeGraph()
    /// When the party's signers were last set; what it did before may have been another's.
    public var signersSet = Timestamp.never

    public init() {}
}

/// Score, cost to forge it, and credit line of a party, with what they were computed from.
///
/// A pure function of records that anybody can read: whoever has the same records and rules has the
/// same report (rule T183).
public struct CreditReport: Hashable, Sendable {
    /// One trade, and how much of it counts.
    public struct Input: Hashable, Sendable {
        public let fact: TradeFact
        /// `min(1, cost / (2 % of the price))`: what it would cost to invent the trade.
        public let costWeight: Millionths
        /// How much of what the counterparty's trades cost the viewer's trust reaches.
        public let trust: Millionths
        public let flags: WashFlags
        /// In the score: cost, trust, flags, how many trades of the same two, age.
        public let scoreWeight: Millionths
        /// In the credit line, before the counterparty's limit.
        public let creditAmount: Amount
    }

    public let inputs: [Input]
    /// Lower bound of the share of good trades, 0 to 1.
    public let score: Millionths
    /// The sum of what cannot come back: what it would cost to forge this history.
    public let costToForge: Amount
    public let line: Amount
    /// Upper bound of the share of trades that were lost.
    public let lossRate: Millionths
    public let counterparties: Int
    /// Disputed trades of all.
    public let disputeRate: Millionths
    /// What the party has sold already and answers for.
    public let outstanding: Amount
    /// The price in the middle of what the party sold and carried out.
    public let medianSale: Amount
    /// The time in the middle that the party took to ship what it sold; `nil` when it shipped nothing.
    public let medianShipTime: Term?
    /// When its first trade ended; ``Ledger/Timestamp/never`` when none did.
    public let firstEnded: Timestamp

    /// Takes every ended trade of a party in one asset, in any order and each once, what it has sold with
    /// recourse, the time of the newest block, and what is known of those around it.
    public init(
        _ facts: [TradeFact], outstanding: Amount, at now: Timestamp,
        rules: CreditRules = CreditRules(), context: CreditContext = CreditContext()
    ) {
        let sorted = facts.sorted { ($0.ended, $0.order) < ($1.ended, $1.order) }
        let loss = Self.upperBound(sorted.count { $0.isLost }, of: sorted.count)
        let trust = context.party.map {
            context.graph.trust(in: sorted, of: $0, seenFrom: context.viewpoint)
        }
        let check = WashCheck(sorted, of: context.party, in: context.graph)
        inputs = sorted.enumerated().map { index, fact in
            Self.input(
                fact, earlier: sorted[..<index], loss: loss,
                trust: trust.map { $0[fact.counterparty] ?? .zero } ?? .one,
                flags: check.flags(of: fact), isOthers: fact.ended < context.signersSet,
                at: now, rules)
        }
        medianSale = Self.median(
            sorted.filter { $0.isSeller && $0.outcome == .good }.map(\.amount))
        let shipTimes = sorted.compactMap { $0.isSeller ? $0.shipTime : nil }.sorted()
        medianShipTime = shipTimes.isEmpty ? nil : shipTimes[(shipTimes.count - 1) / 2]
        firstEnded = sorted.first?.ended ?? .never
        lossRate = loss
        self.outstanding = outstanding
        costToForge = sorted.reduce(Amount.zero) { $0.plus($1.cost) }
        counterparties = Set(sorted.map(\.counterparty)).count
        disputeRate = Millionths(
            UInt128(sorted.count { $0.isDisputed }), of: UInt128(sorted.count), limit: .one)
        score = Self.lowerBound(inputs)
        line = Self.counted(inputs, rules).part(rules.lineShare).less(outstanding)
    }

    private static func input(
        _ fact: TradeFact, earlier: ArraySlice<TradeFact>, loss: Millionths, trust: Millionths,
        flags: WashFlags, isOthers: Bool, at now: Timestamp, _ rules: CreditRules
    ) -> Input {
        let full = fact.amount.part(rules.costShare)
        let weight = Millionths(
            UInt128(fact.cost.minorUnits), of: UInt128(full.minorUnits), limit: .one)
        let age = now.since(fact.ended)
        let ordinal =
            1
            + earlier.count {
                $0.counterparty == fact.counterparty
                    && fact.ended.since($0.ended) <= rules.pairWindow
            }
        // 1/√k, and what time left.
        let rank = Millionths(1, of: UInt128(ordinal), limit: .one).root
        let halfLife = fact.outcome == .bad ? rules.badHalfLife : rules.goodHalfLife
        // A sign of sham lowers what speaks for the party, never what speaks against it; the good
        // name of whoever signed before half remains with the name.
        let isGood = fact.outcome == .good
        let doubt = isGood ? flags.factor.times(isOthers ? Millionths(500_000) : .one) : .one
        let scoreWeight = weight.times(rank).times(trust).times(doubt).times(
            .halving(age, halfLife: halfLife))
        var credit = Amount.zero
        if isGood, fact.isDelivered, fact.isReleased, age <= rules.window, !isOthers {
            credit = fact.amount.part(weight).part(trust).part(doubt).part(
                .halving(age, halfLife: rules.creditHalfLife)
            ).part(Millionths.one.less(loss))
        }
        return Input(
            fact: fact, costWeight: weight, trust: trust, flags: flags,
            scoreWeight: scoreWeight, creditAmount: credit)
    }

    /// What counts for the line once no counterparty brings more than its share of the whole.
    private static func counted(_ inputs: [Input], _ rules: CreditRules) -> Amount {
        let total = inputs.reduce(Amount.zero) { $0.plus($1.creditAmount) }
        let limit = total.part(rules.counterpartyShare)
        var sums: [AccountID: Amount] = [:]
        for input in inputs {
            sums[input.fact.counterparty, default: .zero] =
                (sums[input.fact.counterparty] ?? .zero).plus(input.creditAmount)
        }
        return sums.keys.sorted().reduce(Amount.zero) { sum, key in
            sum.plus(min(sums[key] ?? .zero, limit))
        }
    }

    /// The amount in the middle, the lower of two; nothing of none.
    static func median(_ amounts: [Amount]) -> Amount {
        amounts.isEmpty ? .zero : amounts.sorted()[(amounts.count - 1) / 2]
    }

    /// What a seller may owe before it pays to vanish: twice its usual sale, and no more than his bond
    /// and a fifth of what his history cost him (reference trade 7.6, long con).
    public func prudentPrice(bond: Amount) -> Amount {
        Self.prudentPrice(medianSale: medianSale, costToForge: costToForge, bond: bond)
    }

    /// The same, from an answer that holds the numbers.
    public static func prudentPrice(
        medianSale: Amount, costToForge: Amount, bond: Amount
    ) -> Amount {
        min(medianSale.plus(medianSale), bond.plus(costToForge.part(200, of: 1_000)))
    }

    /// Mean less 1.645 deviations of a beta distribution with the prior (1, 3).
    private static func lowerBound(_ inputs: [Input]) -> Millionths {
        var (good, bad) = (Millionths(1_000_000), Millionths(3_000_000))
        for input in inputs {
            switch input.fact.outcome {
            case .good: good = good.plus(input.scoreWeight)
            case .bad: bad = bad.plus(input.scoreWeight)
            case .neutral: continue
            }
        }
        let all = UInt128(good.count) + UInt128(bad.count)
        let mean = Millionths(UInt128(good.count), of: all, limit: .one)
        let variance = Millionths(
            UInt128(mean.times(Millionths.one.less(mean)).count),
            of: all + 1_000_000, limit: .one)
        return mean.less(variance.root.times(quantile))
    }

    /// Share of failures of so many, with two failures and two successes added, plus 1.645
    /// deviations (Agresti and Coull 1998).
    private static func upperBound(_ count: Int, of all: Int) -> Millionths {
        let size = UInt128(all + 4)
        let share = Millionths(UInt128(count + 2), of: size, limit: .one)
        let variance = Millionths(
            UInt128(share.times(Millionths.one.less(share)).count), of: size * 1_000_000,
            limit: .one)
        return min(.one, share.plus(variance.root.times(quantile)))
    }

    /// One in twenty lies beyond.
    private static let quantile = Millionths(1_645_000)
}
