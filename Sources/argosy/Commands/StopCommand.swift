import ArgumentParser
import Node

/// Stops the node of a home: `argosy stop`.
struct StopCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "stop", abstract: "Stop the running node of this home cleanly.")

    @OptionGroup var home: HomeOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        guard case .done = try await home.ask(.stop) else { throw CommandError.otherAnswer }
        try output.show(StoppedAnswer())
    }
}

struct StoppedAnswer: Answer {
    var stopping = true

    var text: String { "The node is stopping." }
}
