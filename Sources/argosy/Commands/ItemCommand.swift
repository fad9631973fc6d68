import ArgumentParser
import Chain
import Documents
import Ledger
import Node
import Primitives
import Trade

/// Things that are followed: `argosy item record | hand | recall | acknowledge`.
struct ItemCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "item",
        abstract: "Write EPCIS events into the journals of things, and hand things over.",
        discussion: "`argosy trace ITEM` shows the whole history of one.",
        subcommands: [Record.self, Hand.self, Recall.self, Acknowledge.self])

    struct Record: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Write the events of an EPCIS document into the journals of its things.",
            discussion: """
                The ledger gets the CBV hash of each event; the document stays with whoever has \
                it. At most 16 events, all of them or none.
                """)

        @OptionGroup var step: StepOptions

        @Argument(help: "An EPCIS 2.0 document in JSON-LD.")
        var file: String

        func run() async throws {
            let events = try ItemCommand.events(file)
            let session = try await WalletSession(step.home)
            let actions = try events.map { try ItemCommand.action(of: $0) }
            try await ItemCommand.take(actions, of: events, step, session)
        }
    }

    struct Hand: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Give the things of an EPCIS event to another account, which signs too.",
            discussion: "Whatever lies in a thing goes with it. The other one is named by --with.")

        @OptionGroup var step: StepOptions

        @Argument(help: "An EPCIS 2.0 document in JSON-LD.")
        var file: String

        func run() async throws {
            let events = try ItemCommand.events(file)
            let session = try await WalletSession(step.home)
            let receiver = try step.other(in: session, as: "receiver")
            let actions = events.map { event in
                Action.Kind.handOverItems(
                    HandOverItems(
                        event: Digest(event.digest), items: event.things.map(\.key),
                        receiver: receiver))
            }
            try await ItemCommand.take(actions, of: events, step, session)
        }
    }

    private static func take(
        _ actions: [Action.Kind], of events: [ItemEvent], _ step: StepOptions,
        _ session: WalletSession
    ) async throws {
        guard (1...Body.actionLimit).contains(actions.count) else {
            throw CommandError(
                "The document has \(actions.count) events.",
                advice: "From 1 to \(Body.actionLimit) can be written at once; split it.")
        }
        let account = try session.account(step.account)
        let signed = try await session.sign(
            actions.map { Action($0) }, by: account.name, passphrase: step.passphrase,
            fee: step.fee, with: step.with.map { [$0] } ?? [])
        let answer = try await session.submit(signed)
        try step.output.show(ItemAnswer(events, answer))
    }

    static func events(_ file: String) throws -> [ItemEvent] {
        let check = try DocumentFile.read(file) { bytes throws(JsonFault) in
            try EpcisCheck(bytes)
        }
        guard check.faults.isEmpty, let document = check.document else {
            throw CommandError(
                "\(file) is not a valid EPCIS document.",
                advice: "`argosy epcis check \(file)` names each fault.")
        }
        do throws(ItemEvent.Fault) {
            var events: [ItemEvent] = []
            for event in document.events {
                events.append(try ItemEvent(event, in: document.context))
            }
            return events
        } catch {
            throw CommandError("An event of \(file) cannot be followed: \(error).")
        }
    }

    /// What an event does on the ledger.
    static func action(of event: ItemEvent) throws -> Action.Kind {
        let hash = Digest(event.digest)
        func keys(_ things: [ItemEvent.Thing]) -> [Digest] { Set(things.map(\.key)).sorted() }
        switch event.change {
        case .began(let things):
            return .beginItems(
                BeginItems(event: hash, items: keys(things).map { .init(key: $0) }))
        case .ended(let things): return .endItems(EndItems(event: hash, items: keys(things)))
        case .joined(_, let parent, let children):
            return .joinItems(
                JoinItems(event: hash, parent: parent.key, children: keys(children)))
        case .parted(_, let parent, let children):
            guard !children.isEmpty else {
                throw CommandError("An event empties \(parent.uri): it must name the things.")
            }
            return .partItems(
                PartItems(event: hash, parent: parent.key, children: keys(children)))
        case .transformed(let inputs, let outputs, _):
            return .transformItems(
                TransformItems(
                    event: hash, inputs: keys(inputs),
                    outputs: keys(outputs).map { .init(key: $0) }))
        case .observed, .seenTogether, .tied:
            return .observeItems(
                ObserveItems(event: hash, items: event.things.map(\.key)))
        }
    }
}

struct ItemAnswer: Answer {
    let transaction: String
    let height: UInt64
    /// CBV hashes of the events.
    let events: [String]
    /// Digital Links of the things.
    let things: [String]

    init(_ events: [ItemEvent], _ answer: SubmissionAnswer) {
        transaction = answer.id
        height = answer.height
        self.events = events.map { Digest($0.digest).hex }
        things = Set(events.flatMap { $0.things.map(\.uri) }).sorted()
    }

    var text: String {
        var table = Table()
        for event in events { table.add("event", event) }
        for thing in things { table.add("thing", thing) }
        table.add("transaction", transaction)
        table.add("block", String(height))
        return "final\n\(table.text)"
    }
}
