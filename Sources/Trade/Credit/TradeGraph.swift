public import Ledger
public import Primitives

/// Who traded with whom, as far as it was read: how trust flows, and where money goes in circles.
public struct TradeGraph: Sendable {
    /// One ended trade.
    public struct Edge: Hashable, Sendable {
        public let payer: AccountID
        public let payee: AccountID
        public let amount: Amount
        /// What was spent on it and cannot come back.
        public let cost: Amount
        public let ended: Timestamp

        public init(
            payer: AccountID, payee: AccountID, amount: Amount, cost: Amount, ended: Timestamp
        ) {
            self.payer = payer
            self.payee = payee
            self.amount = amount
            self.cost = cost
            self.ended = ended
        }
    }

    /// - Unit: trades; more are not taken in, and count for nobody.
    public static let edgeLimit = 4_096

    /// By order, so that a trade that both sides tell of is one.
    private var edges: [Digest: Edge] = [:]

    public init() {}

    public var isFull: Bool { edges.count >= Self.edgeLimit }
    public var count: Int { edges.count }

    /// Takes in a trade of a party; nothing when there are too many.
    public mutating func insert(_ fact: TradeFact, of party: AccountID) {
        guard !isFull else { return }
        edges[fact.order] = Edge(
            payer: fact.isSeller ? fact.counterparty : party,
            payee: fact.isSeller ? party : fact.counterparty, amount: fact.amount,
            cost: fact.cost, ended: fact.ended)
    }

    /// In the order of their names.
    var sorted: [(order: Digest, edge: Edge)] {
        edges.keys.sorted().compactMap { order in edges[order].map { (order, $0) } }
    }

    // MARK: Trust

    /// For each counterparty of a party, the part of its trades' cost that trust reaches.
    ///
    /// Trust is a flow: from the viewer and whom he trusts, through trades, over each no more than
    /// what it cost; the party itself lets none through. So a crowd of invented counterparties that
    /// hangs on one real trade has together no more than that trade (reference trade 7.6). Whoever
    /// has the smaller key is served first.
    ///
    /// - Returns: 0 to 1 by counterparty; 1 for all when the viewpoint is nobody's.
    public func trust(
        in facts: [TradeFact], of party: AccountID, seenFrom viewpoint: Viewpoint
    ) -> [AccountID: Millionths] {
        let partners = Set(facts.map(\.counterparty)).sorted()
        guard viewpoint.isSomebodys, viewpoint.viewer != party else {
            return Dictionary(uniqueKeysWithValues: partners.map { ($0, .one) })
        }
        let links = sorted.map(\.edge).filter { $0.payer != party && $0.payee != party }
        let named = links.flatMap { [$0.payer, $0.payee] } + partners + viewpoint.roots
        let accounts = Set(named).sorted()
        var places: [AccountID: Int] = [:]
        for (place, account) in accounts.enumerated() { places[account] = place }
        let (source, sink) = (accounts.count, accounts.count + 1)
        var network = FlowNetwork(count: accounts.count + 2)
        for link in links {
            guard let one = places[link.payer], let other = places[link.payee] else { continue }
            network.connect(one, other, room: link.cost.minorUnits, back: link.cost.minorUnits)
        }
        for root in viewpoint.roots where root != party {
            guard let place = places[root] else { continue }
            network.connect(source, place, room: FlowNetwork.unbounded)
        }
        var costs: [AccountID: Amount] = [:]
        for fact in facts {
            costs[fact.counterparty] = (costs[fact.counterparty] ?? .zero).plus(fact.cost)
        }
        var pipes: [AccountID: Int] = [:]
        for partner in partners {
            guard let place = places[partner] else { continue }
            pipes[partner] = network.connect(
                place, sink, room: (costs[partner] ?? .zero).minorUnits)
        }
        network.fill(from: source, to: sink)
        var trust: [AccountID: Millionths] = [:]
        for partner in partners {
            let flow = pipes[partner].map { network.flow(over: $0) } ?? 0
            let cost = (costs[partner] ?? .zero).minorUnits
            trust[partner] = Millionths(UInt128(flow), of: UInt128(cost), limit: .one)
        }
        return trust
    }

    // MARK: Circles

    /// The most trades of a circle, and in which time, that are looked for.
    static let circleLength = 4
    static let circleTerm = Term.days(7)
    /// Of the amount: what each trade of the circle carries at least.
    static let circleShare = Share(clamping: 800)

    /// Whether the money of a trade came back to its payer by at most three further ones of the links.
    static func goesInCircle(
        _ fact: TradeFact, of party: AccountID, among links: [(order: Digest, edge: Edge)]
    ) -> Bool {
        let payer = fact.isSeller ? fact.counterparty : party
        let payee = fact.isSeller ? party : fact.counterparty
        let least = fact.amount.part(circleShare)
        let links = links.filter { order, edge in
            let apart = max(edge.ended.since(fact.ended), fact.ended.since(edge.ended))
            return order != fact.order && edge.amount >= least && apart <= circleTerm
        }.map(\.edge)
        var reached: Set<AccountID> = [payee]
        for _ in 1..<circleLength {
            for link in links where reached.contains(link.payer) {
                if link.payee == payer { return true }
            }
            reached.formUnion(links.filter { reached.contains($0.payer) }.map(\.payee))
        }
        return false
    }
}
