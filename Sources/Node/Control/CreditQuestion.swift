import Ledger
import LightClient
import Primitives
import Trade
import Wire

/// Whose credit, in whose eyes, and when.
struct CreditQuestion: Sendable {
    /// Accounts that a viewer may name as trusted.
    static let trustedLimit = 64

    let party: AccountID
    let viewpoint: Viewpoint
    /// The time of the newest block.
    let now: Timestamp

    init(
        _ party: String, _ viewer: String?, _ trusted: [String], at now: Timestamp
    ) throws {
        guard trusted.count <= Self.trustedLimit else {
            throw FailureAnswer("limit", "At most \(Self.trustedLimit) accounts can be trusted.")
        }
        func read(_ text: String) throws -> AccountID {
            guard let account = AccountID(hex: text) else {
                throw FailureAnswer("malformed", "`\(text.prefix(80))` is not an account.")
            }
            return account
        }
        self.party = try read(party)
        viewpoint = Viewpoint(viewer: try viewer.map(read), trusted: try trusted.map(read))
        self.now = now
    }
}

/// A party's record and what its journal leads to.
struct PartyTold: Sendable {
    let record: PartyRecord
    let history: PartyHistory
    let signersSet: Timestamp
    let height: Height
}

/// The trades of those around a party, by asset.
struct Surroundings: Sendable {
    /// Parties that are read for one answer, the one that it is about not counted.
    static let partyLimit = 64

    private(set) var graphs: [AssetID: TradeGraph] = [:]
    private(set) var readCount = 0
    private(set) var unreadCount = 0
    private var seen: Set<AccountID>

    init(around party: AccountID) { seen = [party] }

    /// Whether a party is still to be read; it counts as unread when there are too many.
    mutating func wants(_ party: AccountID) -> Bool {
        guard seen.insert(party).inserted else { return false }
        guard readCount < Self.partyLimit else {
            unreadCount += 1
            return false
        }
        return true
    }

    mutating func insert(_ history: PartyHistory, of party: AccountID, isRead: Bool = true) {
        if isRead { readCount += 1 }
        for asset in history.facts.keys.sorted() {
            for fact in history.facts[asset] ?? [] {
                graphs[asset, default: TradeGraph()].insert(fact, of: party)
            }
        }
    }

    /// A party whose journal is too long, or that has none.
    mutating func leaveOut() { unreadCount += 1 }
}

extension StateView {
    /// The most steps of a party that are read for one answer, and of each of those around it.
    static var creditStepLimit: UInt64 { 10_000 }
    static var neighbourStepLimit: UInt64 { 512 }

    /// Reads the journal of a party, the records that it names, and the same of those around it and
    /// around the viewer: two steps from either, so that trust is followed over four trades.
    func credit(_ question: CreditQuestion) async throws -> CreditAnswer {
        let party = question.party
        guard let told = try await told(party, question.viewpoint, limit: Self.creditStepLimit)
        else { throw FailureAnswer("unknown", "The network has no trade of that party.") }
        guard told.history.count <= Self.creditStepLimit else {
            throw FailureAnswer("limit", "The party has more than \(Self.creditStepLimit) steps.")
        }
        var around = Surroundings(around: party)
        around.insert(told.history, of: party, isRead: false)
        var next = told.history.counterparties
        if question.viewpoint.isSomebodys {
            next += [question.viewpoint.viewer].compactMap { $0 } + question.viewpoint.trusted
        }
        for round in 0..<2 where round == 0 || question.viewpoint.isSomebodys {
            var found: [AccountID] = []
            for neighbour in next where around.wants(neighbour) {
                guard
                    let theirs = try await self.told(
                        neighbour, question.viewpoint, limit: Self.neighbourStepLimit)
                else { continue }
                guard theirs.history.count <= Self.neighbourStepLimit else {
                    around.leaveOut()
                    continue
                }
                around.insert(theirs.history, of: neighbour)
                found += theirs.history.counterparties
            }
            next = found
        }
        return CreditAnswer(told, around, question)
    }

    /// What is known of a party; `nil` when nothing is.
    ///
    /// Of a longer journal than the limit only the count is told.
    private func told(
        _ party: AccountID, _ viewpoint: Viewpoint, limit: UInt64
    ) async throws -> PartyTold? {
        let id = LeafID.record(RecordID(PartyRecord.id(of: party), of: PartyRecord.self))
        let (leaf, height) = try await look(at: id, as: RecordLeaf.self)
        guard let leaf else { return nil }
        let isShort = leaf.journal.count <= limit
        let events = isShort ? try await journal(id, leaf.journal) : []
        var history = PartyHistory(
            try events.map { try RecordEvent(wire: $0.event) }, count: leaf.journal.count)
        for order in history.orders.keys.sorted() {
            try await read(order, of: party, viewpoint, &history)
        }
        let account = try await look(at: .account(party), as: AccountLeaf.self).value
        return PartyTold(
            record: try PartyRecord(wire: leaf.content), history: history,
            signersSet: account?.signersSet ?? .never, height: height)
    }

    private func read(
        _ order: Digest, of party: AccountID, _ viewpoint: Viewpoint,
        _ history: inout PartyHistory
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
        let records = TradeFact.Records(
            order: found, duty: try await content(order, DutyLock.self),
            parcel: try await content(order, Parcel.self))
        let token = try await content(Receivable.id(of: order), Receivable.self)
        history.take(records, order, token: token, of: party, seenBy: viewpoint)
    }
}

/// What the steps of a party's journal lead to.
struct PartyHistory: Sendable {
    struct Noted: Sendable {
        var ended: Timestamp?
        var isDisputed = false
    }

    /// By order.
    private(set) var orders: [Digest: Noted] = [:]
    private(set) var stars: [UInt32] = []
    let count: UInt64
    private(set) var facts: [AssetID: [TradeFact]] = [:]
    private(set) var outstanding: [AssetID: Amount] = [:]

    /// Takes the steps, and how many there are in the whole journal.
    init(_ steps: [RecordEvent], count: UInt64) {
        self.count = count
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

    /// Everybody that it traded with, ascending.
    var counterparties: [AccountID] {
        Set(facts.values.flatMap { $0.map(\.counterparty) }).sorted()
    }

    mutating func take(
        _ records: TradeFact.Records, _ id: Digest, token: Receivable?, of party: AccountID,
        seenBy viewpoint: Viewpoint
    ) {
        let asset = records.order.terms.asset
        if let token, token.seller == party, token.hasRecourse, token.state != .settled,
            token.holder != party
        {
            let sum = (outstanding[asset] ?? .zero).adding(saturating: token.rest)
            outstanding[asset] = sum
            if facts[asset] == nil { facts[asset] = [] }
        }
        guard let noted = orders[id], let ended = noted.ended,
            let fact = TradeFact(
                party, id, records, ended: ended, isDisputed: noted.isDisputed,
                seenBy: viewpoint)
        else { return }
        facts[asset, default: []].append(fact)
    }
}

extension Amount {
    fileprivate func adding(saturating other: Amount) -> Amount {
        (try? adding(other)) ?? Amount(minorUnits: .max)
    }
}
