import ArgumentParser
import Chain
import Documents
import Ledger
import Node
import Primitives
import Trade

/// The reasons that a buyer can give.
enum ReasonOption: String, CaseIterable, ExpressibleByArgument {
    case withoutReason = "without-reason"
    case defect
    case wrongItem = "wrong-item"

    var reason: ReturnReason {
        switch self {
        case .withoutReason: .withoutReason
        case .defect: .defect
        case .wrongItem: .wrongItem
        }
    }
}

/// Asks to send goods back: `argosy return request`.
struct RequestReturnCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "request", abstract: "The buyer asks to send goods back.")

    @OptionGroup var order: OrderArgument
    @OptionGroup var step: StepOptions

    @Option(
        help: ArgumentHelp(
            "A line, counted from 1, and how many units of it, such as 1x2; may be given again.",
            valueName: "line x units"))
    var line: [String]

    @Option(help: "Why: without-reason, defect or wrong-item.")
    var reason = ReasonOption.defect

    @Option(help: ArgumentHelp("Hash of the evidence.", valueName: "hash"))
    var evidence: String?

    func run() async throws {
        let id = try order.id
        let evidence = try evidence.map { try Digest($0, of: "--evidence") } ?? .zero
        let lines = try line.map(Self.line).sorted { $0.line < $1.line }
        let session = try await WalletSession(step.home)
        let request = RequestReturn(
            order: id, lines: lines, reason: reason.reason, evidence: evidence)
        try await step.take([.requestReturn(request)], in: session, order: id)
    }

    private static func line(_ text: String) throws -> ReturnLine {
        let parts = text.split(separator: "x", omittingEmptySubsequences: false)
        guard parts.count == 2, let number = UInt32(parts[0]), number > 0,
            let quantity = UInt64(parts[1]), quantity > 0
        else {
            throw CommandError(
                "`\(text.prefix(80))` is no line that comes back.", advice: "Write it like 1x2.")
        }
        return ReturnLine(line: number - 1, quantity: quantity)
    }
}

/// Lets goods come back: `argosy return authorise`.
struct AuthoriseReturnCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "authorise",
        abstract: "The seller lets the goods come back; after 48 hours anybody's timeout does.")

    @OptionGroup var goods: ReturnArgument
    @OptionGroup var step: StepOptions

    @Flag(help: "The seller puts down the price of the way back.")
    var sellerPays = false

    func run() async throws {
        let id = try goods.id
        let session = try await WalletSession(step.home)
        try await step.take(
            [.authoriseReturn(AuthoriseReturn(returned: id, sellerPays: sellerPays))],
            in: session, order: try goods.order.id)
    }
}

/// Refuses a return: `argosy return refuse`.
struct RefuseReturnCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "refuse",
        abstract: "The seller refuses; a locked order is then in dispute.")

    @OptionGroup var goods: ReturnArgument
    @OptionGroup var step: StepOptions

    @Option(help: ArgumentHelp("Hash of what he says.", valueName: "hash"))
    var grounds: String

    func run() async throws {
        let id = try goods.id
        let grounds = try Digest(grounds, of: "--grounds")
        let session = try await WalletSession(step.home)
        try await step.take(
            [.refuseReturn(RefuseReturn(returned: id, grounds: grounds))], in: session,
            order: try goods.order.id)
    }
}

/// Ends a return without goods moving: `argosy return keep`.
struct KeepCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "keep",
        abstract: "The buyer keeps the goods for a discount; the seller signs too (--with).")

    @OptionGroup var goods: ReturnArgument
    @OptionGroup var step: StepOptions

    @Option(help: "What the seller gives back.")
    var discount: String

    func run() async throws {
        let (id, order) = (try goods.id, try goods.order.id)
        let session = try await WalletSession(step.home)
        let asset = try await session.asset(ofOrder: order)
        let amount = try session.amount(discount, of: asset)
        let seller = try step.other(in: session, as: "seller")
        try await step.take(
            [
                .keepWithDiscount(
                    KeepWithDiscount(returned: id, seller: seller, discount: amount))
            ], in: session, order: order)
    }
}

/// Gives the goods to a carrier: `argosy return ship`.
struct ShipBackCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ship",
        abstract: "The buyer gives the goods to a carrier, who signs too (--with).")

    @OptionGroup var goods: ReturnArgument
    @OptionGroup var step: StepOptions
    @OptionGroup var sight: SightOptions

    func run() async throws {
        let (id, order) = (try goods.id, try goods.order.id)
        let session = try await WalletSession(step.home)
        let parcel = try await session.parcel(order)
        let carrier = try step.other(in: session, as: "carrier")
        let seen = try sight.handover(at: parcel.leg.destination, parcel.last.contents)
        let way = ReturnWay(carrier: carrier, weight: seen.weight, contents: seen.contents)
        try await step.take(
            [.shipBack(ShipBack(returned: id, way: way))], in: session, order: order)
    }
}

/// Files a return with customs: `argosy return file`.
struct FileReturnCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "file",
        abstract: "An accepted agent files the return with customs, so that its duty can go back.",
        discussion: """
            The message 625 is sealed to the customs that the order accepts, and to nobody else; \
            the ledger keeps its hash. A licensed declarant signs and sends it to customs itself.
            """)

    @OptionGroup var goods: ReturnArgument
    @OptionGroup var step: StepOptions

    @Argument(help: "The return application, customs message 625.")
    var file: String

    func run() async throws {
        let (id, order) = (try goods.id, try goods.order.id)
        let message = try CustomsFile.message(file, .returnOfGoods, "return application")
        let session = try await WalletSession(step.home)
        let terms = try await session.order(order).terms
        let sealed = try Sealing.document(
            [message.bytes], to: Sealing.readers(of: terms), context: id)
        let declaration = FileReturn(
            returned: id, declaration: AttachmentReference(to: sealed).hash)
        try await step.take(
            [.fileReturn(declaration)], in: session, order: order, documents: [sealed])
    }
}

/// Takes the goods back: `argosy return receive`.
struct ReceiveReturnCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "receive",
        abstract: "Warehouse or seller takes the goods; the carrier signs too (--with).")

    @OptionGroup var goods: ReturnArgument
    @OptionGroup var step: StepOptions
    @OptionGroup var sight: SightOptions

    func run() async throws {
        let id = try goods.id
        let session = try await WalletSession(step.home)
        let found = try await session.goodsReturn(goods)
        guard let way = found.way else {
            throw CommandError(
                "The goods of this return were not sent.",
                advice: "The buyer sends them with `argosy return ship`.")
        }
        let carrier = try step.other(in: session, as: "carrier")
        let contents = try sight.contents.map { try Digest($0, of: "--contents") }
        let receipt = ReceiveReturn(
            returned: id, carrier: carrier, weight: sight.weight,
            contents: contents ?? way.contents)
        try await step.take(
            [.receiveReturn(receipt)], in: session, order: try goods.order.id)
    }
}

/// Says what came back: `argosy return inspect`.
struct InspectReturnCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "inspect",
        abstract: "An accepted warehouse or inspector says what the goods are still worth.")

    @OptionGroup var goods: ReturnArgument
    @OptionGroup var step: StepOptions

    @Option(
        help: ArgumentHelp(
            "Share of the price: 100 as new, less when used, 0 for other goods.",
            valueName: "percent"))
    var worth: UInt64

    @Option(help: ArgumentHelp("Hash of the report.", valueName: "hash"))
    var report: String

    func validate() throws {
        guard worth <= 100 else { throw ValidationError("--worth is from 0 to 100") }
    }

    func run() async throws {
        let id = try goods.id
        let report = try Digest(report, of: "--report")
        let session = try await WalletSession(step.home)
        try await step.take(
            [
                .inspectReturn(
                    InspectReturn(
                        returned: id, worth: Share(clamping: worth * 10), report: report))
            ], in: session, order: try goods.order.id)
    }
}

/// Sells returned goods on where they are: `argosy return redirect`.
struct RedirectCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "redirect",
        abstract: "The seller sells the goods on where they are; the next buyer signs too (--with)."
    )

    @OptionGroup var goods: ReturnArgument
    @OptionGroup var step: StepOptions

    @Option(help: ArgumentHelp("The next buyer's order, already made.", valueName: "order"))
    var to: String

    func run() async throws {
        let id = try goods.id
        let next = try Digest(to, of: "--to")
        let session = try await WalletSession(step.home)
        let buyer = try step.other(in: session, as: "next buyer")
        try await step.take(
            [.redirectReturn(RedirectReturn(returned: id, buyer: buyer, order: next))],
            in: session, order: try goods.order.id)
    }
}
