import Chain
import Documents
import Ledger
import Node
import Primitives
import Trade

/// Plays the trades of a plan, many at a time, and reads by proofs how they ended.
actor TradePlay {
    /// Trades that are under way at a time; most of them wait for something.
    static let openLimit = 128
    /// Records asked for at a time.
    static let batchCount = 16
    /// Complaints that are told one by one.
    static let complaintLimit = 12

    private let plan: TradePlan
    private let founding: DevnetFounding
    private let parties: TradeParties
    private let stage: TradeStage
    private(set) var doneCount = 0
    private var faults: [Int: String] = [:]

    init(
        _ plan: TradePlan, _ desk: SubmissionDesk, _ founding: DevnetFounding,
        _ parties: TradeParties
    ) {
        self.plan = plan
        self.founding = founding
        self.parties = parties
        stage = TradeStage(desk, founding, founding.clock)
    }

    /// Plays everything, then looks.
    func run() async throws -> TradeReport {
        let start = ContinuousClock.now
        try await open()
        for attestations in parties.attestations {
            try await stage.send(attestations, by: parties.authority)
        }
        let terms = TradeTerms(asset: founding.currency, parties: parties)
        await Self.limited(plan.trades, to: Self.openLimit) { trade in
            await self.play(trade, under: terms)
        }
        let duration = ContinuousClock.now - start
        return await judge(after: duration)
    }

    private func open() async throws {
        var accounts = parties.all.map(\.account)
        accounts += Set(plan.trades.map(\.customer)).sorted()
            .compactMap { founding.customerKeys[$0]?.account }
        for start in stride(from: 0, to: accounts.count, by: Self.batchCount) {
            let batch = accounts[start..<min(start + Self.batchCount, accounts.count)]
            try await withThrowingTaskGroup(of: Void.self) { [stage] group in
                for account in batch { group.addTask { try await stage.open(account) } }
                try await group.waitForAll()
            }
        }
    }

    private func script(_ trade: PlannedTrade, _ terms: TradeTerms) -> TradeScript? {
        guard let buyer = founding.customerKeys[trade.customer] else { return nil }
        return TradeScript(
            trade, parties.cast(trade.number, buyer: buyer), on: stage, under: terms,
            by: plan.tariff)
    }

    private func play(_ trade: PlannedTrade, under terms: TradeTerms) async {
        if let script = script(trade, terms) {
            orders[trade.number] = script
            do { try await script.play() } catch {
                faults[trade.number] = "\(error)"
            }
        }
        doneCount += 1
    }

    /// What was ordered; terms carry the time at which they were offered.
    private var orders: [Int: TradeScript] = [:]

    /// Runs something for each element, so many at a time.
    private static func limited<Element: Sendable>(
        _ elements: [Element], to limit: Int,
        _ work: @escaping @Sendable (Element) async -> Void
    ) async {
        await withTaskGroup(of: Void.self) { group in
            for (index, element) in elements.enumerated() {
                if index >= limit { await group.next() }
                group.addTask { await work(element) }
            }
        }
    }

    // MARK: The verdict

    /// How one trade ended.
    ///
    /// A type of its own: as a tuple of number and result, the number was lost in optimised builds
    /// (Swift 6.3.1), and trades were taken for others.
    private struct Ending: Sendable {
        let number: Int
        let result: Result<TradeEnd, any Error>

        init(of script: TradeScript) async {
            number = script.trade.number
            do { result = .success(try await script.end()) } catch { result = .failure(error) }
        }
    }

    private func judge(after duration: Duration) async -> TradeReport {
        var report = TradeReport(plan)
        var found: [Int: Result<TradeEnd, any Error>] = [:]
        let scripts = orders.sorted { $0.key < $1.key }.map(\.value)
        for start in stride(from: 0, to: scripts.count, by: Self.batchCount) {
            let batch = scripts[start..<min(start + Self.batchCount, scripts.count)]
            await withTaskGroup(of: Ending.self) { group in
                for script in batch { group.addTask { await Ending(of: script) } }
                for await ending in group { found[ending.number] = ending.result }
            }
        }
        for trade in plan.trades {
            report.take(trade, found[trade.number], fault: faults[trade.number])
        }
        do {
            report.take(
                treasury: try await stage.balance(parties.treasury.account, founding.currency))
        } catch { report.takeFault("The treasury's balance was not proved: \(error).") }
        report.take(await stage.figures, in: duration)
        return report
    }
}

extension TradeScript {
    /// Where the records of the trade are now, each by a proof against the final root.
    func end() async throws -> TradeEnd {
        guard let order = try await stage.record(id, as: Order.self) else {
            return TradeEnd(order: "", duty: "")
        }
        let duty = try await stage.record(id, as: DutyLock.self)
        let clearance = try await stage.record(id, as: Clearance.self)
        let parcel = try await stage.record(id, as: Trade.Parcel.self)
        let box = try await stage.record(goods.box.key, as: Item.self)
        var returns: [String] = []
        for index in 0..<order.tally.count {
            let returned = Return.id(order: id, index: index + 1)
            let state = try await stage.record(returned, as: Return.self)?.state
            returns.append(state.map { Self.word("\($0)") } ?? "")
        }
        return TradeEnd(
            order: Self.word("\(order.phase)"), duty: duty.map { "\($0.state)" } ?? "",
            parcel: parcel.map { Self.word("\($0.state)") } ?? "",
            keeper: box.map { keeper($0.keeper) } ?? "", returns: returns,
            clearance: clearance.map { "\($0.state)" } ?? "",
            rounds: clearance.map { Int($0.round) } ?? 0,
            tax: order.terms.tax.minorUnits, refunded: duty?.refunded.minorUnits ?? 0)
    }

    /// The name of a case, without what it carries.
    private static func word(_ text: String) -> String {
        String(text.prefix { $0 != "(" })
    }

    private func keeper(_ account: AccountID) -> String {
        switch account {
        case cast.buyer.account: "buyer"
        case cast.seller.account: "seller"
        case cast.first.account, cast.second.account: "carrier"
        case cast.warehouse.account: "warehouse"
        default: "somebody else"
        }
    }
}
