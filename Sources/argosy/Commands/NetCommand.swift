import ArgumentParser
import Foundation
import Node

/// Shows and changes the node's connections: `argosy net peers`.
struct NetCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "net", abstract: "Show and change the node's connections.",
        subcommands: [
            Peers.self, Add.self, Drop.self, Ban.self, Unban.self, Bans.self, ListCommand.self,
        ])

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

    struct Add: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Keep a connection to a node, also after a restart.")

        @OptionGroup var home: HomeOptions
        @OptionGroup var output: OutputOptions

        @Argument(help: "Its address with peer id: /ip4/203.0.113.7/tcp/9100/p2p/12D3KooW…")
        var address: String

        func run() async throws {
            try await home.order(.addPeer(address: address))
            try output.show(Done(done: "The node keeps a connection to \(address)."))
        }
    }

    struct Drop: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "End a connection, and do not dial that node for ten minutes.")

        @OptionGroup var home: HomeOptions
        @OptionGroup var output: OutputOptions

        @Argument(help: "The peer id.")
        var peer: String

        func run() async throws {
            try await home.order(.dropPeer(peer: peer))
            try output.show(Done(done: "The connection to \(peer) has ended."))
        }
    }

    struct Ban: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Keep a node out for a while.")

        @OptionGroup var home: HomeOptions
        @OptionGroup var output: OutputOptions

        @Argument(help: "The peer id.")
        var peer: String

        @Option(help: ArgumentHelp("How long.", valueName: "hours"))
        var hours: UInt64 = 24

        func validate() throws {
            guard (1...8_784).contains(hours) else {
                throw ValidationError("--hours is from 1 to 8784, which is 366 days")
            }
        }

        func run() async throws {
            try await home.order(.banPeer(peer: peer, seconds: hours * 3_600))
            try output.show(Done(done: "\(peer) is kept out for \(hours) hours."))
        }
    }

    struct Unban: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Lift a ban.")

        @OptionGroup var home: HomeOptions
        @OptionGroup var output: OutputOptions

        @Argument(help: "The peer id.")
        var peer: String

        func run() async throws {
            try await home.order(.unbanPeer(peer: peer))
            try output.show(Done(done: "\(peer) may connect again."))
        }
    }

    struct Bans: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List the nodes kept out.")

        @OptionGroup var home: HomeOptions
        @OptionGroup var output: OutputOptions

        func run() async throws {
            guard case .bans(let bans) = try await home.ask(.bans) else {
                throw CommandError.otherAnswer
            }
            try output.show(BannedNodes(bans: bans))
        }
    }
}

struct PeerList: Answer {
    let peers: [PeerAnswer]

    var text: String {
        guard !peers.isEmpty else { return "No node is connected." }
        var table = Table()
        table.add("PEER", "ADDRESS", "DIALLED", "ROLE", "HEIGHT")
        for peer in peers {
            table.add(
                peer.peer, peer.address, peer.outbound ? "by us" : "by them",
                peer.role.rawValue + (peer.kept ? ", kept" : ""), String(peer.height))
        }
        return table.text
    }
}

struct BannedNodes: Answer {
    let bans: [BanAnswer]

    var text: String {
        guard !bans.isEmpty else { return "No node is kept out." }
        var table = Table()
        table.add("PEER", "UNTIL")
        for ban in bans {
            let date = Date(timeIntervalSince1970: Double(ban.until) / 1_000)
            table.add(ban.peer, date.ISO8601Format())
        }
        return table.text
    }
}

/// What a command has done that shows nothing else.
struct Done: Answer {
    let done: String

    var text: String { done }
}
