import ArgumentParser
import Foundation
import Node

/// Says how the node is: `argosy status`.
struct StatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "Say in one word how the node is, then the details.")

    @OptionGroup var home: HomeOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        guard case .status(let status) = try await home.ask(.status) else {
            throw CommandError.otherAnswer
        }
        try output.show(status)
    }
}

extension StatusAnswer: Answer {
    var text: String {
        var table = Table()
        table.add("role", role.rawValue)
        table.add("network", "\(network) \(chain.prefix(16))")
        table.add("peer id", peerID)
        table.add("height", "\(height) (epoch \(epoch), view \(view))")
        if time > 0 {
            let date = Date(timeIntervalSince1970: Double(time) / 1_000)
            table.add("last block", "\(date.formatted(.iso8601)) \(block.prefix(16))")
            table.add("state root", String(stateRoot.prefix(16)))
        }
        table.add("peers", String(peers))
        table.add("pending", "\(pending) transactions")
        return "\(word)\n\(table.text)"
    }
}
