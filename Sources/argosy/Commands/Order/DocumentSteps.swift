import ArgumentParser
import Chain
import Ledger
import Node
import Primitives
import Trade

/// Shows the papers of an order in deposit and balance: `argosy order documents`.
struct DocumentsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "documents",
        abstract:
            "The seller of an order in deposit and balance shows the papers; the balance is due.",
        discussion: """
            The papers travel with the transaction and anybody can read them: seal what is not for \
            everybody. The ledger keeps their hashes.
            """)

    @OptionGroup var order: OrderArgument
    @OptionGroup var step: StepOptions

    @Argument(help: "Invoice, packing list, certificate: one file or more.")
    var files: [String]

    func run() async throws {
        let id = try order.id
        let session = try await WalletSession(step.home)
        let documents = try files.map { try DocumentFile.bytes($0, limit: 65_536) }
        let hashes = documents.map { AttachmentReference(to: $0).hash }
        try await step.take(
            [.postDocuments(PostDocuments(order: id, documents: hashes))], in: session, order: id,
            documents: documents)
    }
}

/// Gives the goods for the transport document: `argosy order surrender`.
struct SurrenderCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "surrender",
        abstract:
            "Whoever holds the transport document gets the goods; the carrier signs too (--with).")

    @OptionGroup var order: OrderArgument
    @OptionGroup var step: StepOptions
    @OptionGroup var sight: SightOptions

    func run() async throws {
        let id = try order.id
        let session = try await WalletSession(step.home)
        guard let document = try await session.order(id).document else {
            throw CommandError(
                "The order has no transport document.",
                advice: "Only orders in deposit and balance have one, from `argosy order ship` on.")
        }
        let parcel = try await session.parcel(id)
        let carrier = try step.other(in: session, as: "carrier")
        let handover = try sight.handover(at: parcel.leg.destination, parcel.last.contents)
        try await step.take(
            [
                .surrenderDocument(
                    SurrenderDocument(document: document, carrier: carrier, handover: handover))
            ], in: session, order: id)
    }
}

/// Takes a parcel back from the door: `argosy order refuse`.
struct RefuseCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "refuse",
        abstract: "The last carrier says that the buyer did not take the parcel; it goes back.",
        discussion: """
            The buyer signs too (--with), or the parcel was tendered at the door for more than a day. It \
            becomes the order's first return.
            """)

    @OptionGroup var order: OrderArgument
    @OptionGroup var step: StepOptions
    @OptionGroup var sight: SightOptions

    func run() async throws {
        let id = try order.id
        let session = try await WalletSession(step.home)
        let parcel = try await session.parcel(id)
        let buyer = try step.with.map { AccountID(try session.account($0).key) }
        let handover = try sight.handover(at: parcel.leg.destination, parcel.last.contents)
        try await step.take(
            [.refuseParcel(RefuseParcel(order: id, handover: handover, buyer: buyer))], in: session,
            order: id)
    }
}
