import ArgumentParser
import Foundation
import Gossip
import Node
import Primitives
import Transport

/// Writes a signed list of nodes to dial first: `argosy net list --file bootstrap.json ADDRESS…`.
struct ListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "Write a list of nodes to dial first, signed with this node's key.",
        discussion: "Others take it over with: argosy init --genesis FILE --bootstrap LIST")

    @OptionGroup var home: HomeOptions
    @OptionGroup var output: OutputOptions

    @Argument(help: "Addresses with peer ids, at most 64.")
    var addresses: [String]

    @Option(help: ArgumentHelp("How long the list is good.", valueName: "days"))
    var days: UInt64 = 90

    @Option(help: ArgumentHelp("Where to write the list.", valueName: "file"))
    var file: String = "bootstrap.json"

    func validate() throws {
        guard (1...1_096).contains(days) else {
            throw ValidationError("--days is from 1 to 1096, which is three years")
        }
        for address in addresses { try InitCommand.checkPeer(address) }
    }

    func run() async throws {
        let node = home.node
        guard node.isPresent else {
            throw CommandError(
                "\(node.directory) is not a node's home.",
                advice: "Make one with `argosy init`, or name another with --home.")
        }
        let now = Clocks.wall
        let list = try BootstrapFile(
            signing: addresses.compactMap { Multiaddr($0) }, for: try node.genesis().digest,
            sequence: now.milliseconds, expiry: now.adding(days * 24 * 3_600_000),
            with: try node.keys().identity)
        try NewFile.write(Data(try list.json.utf8), to: file)
        try output.show(
            ListAnswer(
                file: file, publisher: "\(PeerID(list.list.publisher))",
                peers: list.list.peers.count, days: days))
    }
}

struct ListAnswer: Answer {
    let file: String
    let publisher: String
    let peers: Int
    let days: UInt64

    var text: String {
        var table = Table()
        table.add("file", file)
        table.add("publisher", publisher)
        table.add("nodes", String(peers))
        table.add("good for", "\(days) days")
        return table.text
    }
}
