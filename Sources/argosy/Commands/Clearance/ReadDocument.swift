import ArgumentParser
import Chain
import Foundation
import Ledger
import Node
import Primitives
import Trade
import Wire

/// A sealed document as its reader sees it, beside what was opened on the ledger.
struct ReadDocument {
    let kind: MatchDocumentKind
    let seal: DocumentSeal
    let sealed: SealedDocument
    let key: DocumentKey
    /// Keys and values of the fields and lines, and the message if it was sealed too.
    let sections: [[UInt8]]
    /// Absent until the document is opened in this round.
    let opened: MatchDocument<Commitment>?

    /// Fetches it from a full node, and opens it with the reader's key.
    init(
        _ kind: MatchDocumentKind, of order: Digest, by reader: AgreementKey,
        in session: WalletSession, from keeper: HomeOptions
    ) async throws {
        let clearance = try await session.clearance(order)
        guard let seal = clearance[kind] else {
            throw CommandError("The \(kind) was not sealed.")
        }
        let request = ControlRequest.attachment(
            kind: Clearance.kind, id: order.hex, hash: seal.document.hex)
        guard case .attachment(let answer) = try await keeper.ask(request),
            let bytes = Hex.decode(answer.content),
            AttachmentReference(to: bytes).hash == seal.document,
            let sealed = try? SealedDocument(wire: bytes), sealed.root == seal.sections
        else { throw CommandError.otherAnswer }
        let context = DocumentDraft.context(
            order: order, kind: kind, signer: seal.signer, round: seal.round)
        guard let key = sealed.key(for: reader, context: context),
            let sections = sealed.open(by: reader, context: context)
        else {
            throw CommandError(
                "The \(kind) was not sealed to this account.",
                advice: "Its readers are those whom the order accepts as customs.")
        }
        let opening = try await session.record(
            OpenedDocument.id(order: order, kind: kind), as: OpenedDocument.self)
        self.kind = kind
        self.seal = seal
        self.sealed = sealed
        self.key = key
        self.sections = sections
        opened = opening.flatMap { $0.round == seal.round ? $0.document : nil }
    }

    /// The message as its signer wrote it; `nil` when it is not among the sections.
    var message: [UInt8]? {
        guard let last = sections.last, last.first == UInt8(ascii: "<") else { return nil }
        return last
    }

    /// Places, counted from zero, at which something else was sealed than committed to.
    var contradictions: [Int] {
        guard let places = opened?.places else { return [] }
        return places.indices.filter { place in
            guard place < sections.count,
                let key = FixedBytes<32>(Array(sections[place].prefix(FieldKey.byteCount)))
            else {
                return sections.count <= place || !sections[place].isEmpty || places[place] != nil
            }
            return places[place] != Commitment(to: value(at: place), under: FieldKey(key))
        }
    }

    func value(at place: Int) -> [UInt8] { Array(sections[place].dropFirst(FieldKey.byteCount)) }

    /// What people call a place.
    func name(of place: Int) -> String {
        place < kind.fields.count
            ? "\(kind.fields[place])" : "line \(place - kind.fields.count + 1)"
    }
}

/// Who keeps documents, when the wallet's own node is a light one.
struct KeeperOption: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The home of a full node on this machine, which keeps documents; without it, the wallet's.",
            valueName: "directory"))
    var fullNode: String?

    func home(of wallet: HomeOptions) -> HomeOptions {
        var home = wallet
        if let fullNode { home.home = fullNode }
        return home
    }
}

/// Reads a sealed document: `argosy clearance read`.
struct ReadDocumentCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "read",
        abstract:
            "Customs reads a document that was sealed to it, and compares it with its opening.",
        discussion: """
            Full nodes keep documents, light ones do not: with a light node's wallet, --full-node names \
            the home of one that runs here.
            """)

    @OptionGroup var order: OrderArgument
    @OptionGroup var home: HomeOptions
    @OptionGroup var keeper: KeeperOption
    @OptionGroup var output: OutputOptions
    @OptionGroup var passphrase: PassphraseOptions

    @Argument(help: "Which document: order, payment, waybill or list.")
    var kind: DocumentOption

    @Option(help: ArgumentHelp("Who reads; a name of the wallet.", valueName: "name"))
    var account: String?

    @Option(help: ArgumentHelp("Where to write the message as it was sealed.", valueName: "file"))
    var save: String?

    func run() async throws {
        let id = try order.id
        let session = try await WalletSession(home)
        let name = try session.account(account).name
        let key = try session.wallet.unlock(name, passphrase: try passphrase.read(for: name))
        let document = try await ReadDocument(
            kind.kind, of: id, by: key.agreementKey, in: session,
            from: keeper.home(of: home))
        if let save {
            guard let message = document.message else {
                throw CommandError("The \(kind.rawValue) was sealed without its message.")
            }
            try NewFile.write(Data(message), to: save)
        }
        try output.show(
            ReadDocumentAnswer(document, signer: session.address(of: document.seal.signer)))
    }
}

struct ReadDocumentAnswer: Answer {
    struct Field: Encodable {
        let name: String
        /// As it is compared; empty where the document says nothing.
        let value: String
    }

    let document: String
    let signer: String
    /// Whether its commitments are on the ledger, so that they could be compared.
    let opened: Bool
    let fields: [Field]
    /// Names of fields that were sealed otherwise than they were committed to.
    let contradictions: [String]

    init(_ read: ReadDocument, signer: String) {
        document = "\(read.kind)"
        self.signer = signer
        opened = read.opened != nil
        fields = read.kind.fields.indices.map { place in
            Field(
                name: read.name(of: place),
                value: String(decoding: read.value(at: place), as: UTF8.self))
        }
        contradictions = read.contradictions.map { read.name(of: $0) }
    }

    var text: String {
        var table = Table()
        table.add("signer", signer)
        for field in fields where !field.value.isEmpty {
            table.add(field.name, PreflightAnswer.printable(field.value))
        }
        let verdict =
            !opened
            ? "Its commitments are not open yet."
            : contradictions.isEmpty
                ? "It is what its signer opened on the ledger."
                : "IT IS NOT what its signer opened: \(contradictions.joined(separator: ", ")). "
                    + "`argosy clearance expose` shows that to everybody."
        return "\(table.text)\n\n\(verdict)"
    }
}

/// Shows that a signer sealed something else than he committed to: `argosy clearance expose`.
struct ExposeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "expose",
        abstract: "Customs shows everybody that a sealed document is not what its signer opened.",
        discussion: """
            The proof goes on the ledger, with the one field. Where the field is about a person only the \
            proof's hash does, and the proof is written to a file (--proof).
            """)

    @OptionGroup var order: OrderArgument
    @OptionGroup var step: StepOptions
    @OptionGroup var keeper: KeeperOption

    @Argument(help: "Which document: order, payment, waybill or list.")
    var kind: DocumentOption

    @Option(help: ArgumentHelp("Where to write a proof about a person.", valueName: "file"))
    var proof: String?

    func run() async throws {
        let id = try order.id
        let session = try await WalletSession(step.home)
        let name = try session.account(step.account).name
        let key = try session.wallet.unlock(
            name, passphrase: try step.passphrase.read(for: name))
        let document = try await ReadDocument(
            kind.kind, of: id, by: key.agreementKey, in: session,
            from: keeper.home(of: step.home))
        guard let opened = document.opened else {
            throw CommandError(
                "The \(kind.rawValue) is not open yet: there is nothing to contradict.")
        }
        let proofs = document.contradictions.compactMap {
            Contradiction(at: $0, of: document.sealed, key: document.key, against: opened)
        }
        let chosen = proofs.first { !$0.isPersonal(in: kind.kind) } ?? proofs.first
        guard let chosen, chosen.holds(against: document.seal, order: id, kind: kind.kind) else {
            throw CommandError("The \(kind.rawValue) is what its signer opened on the ledger.")
        }
        let isPersonal = chosen.isPersonal(in: kind.kind)
        if isPersonal {
            guard let proof else {
                throw CommandError(
                    "The contradiction is about a person, so only its hash goes on the ledger.",
                    advice: "Say with --proof FILE where to keep the proof itself.")
            }
            try NewFile.write(Data((Hex.encode(chosen.wire) + "\n").utf8), to: proof)
        }
        try await step.take(
            [
                .exposeSigner(
                    ExposeSigner(
                        order: id, kind: kind.kind, proof: isPersonal ? nil : chosen,
                        hidden: isPersonal ? chosen.digest : nil))
            ], in: session, order: id)
    }
}
