import ArgumentParser
import Chain
import Ledger
import Node
import Primitives
import Trade

/// Returns by hand: `argosy return request | authorise | ship | …`.
///
/// The names are those of the table in the specification of Trade, rule T61.
struct ReturnCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "return",
        abstract: "Send goods back: ask, authorise, ship, file, receive, inspect, refund.",
        discussion: """
            A return is named by its order, and by --index when the order has more than one:
              argosy return request ORDER --account buyer --line 1x2 --reason defect
              argosy return authorise ORDER --account shop --seller-pays
              argosy return ship ORDER --account buyer --with haulier
              argosy return receive ORDER --account shop --with haulier
              argosy return inspect ORDER --account inspector --worth 100 --report HASH
              argosy return refund ORDER --account shop
            """,
        subcommands: [
            RequestReturnCommand.self, AuthoriseReturnCommand.self, RefuseReturnCommand.self,
            KeepCommand.self, ShipBackCommand.self, FileReturnCommand.self,
            ReceiveReturnCommand.self, InspectReturnCommand.self, Refund.self,
            RedirectCommand.self, Accept.self, TimeOut.self, ShowReturnCommand.self,
        ])

    typealias Refund = PlainReturn<RefundStep>
    typealias Accept = PlainReturn<AcceptStep>
    typealias TimeOut = PlainReturn<TimeOutReturnStep>
}

/// Names a return.
struct ReturnArgument: ParsableArguments {
    @OptionGroup var order: OrderArgument

    @Option(help: "Which return of the order, counted from 1.")
    var index: UInt32 = 1

    func validate() throws {
        guard index > 0 else { throw ValidationError("--index is counted from 1") }
    }

    var id: Digest { get throws { Return.id(order: try order.id, index: index) } }
}

extension WalletSession {
    /// - Throws: ``CommandError`` when there is no such return.
    func goodsReturn(_ argument: ReturnArgument) async throws -> Return {
        guard let found = try await record(try argument.id, as: Return.self) else {
            throw CommandError(
                "The order has no return \(argument.index).",
                advice: "The buyer asks for one with `argosy return request`.")
        }
        return found
    }
}

// MARK: Steps that need nothing but the return

/// A step of a return that says nothing else.
protocol PlainReturnStep {
    static var name: String { get }
    static var abstract: String { get }
    static func action(_ returned: Digest) -> Action.Kind
}

struct PlainReturn<Step: PlainReturnStep>: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(commandName: Step.name, abstract: Step.abstract)
    }

    @OptionGroup var goods: ReturnArgument
    @OptionGroup var step: StepOptions

    func run() async throws {
        let id = try goods.id
        let session = try await WalletSession(step.home)
        try await step.take([Step.action(id)], in: session, order: try goods.order.id)
    }
}

enum RefundStep: PlainReturnStep {
    static let name = "refund"
    static let abstract = "The seller pays what the inspection says; a locked order does by itself."
    static func action(_ returned: Digest) -> Action.Kind {
        .refundReturn(RefundReturn(returned: returned))
    }
}

enum AcceptStep: PlainReturnStep {
    static let name = "accept"
    static let abstract = "Customs says that the goods are back; their duty goes to the buyer."
    static func action(_ returned: Digest) -> Action.Kind {
        .acceptReturn(AcceptReturn(returned: returned))
    }
}

enum TimeOutReturnStep: PlainReturnStep {
    static let name = "timeout"
    static let abstract = "Anybody says that a deadline of the return is over."
    static func action(_ returned: Digest) -> Action.Kind {
        .timeOutReturn(TimeOutReturn(returned: returned))
    }
}

// MARK: What is seen

/// Shows where a return is: `argosy return show`.
struct ShowReturnCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show where a return is, and what it is worth.")

    @OptionGroup var goods: ReturnArgument
    @OptionGroup var home: HomeOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let order = try goods.order.id
        let session = try await WalletSession(home)
        let found = try await session.goodsReturn(goods)
        let asset = try await session.asset(ofOrder: order)
        try output.show(ReturnAnswer(found, order: order, index: goods.index, asset))
    }
}

struct ReturnAnswer: Answer {
    let order: String
    let index: UInt32
    /// Such as `requested` or `refunded`.
    let state: String
    let reason: String
    /// Lines counted from 1, with units: `1x2`.
    let lines: [String]
    let price: String
    let duty: String
    /// `none`, `filed` or `accepted`.
    let customs: String

    init(_ found: Return, order: Digest, index: UInt32, _ asset: AssetAnswer) {
        self.order = order.hex
        self.index = index
        state = OrderAnswer.word("\(found.state)")
        reason = "\(found.reason)"
        lines = found.lines.map { "\($0.line + 1)x\($0.quantity)" }
        price = "\(found.worth.price.decimal(asset.decimals)) \(asset.code)"
        duty = "\(found.worth.duty.decimal(asset.decimals)) \(asset.code)"
        customs = "\(found.customs)"
    }

    var text: String {
        var table = Table()
        table.add("order", order)
        table.add("return", String(index))
        table.add("state", state)
        table.add("reason", reason)
        table.add("lines", lines.joined(separator: " "))
        table.add("price", price)
        table.add("duty", duty)
        table.add("customs", customs)
        return table.text
    }
}
