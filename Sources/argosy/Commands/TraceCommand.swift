import ArgumentParser
import Chain
import Documents
import Foundation
import LightClient
import Node
import Primitives
import Wire

/// Shows everything that happened to an item: `argosy trace`.
struct TraceCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "trace",
        abstract: "Show the whole history of an item; it is checked that nothing is left out.")

    @OptionGroup var home: HomeOptions
    @OptionGroup var output: OutputOptions

    @Argument(
        help: ArgumentHelp(
            "The item's GS1 Digital Link or EPC URN, or its key of 64 hexadecimal digits.",
            valueName: "item"))
    var item: String

    @Option(
        help: ArgumentHelp(
            "Save the history with its proof as a file; a light node makes it.",
            valueName: "file"))
    var save: String?

    @Option(
        help: ArgumentHelp(
            "Check a saved history instead; no node and no network is needed.", valueName: "file"))
    var from: String?

    @Option(
        help: ArgumentHelp(
            "With --from, the genesis file of the network; without it, that of the home.",
            valueName: "file"))
    var genesis: String?

    func validate() throws {
        guard save == nil || from == nil else {
            throw ValidationError("--save and --from do not go together")
        }
    }

    /// Checks a saved history from the genesis document on.
    private func check(_ path: String, _ key: Digest) throws -> TraceAnswer {
        let bytes = try DocumentFile.bytes(path, limit: TraceFile.byteLimit)
        let file: TraceFile
        do throws(WireError) { file = try TraceFile(wire: bytes) } catch {
            throw CommandError("\(path) is not a history, or it was changed: \(error).")
        }
        guard file.item == key else {
            throw CommandError("\(path) is the history of another item, \(file.item.hex).")
        }
        let founding = try genesis.map { try Home.genesis(at: $0) } ?? home.present().genesis()
        let document = try founding.decoded
        let anchor: TrustAnchor
        do throws(GenesisError) { anchor = try document.anchor } catch {
            throw CommandError("The genesis document founds no network: \(error).")
        }
        do throws(TraceFile.Fault) {
            let finding = try file.check(trusting: [anchor.digest], scheme: .ed25519)
            guard let answer = TraceAnswer(finding) else { throw .unreadable }
            return answer
        } catch { throw CommandError("The history does not hold: \(error).") }
    }

    func run() async throws {
        let key = ItemCommand.key(of: item)
        if let from { return try output.show(try check(from, key)) }
        if let save {
            guard case .proof(let answer) = try await home.ask(.traceFile(item: key.hex)),
                let bytes = Hex.decode(answer.file)
            else { throw CommandError.otherAnswer }
            try NewFile.write(Data(bytes), to: save)
            return try output.show(try check(save, key))
        }
        guard case .trace(let trace) = try await home.ask(.trace(item: key.hex)) else {
            throw CommandError.otherAnswer
        }
        try output.show(trace)
    }
}

extension TraceAnswer: Answer {
    var text: String {
        var facts = Table()
        facts.add("item", item)
        facts.add("made by", maker)
        facts.add(state == "active" ? "kept by" : state, state == "active" ? keeper : "")
        if !parent.isEmpty { facts.add("lies in", parent) }
        facts.add(
            "label", claims == 0 ? "not opened" : "opened \(claims) times, first by \(claimant)")
        if alarms > 0 { facts.add("ALARMS", "\(alarms): a step below cannot be true of one thing") }
        if !recall.isEmpty { facts.add("RECALLED", "notice \(recall)") }
        var history = Table()
        history.add("BLOCK", "WHEN", "WHAT", "BY", "EVENT")
        for line in lines {
            let date = Date(timeIntervalSince1970: Double(line.time) / 1_000)
            let place = line.level == 0 ? "" : " (\(line.level) around it)"
            history.add(
                String(line.height), date.formatted(.iso8601),
                (line.alarm ? "ALARM " : "") + Self.words(line.kind) + place,
                String(line.actor.prefix(12)), String(line.event.prefix(16)))
        }
        return """
            \(facts.text)

            \(history.text)

            Complete to block \(height): \(journals) journals were checked step by step against the \
            state that the validators signed. The network shows who said what; it cannot look into \
            the box.
            """
    }

    /// The kind as people write it: `handed over`.
    private static func words(_ kind: String) -> String {
        kind.map { $0.isUppercase ? " \($0.lowercased())" : String($0) }.joined()
    }
}
