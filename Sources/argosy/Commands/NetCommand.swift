import ArgumentParser
import Node

/// Shows the node's connections: `argosy net peers`.
struct NetCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "net", abstract: "Show the node's connections.", subcommands: [Peers.self])

    struct Peers: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List the connected nodes.")

        @OptionGroup var home: HomeOptions
        @OptionGroup var output: OutputOptions

        func run() async throws {
            guard case .peers(let peers) = try await home.ask(.peers) else {
                throw CommandError.otherAnswer
            }
            try output.show(PeerList(peers: peers))
        }
    }
}

struct PeerList: Answer {
    let peers: [PeerAnswer]

    var text: String {
        guard !peers.isEmpty else { return "No node is connected." }
        var table = Table()
        table.add("PEER", "ADDRESS", "DIALLED", "HEIGHT")
        for peer in peers {
            table.add(
                peer.peer, peer.address, peer.outbound ? "by us" : "by them", String(peer.height))
        }
        return table.text
    }
}
