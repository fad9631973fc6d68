import ArgumentParser
import Foundation
import Ledger
import Node
import Primitives
import Trade

/// Shows where an order is: `argosy order show`.
struct ShowOrderCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract:
            "Show an order, its parcel, clearance, duty and returns, each proved, and what comes next."
    )

    @OptionGroup var order: OrderArgument
    @OptionGroup var home: HomeOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let session = try await WalletSession(home)
        let id = try order.id
        let order = try await session.order(id)
        let asset = try await session.asset(order.terms.asset.hex)
        var returns: [Return] = []
        for index in 0..<order.tally.count {
            let name = Return.id(order: id, index: index + 1)
            if let found = try await session.record(name, as: Return.self) { returns.append(found) }
        }
        let outlook = OrderOutlook(
            order: order, duty: try await session.record(id, as: DutyLock.self),
            clearance: try await session.record(id, as: Clearance.self),
            lastReturn: returns.last, now: Clocks.wall)
        try output.show(
            OrderAnswer(
                id, outlook, parcel: try await session.record(id, as: Trade.Parcel.self),
                returns: returns.map { OrderAnswer.word("\($0.state)") },
                price: "\(order.terms.price.decimal(asset.decimals)) \(asset.code)",
                address: { session.address(of: $0) }))
    }
}

struct OrderAnswer: Answer {
    let order: String
    /// The name of its phase, such as `paid` or `shipped`.
    let state: String
    /// `direct`, `locked` or `balance`.
    let mode: String
    let buyer: String
    let seller: String
    let price: String
    /// Milliseconds since 1970.
    let since: UInt64
    /// Empty while the goods have not left.
    let parcel: String
    let custodian: String
    /// Empty when no duty is due.
    let duty: String
    let returns: [String]
    /// Empty while nothing was sealed.
    let clearance: String
    /// What can still be done, and until when.
    let deadlines: [OrderOutlook.Deadline]
    /// What is about to be lost; empty when nothing is.
    let warning: String

    init(
        _ id: Digest, _ outlook: OrderOutlook, parcel: Trade.Parcel?, returns: [String],
        price: String, address: (AccountID) -> String
    ) {
        let order = outlook.order
        self.order = id.hex
        state = Self.word("\(order.phase)")
        mode = Self.word("\(order.terms.settlement)")
        buyer = address(order.buyer)
        seller = address(order.seller)
        self.price = price
        since = order.since.milliseconds
        self.parcel = parcel.map { Self.word("\($0.state)") } ?? ""
        custodian = parcel.map { address($0.custodian) } ?? ""
        duty = outlook.duty.map { "\($0.state)" } ?? ""
        self.returns = returns
        clearance = outlook.clearance.map { "\($0.state)" } ?? ""
        deadlines = outlook.deadlines
        warning = outlook.alarm ?? ""
    }

    /// The name of a case, without what it carries.
    static func word(_ text: String) -> String { String(text.prefix { $0 != "(" }) }

    var text: String {
        var table = Table()
        let date = Date(timeIntervalSince1970: Double(since) / 1_000)
        table.add("order", order)
        table.add("state", "\(state) since \(date.formatted(.iso8601))")
        table.add("paid", mode)
        table.add("price", price)
        table.add("buyer", buyer)
        table.add("seller", seller)
        if !parcel.isEmpty { table.add("parcel", "\(parcel), with \(custodian)") }
        if !clearance.isEmpty { table.add("clearance", clearance) }
        if !duty.isEmpty { table.add("duty", duty) }
        for (index, state) in returns.enumerated() { table.add("return \(index + 1)", state) }
        for deadline in deadlines {
            let date = OrderOutlook.date(deadline.until)
            table.add(
                deadline.isOver ? "over" : "until",
                "\(date) \(deadline.what); then: \(deadline.then)")
        }
        if !warning.isEmpty { table.add("WARNING", warning) }
        return table.text
    }
}
