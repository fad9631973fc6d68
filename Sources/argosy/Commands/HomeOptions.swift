import ArgumentParser
import Foundation
import Node

/// The option that names the node a command is about.
struct HomeOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The node's home; without it, the environment's ARGOSY_HOME, or ~/.argosy.",
            valueName: "directory"))
    var home: String?

    var node: Home {
        let environment = ProcessInfo.processInfo.environment
        return Home(home ?? environment["ARGOSY_HOME"] ?? NSHomeDirectory() + "/.argosy")
    }

    /// Asks the node that runs on the home.
    func ask(_ request: ControlRequest) async throws -> ControlAnswer {
        let home = node
        guard home.isPresent else {
            throw CommandError(
                "\(home.directory) is not a node's home.",
                advice: "Make one with `argosy init`, or name another with --home.")
        }
        do { return try await ControlClient(home).request(request) } catch {
            throw CommandError(error.message)
        }
    }

    /// Tells the node that runs on the home to do something.
    func order(_ request: ControlRequest) async throws {
        guard case .done = try await ask(request) else { throw CommandError.otherAnswer }
    }
}

extension CommandError {
    /// The node gave an answer to another question: the two programs are of different versions.
    static var otherAnswer: CommandError {
        CommandError(
            "The node's answer is not understood.",
            advice: "Restart the node with the same version of argosy as this command.")
    }
}
