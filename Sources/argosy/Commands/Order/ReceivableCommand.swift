import ArgumentParser
import Chain
import Documents
import Ledger
import Node
import Primitives
import Trade

/// The right to what an order still pays its seller: `argosy receivable mint | offer | buy | timeout | show`.
struct ReceivableCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "receivable",
        abstract: "Sell what an order will pay, before it does; each order has one such right.",
        discussion: """
            Of a locked order, or one paid against its document, once the goods have left:
              argosy receivable mint ORDER --amount 90.00 --due 2026-09-01T00:00:00Z --account shop
              argosy receivable offer ORDER --price 88.00 --recourse --account shop
              argosy receivable buy ORDER --price 88.00 --account bank
            From then on the order pays the buyer of the right first. `argosy credit` tells what to think \
            of a seller.
            """,
        subcommands: [Mint.self, Offer.self, Buy.self, TimeOut.self, Show.self])

    typealias TimeOut = PlainStep<TimeOutReceivableStep>

    struct Mint: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "The seller makes the right, of at most what the order pays.")

        @OptionGroup var order: OrderArgument
        @OptionGroup var step: StepOptions

        @Option(help: "What the order is to pay to whoever holds the right.")
        var amount: String

        @Option(help: ArgumentHelp("When it is due.", valueName: "time"))
        var due: String

        func run() async throws {
            let (session, id, asset) = try await ReceivableCommand.place(order, step)
            let due = try CredentialCommand.time(due).moment
            try await step.take(
                [
                    .mintReceivable(
                        MintReceivable(
                            order: id, amount: try session.amount(amount, of: asset),
                            due: due))
                ], in: session, order: id)
        }
    }

    struct Offer: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "The seller offers the right at a price.")

        @OptionGroup var order: OrderArgument
        @OptionGroup var step: StepOptions

        @Option(help: "What it costs.")
        var price: String

        @Flag(help: "The seller answers for what the order does not pay.")
        var recourse = false

        func run() async throws {
            let (session, id, asset) = try await ReceivableCommand.place(order, step)
            let price = try session.amount(price, of: asset)
            try await step.take(
                [
                    .offerReceivable(
                        OfferReceivable(order: id, price: price, hasRecourse: recourse))
                ], in: session, order: id)
        }
    }

    struct Buy: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Buy the right as it is offered; money and right move together.")

        @OptionGroup var order: OrderArgument
        @OptionGroup var step: StepOptions

        @Option(help: "What it costs, as `argosy receivable show` tells; another price is refused.")
        var price: String

        func run() async throws {
            let (session, id, asset) = try await ReceivableCommand.place(order, step)
            let price = try session.amount(price, of: asset)
            let offered = try await session.receivable(id)
            try await step.take(
                [
                    .financeReceivable(
                        FinanceReceivable(
                            order: id, price: price, hasRecourse: offered.hasRecourse))
                ], in: session, order: id)
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show the right of an order: who holds it, what is paid, what it costs.")

        @OptionGroup var order: OrderArgument
        @OptionGroup var home: HomeOptions
        @OptionGroup var output: OutputOptions

        func run() async throws {
            let id = try order.id
            let session = try await WalletSession(home)
            let asset = try await session.asset(ofOrder: id)
            let found = try await session.receivable(id)
            func money(_ amount: Amount) -> String {
                "\(amount.decimal(asset.decimals)) \(asset.code)"
            }
            try output.show(
                ReceivableAnswer(
                    order: id.hex, state: "\(found.state)",
                    seller: session.address(of: found.seller),
                    holder: session.address(of: found.holder), amount: money(found.amount),
                    paid: money(found.paid), price: money(found.price), recourse: found.hasRecourse,
                    due: found.due.milliseconds))
        }
    }

    private static func place(
        _ order: OrderArgument, _ step: StepOptions
    ) async throws -> (WalletSession, Digest, AssetAnswer) {
        let id = try order.id
        let session = try await WalletSession(step.home)
        let asset = try await session.asset(ofOrder: id)
        return (session, id, asset)
    }
}

extension WalletSession {
    /// - Throws: ``CommandError`` when the order has none.
    func receivable(_ order: Digest) async throws -> Receivable {
        guard let found = try await record(Receivable.id(of: order), as: Receivable.self) else {
            throw CommandError(
                "Nobody has made a right to what this order pays.",
                advice: "Its seller does that with `argosy receivable mint`.")
        }
        return found
    }
}

enum TimeOutReceivableStep: PlainOrderStep {
    static let name = "timeout"
    static let abstract = "Anybody says that it was due ten days ago and is not paid."
    static func action(_ order: Digest) -> Action.Kind {
        .timeOutReceivable(TimeOutReceivable(order: order))
    }
}

struct ReceivableAnswer: Answer {
    let order: String
    let state: String
    let seller: String
    let holder: String
    let amount: String
    let paid: String
    let price: String
    /// Whether the seller answers for what is not paid.
    let recourse: Bool
    /// Milliseconds since 1970.
    let due: UInt64

    var text: String {
        var table = Table()
        table.add("order", order)
        table.add("state", state)
        table.add("seller", seller)
        table.add("holder", holder)
        table.add("amount", "\(amount), \(paid) of it paid")
        table.add("price", "\(price), \(recourse ? "with" : "without") recourse")
        table.add("due", OrderOutlook.date(due))
        return table.text
    }
}
