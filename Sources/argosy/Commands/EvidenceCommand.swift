import ArgumentParser
import Node

/// Shows who broke the rules of agreement: `argosy evidence`.
struct EvidenceCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "evidence",
        abstract: "List validators that signed two votes which the rules never allow together.")

    @OptionGroup var home: HomeOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        guard case .evidence(let evidence) = try await home.ask(.evidence) else {
            throw CommandError.otherAnswer
        }
        try output.show(EvidenceList(evidence: evidence))
    }
}

struct EvidenceList: Answer {
    let evidence: [EvidenceAnswer]

    var text: String {
        guard !evidence.isEmpty else { return "Nothing is known against any validator." }
        var table = Table()
        table.add("BLOCK", "EPOCH", "VIEW", "VALIDATOR", "WHAT")
        for item in evidence {
            table.add(
                item.height == 0 ? "none yet" : String(item.height), String(item.epoch),
                String(item.view),
                item.validator.isEmpty ? "seat \(item.seat)" : String(item.validator.prefix(16)),
                Self.words(item.kind))
        }
        return table.text
    }

    /// The kind as people write it: `notarized twice`.
    private static func words(_ kind: String) -> String {
        kind.map { $0.isUppercase ? " \($0.lowercased())" : String($0) }.joined()
    }
}
