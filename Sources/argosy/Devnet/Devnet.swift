import Documents
import Foundation
import Ledger
import LightClient
import Logging
import Node
import Primitives
import Synchronization

/// One run of a local network.
final class Devnet: Sendable {
    /// How long the nodes may take to find each other.
    static let startLimit = Duration.seconds(60)

    private let command: DevnetCommand
    private let file: InvoiceFile?
    private let place: String
    private let screen: Screen
    /// Known as soon as the file is settled or not; a network without a file has nothing to fail.
    private let verdict = Mutex<Ending?>(nil)

    /// How a run ended.
    enum Ending { case settled, unsettled, interrupted }

    /// The progress line, shared by everything that goes on.
    actor Screen {
        private var progress: Progress

        init(quiet: Bool) { progress = Progress(quiet: quiet) }

        func update(_ line: String) { progress.update(line) }
        func note(_ line: String) { progress.note(line) }
        func finish() { progress.finish() }
    }

    init(_ command: DevnetCommand, _ file: InvoiceFile?, in place: String) {
        self.command = command
        self.file = file
        self.place = place
        screen = Screen(quiet: false)
    }

    /// Founds, runs, replays, judges, stops.
    func run() async throws -> Ending {
        let plan = file.map { InvoicePlan($0) }
        let trades = try file.flatMap { try planTrades($0) }
        // Whatever trades cost lies beside what is paid, and is there when the file is judged.
        let spending = (plan.map { Self.spending($0) } ?? [:]).merging(trades?.spending ?? [:]) {
            $0 + $1
        }.mapValues { Amount(minorUnits: $0) }
        let founding = try await DevnetFounding(
            nodes: command.nodes, in: place, spending: spending, currencyCode: "GBP",
            trading: trades != nil)
        await screen.note("Founded a network of \(command.nodes) merchants in \(place)")
        let supervisor = NodeSupervisor { [screen] in await screen.note($0) }
        let light = try LightNode(
            try founding.lightHome(at: "\(place)/wallets"), log: Self.quietLog)
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                try await self.work(plan, trades, founding, spending, supervisor, light)
            }
            group.addTask { await Stopping.wait() }
            let first: Result<Void?, any Error>
            do { first = .success(try await group.next()) } catch { first = .failure(error) }
            await self.screen.finish()
            await light.stop()
            await supervisor.stop()
            group.cancelAll()
            _ = try first.get()
            return self.verdict.withLock { $0 } ?? .interrupted
        }
    }

    /// Plans the trades that are asked for, by the rules of today.
    private func planTrades(_ file: InvoiceFile) throws -> TradePlan? {
        guard let count = command.trades, count > 0 else { return nil }
        let day = CalendarDay(String(Date().formatted(.iso8601).prefix(10)))
        guard let day, let tariff = TradeTariff(on: day) else {
            throw CommandError("There is no rate of exchange for today.")
        }
        do throws(LandedCost.Fault) {
            return try TradePlan(file, limit: count, seed: command.seed, by: tariff)
        } catch { throw CommandError("The orders cannot be assessed: \(error).") }
    }

    private func work(
        _ plan: InvoicePlan?, _ trades: TradePlan?, _ founding: DevnetFounding,
        _ spending: [String: Amount],
        _ supervisor: NodeSupervisor, _ light: LightNode
    ) async throws {
        for merchant in founding.merchants {
            try await supervisor.start(merchant.number, on: merchant.home)
        }
        try await light.start()
        await screen.update("Waiting for the nodes to find each other")
        guard await light.connected(to: min(2, command.nodes), within: Self.startLimit) else {
            throw CommandError("The nodes did not answer within \(Self.startLimit).")
        }
        var ending = Ending.settled
        if let file, let plan {
            let report = try await replay(
                file, plan, trades, founding, spending, supervisor, light)
            await screen.finish()
            try saveRejected(report)
            try command.output.show(report)
            ending = report.isGood ? .settled : .unsettled
        }
        verdict.withLock { $0 = ending }
        if command.stay {
            try DevnetStay(founding, in: place).explain()
            await Stopping.wait()
        }
    }

    private func replay(
        _ file: InvoiceFile, _ plan: InvoicePlan, _ trades: TradePlan?,
        _ founding: DevnetFounding, _ spending: [String: Amount], _ supervisor: NodeSupervisor,
        _ light: LightNode
    ) async throws -> DevnetReport {
        let start = ContinuousClock.now
        // A network that was just founded has no block yet, and so no certificate to show.
        let head = (try? await light.refreshedHead())?.header.height ?? Height(0)
        let desk = SubmissionDesk(light)
        let replay = InvoiceReplay(desk, founding, head: head)
        let ticker = Task { [screen] in
            while !Task.isCancelled {
                let now = await replay.progress
                let bar = Progress.bar(now.done, of: plan.steps.count)
                await screen.update(
                    "\(bar) \(now.payments) payments, \(now.refunds) refunds, "
                        + "\(now.done - now.payments - now.refunds) failed")
                try? await Task.sleep(for: .milliseconds(200))
            }
        }
        await replay.run(plan)
        ticker.cancel()
        let seconds = (ContinuousClock.now - start) / .seconds(1)
        await screen.update("Checking every wallet's balance by proofs")
        let tally = InvoiceTally(file, without: plan.rejected)
        var verdict = await DevnetVerdict(light, founding, tally, spending: spending)
        let played = try await play(trades, desk, founding)
        await verdict.compareRoots(founding)
        let progress = await replay.progress
        let times = progress.finality.sorted()
        var rejected = Dictionary(
            uniqueKeysWithValues: plan.rejectedCounts.map { ($0.reason, $0.count) })
        for (reason, count) in progress.failed { rejected[reason, default: 0] += count }
        var complaints = verdict.complaints + (played?.complaints ?? [])
        let failed = progress.failed.values.reduce(0, +)
        if failed > 0 { complaints.append("\(failed) transactions were not settled.") }
        return DevnetReport(
            payments: progress.payments, refunds: progress.refunds, rejected: rejected,
            blocks: verdict.height,
            finality: .init(p50: times.quantile(50), p99: times.quantile(99)),
            paymentsPerSecond: ((Double(progress.done - failed) / seconds) * 10).rounded() / 10,
            merchantBalance: verdict.merchantBalance.decimal(DevnetFounding.currencyDecimals),
            tallyEqual: verdict.isTallyEqual, rootsEqual: verdict.areRootsEqual,
            proofsChecked: progress.proofs + verdict.proofCount + (played?.proofCount ?? 0),
            restarts: await supervisor.restartCount, rejectedLines: plan.rejected,
            complaints: complaints, tradePlay: played)
    }

    private func play(
        _ plan: TradePlan?, _ desk: SubmissionDesk, _ founding: DevnetFounding
    ) async throws -> TradeReport? {
        guard let plan, let parties = founding.parties else { return nil }
        if command.directory != nil { try plan.savePeople(at: "\(place)/people.json") }
        let play = TradePlay(plan, desk, founding, parties)
        let ticker = Task { [screen] in
            while !Task.isCancelled {
                let done = await play.doneCount
                await screen.update(
                    "\(Progress.bar(done, of: plan.trades.count)) \(done) trades at their end")
                try? await Task.sleep(for: .milliseconds(200))
            }
        }
        defer { ticker.cancel() }
        return try await play.run()
    }

    private func saveRejected(_ report: DevnetReport) throws {
        guard let path = command.rejected else { return }
        let lines = report.rejectedLines.map { line in
            "\(line.line),\(line.invoice),\(line.fault.rawValue),\(line.units.map(String.init) ?? "")"
        }
        let text = (["line,invoice,reason,units"] + lines).joined(separator: "\n") + "\n"
        do { try Data(text.utf8).write(to: URL(fileURLWithPath: path)) } catch {
            throw CommandError("\(path) cannot be written: \(error.localizedDescription).")
        }
    }

    /// What each customer pays in all, so that every payment is covered.
    private static func spending(_ plan: InvoicePlan) -> [String: UInt64] {
        var spending: [String: UInt64] = [:]
        for step in plan.steps {
            switch step {
            case .payment(let payment): spending[payment.customer, default: 0] += payment.pence
            case .refund(let refund): spending[refund.customer, default: 0] += 0
            }
        }
        return spending
    }

    private static var quietLog: Logger {
        var log = Logger(label: "wallets") { label in
            LineLog(label: label, level: .error, format: .text)
        }
        log.logLevel = .error
        return log
    }
}

extension [Int] {
    /// The value below which so many hundredths of a sorted list lie; zero for an empty list.
    func quantile(_ hundredths: Int) -> Int {
        isEmpty ? 0 : self[Swift.min(count - 1, count * hundredths / 100)]
    }
}
