import Documents
import Gossip
import Primitives
import Trade

/// The trades that are played on the invoices of a file: drawn from a seed, and so the same each time.
struct TradePlan: Sendable {
    /// Of ten orders without a return, so many go well.
    static let smoothOfTen: UInt64 = 5
    /// Cheaper ones are paid directly.
    ///
    /// - Unit: pence.
    static let lockedFrom: UInt64 = 100_00
    /// Dearer ones are paid in deposit and balance.
    ///
    /// - Unit: pence.
    static let balanceFrom: UInt64 = 300_00
    /// What a price may be, so that all that is locked with it fits.
    static let penceLimit: UInt64 = 1 << 40

    private(set) var trades: [PlannedTrade] = []
    /// By which goods are assessed.
    let tariff: TradeTariff

    /// Plans the first orders of a file, and every cancellation that takes their goods back.
    ///
    /// - Throws: ``LandedCost/Fault`` when an order cannot be assessed.
    init(
        _ file: InvoiceFile, limit: Int, seed: UInt64, by tariff: TradeTariff
    ) throws(LandedCost.Fault) {
        self.tariff = tariff
        var planner = Planner(limit: limit)
        for line in file.lines { planner.take(line) }
        planner.close()
        var chance = Chance(seed: seed)
        // What each buyer has used of his year, in the order of the file.
        var used: [String: Figure] = [:]
        for (number, order) in planner.orders.enumerated() {
            let pence = order.lines.reduce(0) { $0 + $1.quantity * $1.unitPence }
            let assessment = try TradeAssessment(
                order.lines, freight: TradeTerms.freight(of: pence),
                used: used[order.customer] ?? .zero, by: tariff)
            if assessment.channel == .retail {
                used[order.customer] = assessment.used.adding(assessment.value)
            }
            trades.append(Self.trade(number, order, assessment, drawing: &chance))
        }
    }

    private static func trade(
        _ number: Int, _ order: Planner.Order, _ assessment: TradeAssessment,
        drawing chance: inout Chance
    ) -> PlannedTrade {
        let pence = order.lines.reduce(0) { $0 + $1.quantity * $1.unitPence }
        let mode: TradeMode =
            pence < lockedFrom ? .direct : pence < balanceFrom ? .locked : .balance
        // Drawn for every order, so that one return more or less changes no other trade.
        let (isSmooth, draw) = (chance.next() % 10 < smoothOfTen, chance.next())
        let faults = PaperFault.allCases
        let fault = faults[Int(chance.next() % UInt64(faults.count))]
        let troubles = TradeCourse.troubles(of: mode)
        let course =
            !order.returns.isEmpty || isSmooth
            ? .smooth : troubles[Int(draw % UInt64(troubles.count))]
        return PlannedTrade(
            number: number, invoice: order.invoice, customer: order.customer, mode: mode,
            course: course, lines: order.lines, assessment: assessment, fault: fault,
            returns: order.returns)
    }

    /// Trades by the end that they must have.
    var ends: [String: Int] {
        trades.reduce(into: [:]) { $0[$1.end.order, default: 0] += 1 }
    }

    /// Clearances by the end that they must have.
    var clearances: [String: Int] {
        trades.reduce(into: [:]) { $0[TradeReport.clearance($1, $1.end), default: 0] += 1 }
    }

    /// What each customer needs for all his trades, with deposits and the way back.
    ///
    /// - Unit: pence.
    var spending: [String: UInt64] {
        trades.reduce(into: [:]) { sums, trade in
            sums[trade.customer, default: 0] += TradeTerms.buyerMoney(for: trade)
        }
    }
}

/// Goes through the lines once, and remembers what can come back.
private struct Planner {
    struct Order {
        let invoice: String
        let customer: String
        var lines: [PlannedTrade.Line] = []
        var returns: [[ReturnLine]] = []
        /// Units of each line that have not come back.
        var left: [UInt64] = []
    }

    private struct Item: Hashable {
        let customer: String
        let stockCode: String
    }

    let limit: Int
    private(set) var orders: [Order] = []
    private var sold: [Item: [(order: Int, line: Int)]] = [:]
    /// Of the cancellation that is being read: its number, and lines by order.
    private var cancellation = ""
    private var parts: [Int: [ReturnLine]] = [:]

    init(limit: Int) { self.limit = limit }

    mutating func take(_ line: InvoiceLine) {
        if line.invoice != cancellation { close() }
        if line.isCancellation {
            cancellation = line.invoice
            cancel(line)
        } else {
            sell(line)
        }
    }

    private mutating func sell(_ line: InvoiceLine) {
        let quantity = line.quantity.magnitude
        guard (1...Trade.Line.quantityLimit).contains(quantity),
            line.unitPence <= TradePlan.penceLimit / quantity / UInt64(Goods.lineLimit)
        else { return }
        // An invoice of more lines than an order may have becomes several orders.
        let isSame = orders.last.map {
            $0.invoice == line.invoice && $0.customer == line.customer
                && $0.lines.count < Goods.lineLimit
        }
        if isSame != true {
            guard orders.count < limit else { return }
            orders.append(Order(invoice: line.invoice, customer: line.customer))
        }
        let place = orders.count - 1
        guard orders[place].invoice == line.invoice else { return }
        let item = Item(customer: line.customer, stockCode: line.stockCode)
        sold[item, default: []].append((place, orders[place].lines.count))
        orders[place].lines.append(
            .init(stockCode: line.stockCode, quantity: quantity, unitPence: line.unitPence))
        orders[place].left.append(quantity)
    }

    /// Takes units back from the newest orders first.
    private mutating func cancel(_ line: InvoiceLine) {
        var units = line.quantity.magnitude
        let item = Item(customer: line.customer, stockCode: line.stockCode)
        for (order, place) in (sold[item] ?? []).reversed() where units > 0 {
            let taken = min(units, orders[order].left[place])
            guard taken > 0 else { continue }
            orders[order].left[place] -= taken
            units -= taken
            parts[order, default: []].append(ReturnLine(line: UInt32(place), quantity: taken))
        }
    }

    /// Ends a cancellation: what it takes back of one order is one return.
    mutating func close() {
        for (order, lines) in parts.sorted(by: { $0.key < $1.key }) {
            var sums: [UInt32: UInt64] = [:]
            for line in lines { sums[line.line, default: 0] += line.quantity }
            orders[order].returns.append(
                sums.sorted { $0.key < $1.key }.map {
                    ReturnLine(line: $0.key, quantity: $0.value)
                })
        }
        (parts, cancellation) = ([:], "")
    }
}
