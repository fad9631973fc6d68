import ArgumentParser
import Chain
import Ledger
import Node
import Primitives
import Trade
import Wire

/// Orders by hand: `argosy order offer | new | show | accept | ship | …`.
///
/// The names are those of the tables in the specification of Trade, rule T22.
struct OrderCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "order",
        abstract: "Offer goods, order them, send them, and end an order.",
        discussion: """
            A whole trade between accounts of one wallet, paid directly:
              argosy order offer terms --account shop --asset GBP --line 3x12.50 \
            --leg CNSHA-GBFXT:haulier:2.00:37.50
              argosy order new terms --account buyer
              argosy order ship ID --account shop --with haulier
              argosy order deliver ID --account haulier --secret SECRET
              argosy order confirm ID --account buyer
            With --mode balance, after `order ship --bill NUMBER` and `order tender`, the seller shows \
            the papers (documents), the buyer pays for them (swap), and the last carrier gives the goods \
            for the document (surrender).
            """,
        subcommands: [
            OfferCommand.self, NewOrderCommand.self, ShowOrderCommand.self, Deposit.self,
            ProduceGoods.self, ShipCommand.self, TenderCommand.self, AcceptCommand.self,
            DeliverCommand.self, Confirm.self, Cancel.self, SettleCommand.self,
            DisputeCommand.self, VerdictCommand.self, Counter.self, Melt.self,
            DocumentsCommand.self, Swap.self, SurrenderCommand.self, RefuseCommand.self,
            TimeOut.self, EndDuty.self,
        ])

    typealias Deposit = PlainStep<DepositStep>
    typealias ProduceGoods = PlainStep<ProduceStep>
    typealias Confirm = PlainStep<ConfirmStep>
    typealias Cancel = PlainStep<CancelStep>
    typealias Counter = PlainStep<CounterStep>
    typealias Melt = PlainStep<MeltStep>
    typealias TimeOut = PlainStep<TimeOutStep>
    typealias Swap = PlainStep<SwapStep>
    typealias EndDuty = PlainStep<EndDutyStep>
}

/// Whose step it is, and who signs it too.
struct StepOptions: ParsableArguments {
    @OptionGroup var home: HomeOptions
    @OptionGroup var output: OutputOptions
    @OptionGroup var passphrase: PassphraseOptions
    @OptionGroup var fee: FeeOptions

    @Option(help: ArgumentHelp("Whose step it is; a name of the wallet.", valueName: "name"))
    var account: String?

    @Option(help: ArgumentHelp("Who signs too; a name of the wallet.", valueName: "name"))
    var with: String?

    /// The account that must sign too, by its name.
    func other(in session: WalletSession, as role: String) throws -> AccountID {
        guard let with else {
            throw CommandError(
                "This step needs two signatures.", advice: "Name the \(role) with --with NAME.")
        }
        return AccountID(try session.account(with).key)
    }

    /// Signs, hands in, waits until it is final, and says so.
    func take(
        _ actions: [Action.Kind], in session: WalletSession, order: Digest,
        as subject: StepSubject = .order, secret: Digest? = nil, warning: String? = nil,
        documents: [[UInt8]] = []
    ) async throws {
        let account = try session.account(account)
        let signed = try await session.sign(
            actions.map { Action($0) }, by: account.name, passphrase: passphrase, fee: fee,
            with: with.map { [$0] } ?? [], documents: documents)
        let answer: SubmissionAnswer
        do { answer = try await session.submit(signed) } catch let error as CommandError {
            throw await explained(error, subject, order, in: session)
        }
        try output.show(
            StepAnswer(
                order: subject == .quote ? nil : order.hex,
                quote: subject == .quote ? order.hex : nil, transaction: answer.id,
                height: answer.height, secret: secret?.hex, warning: warning))
    }

    /// A refusal with what to do next: where the order is, and where to look.
    private func explained(
        _ error: CommandError, _ subject: StepSubject, _ id: Digest, in session: WalletSession
    ) async -> CommandError {
        func with(_ advice: String) -> CommandError {
            CommandError(error.description, advice: advice, code: error.code)
        }
        let exists = error.code == Rejection.recordExists.word
        guard exists || error.code == Rejection.wrongState.word else { return error }
        if exists, subject == .quote {
            return with(
                "You have offered these terms already, as quote \(id.hex): hand the file to "
                    + "buyers, or change the terms.")
        }
        guard let order = try? await session.record(id, as: Order.self) else { return error }
        var place = "Order \(id.hex) is \(Self.words("\(order.phase)"))"
        if let parcel = try? await session.record(id, as: Trade.Parcel.self) {
            place += ", its parcel \(Self.words("\(parcel.state)"))"
        }
        if let clearance = try? await session.record(id, as: Clearance.self) {
            place += ", its clearance \(Self.words("\(clearance.state)"))"
        }
        if order.tally.count > 0,
            let last = try? await session.record(
                Return.id(order: id, index: order.tally.count), as: Return.self)
        {
            place += ", its return \(Self.words("\(last.state)"))"
        }
        let look = "`argosy order show \(id.hex)` shows all of it."
        guard exists, subject == .newOrder else { return with("\(place). \(look)") }
        return with("\(place). \(look)\nTo order on the same terms again, give --number.")
    }

    /// `inTransit(…)` as `in transit`.
    static func words(_ name: String) -> String {
        name.prefix { $0 != "(" }.reduce(into: "") { text, letter in
            text += letter.isUppercase ? " \(letter.lowercased())" : String(letter)
        }
    }
}

/// What a step is about.
enum StepSubject {
    case order
    /// Which there is only once the step is taken.
    case newOrder
    case quote
}

struct StepAnswer: Answer {
    /// Absent for a quote.
    let order: String?
    /// Only of an offer.
    let quote: String?
    let transaction: String
    let height: UInt64
    /// What the buyer gives to the last carrier; only when an order is made.
    let secret: String?
    /// What speaks against an order that was made.
    let warning: String?

    var text: String {
        var table = Table()
        if let order { table.add("order", order) }
        if let quote { table.add("quote", quote) }
        table.add("transaction", transaction)
        table.add("block", String(height))
        if let secret {
            table.add("secret", "\(secret)  (for the last carrier, at the door and not before)")
        }
        if let warning { table.add("WARNING", warning) }
        return "final\n\(table.text)"
    }
}

/// Names an order.
struct OrderArgument: ParsableArguments {
    @Argument(help: ArgumentHelp("The order, as `argosy order new` names it.", valueName: "order"))
    var order: String

    var id: Digest {
        get throws { try Digest(order, of: "An order's name") }
    }
}

extension WalletSession {
    /// A record of the newest final state; a light node has proved it.
    func record<Content: RecordContent>(
        _ id: Digest, as type: Content.Type
    ) async throws -> Content? {
        let request = ControlRequest.record(kind: Content.kind, id: id.hex)
        guard case .record(let answer) = try await home.ask(request) else {
            throw CommandError.otherAnswer
        }
        guard !answer.content.isEmpty else { return nil }
        guard let bytes = Hex.decode(answer.content), let content = try? Content(wire: bytes)
        else { throw CommandError.otherAnswer }
        return content
    }

    /// - Throws: ``CommandError`` when there is no such order.
    func order(_ id: Digest) async throws -> Order {
        guard let order = try await record(id, as: Order.self) else {
            throw CommandError(
                "The network knows no order \(id.hex.prefix(16))….",
                advice: "`argosy order new` prints the name of an order that it made.")
        }
        return order
    }

    /// The asset that an order is paid in.
    func asset(ofOrder id: Digest) async throws -> AssetAnswer {
        try await asset(try await order(id).terms.asset.hex)
    }
}

// MARK: Steps that need nothing but the order

/// A step of an order that says nothing else.
protocol PlainOrderStep {
    static var name: String { get }
    static var abstract: String { get }
    static func action(_ order: Digest) -> Action.Kind
}

struct PlainStep<Step: PlainOrderStep>: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(commandName: Step.name, abstract: Step.abstract)
    }

    @OptionGroup var order: OrderArgument
    @OptionGroup var step: StepOptions

    func run() async throws {
        let session = try await WalletSession(step.home)
        let id = try order.id
        try await step.take([Step.action(id)], in: session, order: id)
    }
}

enum DepositStep: PlainOrderStep {
    static let name = "deposit"
    static let abstract = "The buyer pays the deposit of an order in deposit and balance."
    static func action(_ order: Digest) -> Action.Kind { .payDeposit(PayDeposit(order: order)) }
}

enum ProduceStep: PlainOrderStep {
    static let name = "produce"
    static let abstract = "The seller says that the goods of an order with a deposit are made."
    static func action(_ order: Digest) -> Action.Kind { .produce(Produce(order: order)) }
}

enum ConfirmStep: PlainOrderStep {
    static let name = "confirm"
    static let abstract = "The buyer says that the goods are right."
    static func action(_ order: Digest) -> Action.Kind { .confirmOrder(ConfirmOrder(order: order)) }
}

enum CancelStep: PlainOrderStep {
    static let name = "cancel"
    static let abstract = "Buyer or seller cancels before the goods leave."
    static func action(_ order: Digest) -> Action.Kind { .cancelOrder(CancelOrder(order: order)) }
}

enum CounterStep: PlainOrderStep {
    static let name = "counter"
    static let abstract = "The seller takes the goods back out of a dispute, and pays the way."
    static func action(_ order: Digest) -> Action.Kind {
        .counterDispute(CounterDispute(order: order))
    }
}

enum MeltStep: PlainOrderStep {
    static let name = "melt"
    static let abstract = "Anybody says that the deposits of a dispute have melted another day."
    static func action(_ order: Digest) -> Action.Kind { .meltDeposits(MeltDeposits(order: order)) }
}

enum TimeOutStep: PlainOrderStep {
    static let name = "timeout"
    static let abstract = "Anybody says that a deadline of the order is over."
    static func action(_ order: Digest) -> Action.Kind { .timeOutOrder(TimeOutOrder(order: order)) }
}

enum SwapStep: PlainOrderStep {
    static let name = "swap"
    static let abstract =
        "The buyer pays the balance and has the transport document for it, at once."
    static func action(_ order: Digest) -> Action.Kind { .swapDocument(SwapDocument(order: order)) }
}

enum EndDutyStep: PlainOrderStep {
    static let name = "duty"
    static let abstract =
        "Anybody says that the duty's time is over: it goes where the rule sends it."
    static func action(_ order: Digest) -> Action.Kind { .timeOutDuty(TimeOutDuty(order: order)) }
}
