import ArgumentParser
import Chain
import Documents
import Foundation
import Ledger
import Node
import Primitives
import Trade
import Wire

/// The four documents, as people write them.
enum DocumentOption: String, CaseIterable, ExpressibleByArgument {
    case order, payment, waybill, list

    var kind: MatchDocumentKind {
        switch self {
        case .order: .order
        case .payment: .payment
        case .waybill: .waybill
        case .list: .list
        }
    }
}

/// Seals a document: `argosy clearance seal`.
struct SealCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "seal",
        abstract: "A signer seals his document to customs, and keeps its opening in a file.",
        discussion: """
            The list is computed against the order, so the agent names the order's file too. After \
            a rejection --amend begins a new round; everybody seals again, with the secret of that \
            round.
            """)

    @OptionGroup var order: OrderArgument
    @OptionGroup var step: StepOptions

    @Argument(help: "Which document: order, payment, waybill or list.")
    var kind: DocumentOption

    @Argument(help: "The customs message, 311, 411, 511 or 621.")
    var file: String

    @Option(help: ArgumentHelp("What `argosy clearance secret` printed.", valueName: "secret"))
    var secret: String

    @Option(help: ArgumentHelp("Where to write the opening.", valueName: "file"))
    var opening: String

    @Option(help: ArgumentHelp("With the list: the order, message 311.", valueName: "file"))
    var orderFile: String?

    @Option(help: "With order and list: yuan that the buyer has used of this year's limit.")
    var used = "0"

    @Flag(help: "The goods enter by general trade: no limit of retail import counts.")
    var general = false

    @Flag(help: "Correct a document after a rejection.")
    var amend = false

    func validate() throws {
        guard (kind == .list) == (orderFile != nil) else {
            throw ValidationError("--order-file goes with the list, and only with it")
        }
    }

    func run() async throws {
        let id = try order.id
        let secret = try Digest(secret, of: "--secret").bytes
        let (document, number, message) = try document()
        let session = try await WalletSession(step.home)
        let terms = try await session.order(id).terms
        guard try await session.record(id, as: Parcel.self) != nil else {
            throw CommandError(
                "The order has no parcel that could be cleared.",
                advice: "The seller gives it to the first carrier with `argosy order ship`.")
        }
        let signer = AccountID(try session.account(step.account).key)
        let draft = DocumentDraft(document, secret: secret, number: number)
        let place = ClearancePlace(order: id, signer: signer, round: try await round(session, id))
        let readers = try Sealing.readers(of: terms)
        let sealed: SealedDraft
        do throws(SealingError) {
            sealed = try draft.sealed(
                for: place, nonce: SystemEntropy.bytes32(), to: readers, message: message,
                entropy: SystemEntropy.bytes32())
        } catch { throw CommandError("The document cannot be sealed: \(error).") }
        let text = Hex.encode(Action(.openDocument(sealed.opening)).wire) + "\n"
        try NewFile.write(Data(text.utf8), to: opening)
        do {
            try await step.take(
                [amend ? .amendDocument(sealed.amendment) : .sealDocument(sealed.action)],
                in: session, order: id, documents: [sealed.attachment])
        } catch let error as CommandError where error.isWithoutEffect {
            // Nothing was sealed, so there is nothing to open, and the name is free again.
            try? FileManager.default.removeItem(atPath: opening)
            throw error
        }
    }

    /// The round that the document is sealed for.
    private func round(_ session: WalletSession, _ id: Digest) async throws -> UInt32 {
        let current = try await session.record(id, as: Clearance.self)?.round ?? 1
        return amend ? current + 1 : current
    }

    /// Reads the message; the list beside its order.
    private func document() throws -> (MatchDocument<[UInt8]>, number: [UInt8], message: [UInt8]) {
        guard let used = Figure(Array(used.utf8)), used >= .zero else {
            throw CommandError("--used must be an amount such as 1200.50.")
        }
        let own = try CustomsFile.message(file, kind.kind.message, kind.rawValue)
        let content = try Self.only(own.reading, file)
        var order = content
        if let orderFile {
            let message = try CustomsFile.message(orderFile, .order, "order")
            order = try Self.only(message.reading, orderFile)
        }
        let match = DocumentQuadruple(
            order: order, payment: content, waybill: content, list: content
        ).match(limits: general ? .none : TaxRules.known.retailLimits(on: nil), used: used)
        let document =
            switch kind {
            case .order: match.order
            case .payment: match.payment
            case .waybill: match.waybill
            case .list: match.list
            }
        guard let number = document[.orderNumber], number.count <= FieldKey.orderByteLimit else {
            throw CommandError("\(file) names no order.")
        }
        return (document, number, own.bytes)
    }

    private static func only(
        _ reading: CustomsReader.Reading, _ path: String
    ) throws -> CustomsDocument {
        guard reading.faults.isEmpty else {
            throw CommandError(
                "\(path) is no message that customs takes: \(reading.faults[0]).",
                advice: "`argosy preflight` names every fault.")
        }
        guard reading.message.documents.count == 1 else {
            throw CommandError(
                "\(path) holds \(reading.message.documents.count) documents.",
                advice: "One parcel is sealed at a time; split it.")
        }
        return reading.message.documents[0]
    }
}

/// Shows the commitments of a sealed document: `argosy clearance open`.
struct OpenCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "open",
        abstract: "A signer shows the commitments of what he sealed, once all four are sealed.")

    @OptionGroup var order: OrderArgument
    @OptionGroup var step: StepOptions

    @Argument(help: "The file that `argosy clearance seal` wrote.")
    var opening: String

    func run() async throws {
        let id = try order.id
        let text = try DocumentFile.bytes(opening, limit: 65_536)
        let hex = String(decoding: text, as: UTF8.self)
            .trimmingCharacters(in: .whitespacesAndNewlines)
        guard let bytes = Hex.decode(hex), let action = try? Action(wire: bytes),
            case .openDocument(let opened) = action.kind
        else {
            throw CommandError(
                "\(opening) holds no opening.",
                advice: "`argosy clearance seal` writes such a file.")
        }
        guard opened.order == id else {
            throw CommandError("\(opening) is of another order, \(opened.order.hex).")
        }
        let session = try await WalletSession(step.home)
        try await step.take([.openDocument(opened)], in: session, order: id)
    }
}

/// Declares the goods: `argosy clearance declare`.
struct DeclareCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "declare", abstract: "The agent declares goods whose documents match.")

    @OptionGroup var order: OrderArgument
    @OptionGroup var step: StepOptions

    @Option(help: "Tax as the agent reckons it, at most what is locked for it.")
    var estimate: String

    func run() async throws {
        let id = try order.id
        let session = try await WalletSession(step.home)
        let asset = try await session.asset(ofOrder: id)
        let amount = try session.amount(estimate, of: asset)
        try await step.take(
            [.declareGoods(DeclareGoods(order: id, estimate: amount))], in: session, order: id)
    }
}

/// Customs gives a status: `argosy clearance rule`.
struct RuleCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rule",
        abstract: "Customs gives a declared parcel its next status.",
        discussion: """
            120 accepted, 100 rejected, 300 review, 500 inspection, 501 to 503 and 599 held, 399 \
            examined and cleared, 800 released, 700 sent back, 899 closed.
            """)

    @OptionGroup var order: OrderArgument
    @OptionGroup var step: StepOptions

    @Argument(help: "The status, as customs numbers it.")
    var status: UInt32

    @Option(help: "The reason, as customs numbers reasons; its words stay with the agent.")
    var reason: UInt32 = 0

    func validate() throws {
        guard Self.known.contains(status) else {
            let list = Self.known.map(String.init).joined(separator: ", ")
            throw ValidationError("the status is one of \(list)")
        }
    }

    /// As reference trade 1.4 has them.
    private static let known: [UInt32] = [
        100, 120, 300, 399, 500, 501, 502, 503, 599, 700, 800, 899,
    ]

    func run() async throws {
        let id = try order.id
        let session = try await WalletSession(step.home)
        try await step.take(
            [.ruleOnGoods(RuleOnGoods(order: id, status: status, reason: reason))],
            in: session, order: id)
    }
}

/// Writes down what customs answered elsewhere: `argosy clearance report`.
struct ReportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report",
        abstract: "Where no customs takes part: the agent writes down a receipt; it moves nothing.")

    @OptionGroup var order: OrderArgument
    @OptionGroup var step: StepOptions

    @Argument(help: "The receipt, customs message 622.")
    var receipt: String

    @Option(help: "The status in it, as customs numbers it.")
    var status: UInt32

    func run() async throws {
        let id = try order.id
        let message = try CustomsFile.message(receipt, .listReceipt, "receipt")
        let session = try await WalletSession(step.home)
        let report = ReportReceipt(
            order: id, status: status, receipt: Digest(hashing: message.bytes, in: .packing))
        try await step.take([.reportReceipt(report)], in: session, order: id)
    }
}
