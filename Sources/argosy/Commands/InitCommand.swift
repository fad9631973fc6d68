public import ArgumentParser
import Chain
import Foundation
import Node
import Primitives
import Transport

extension Role: ExpressibleByArgument {}
extension LogFormat: ExpressibleByArgument {}

/// Makes a home for a node: `argosy init --role validator`.
struct InitCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "init",
        abstract: "Make a home for a node: keys, settings, and the network it belongs to.",
        discussion: """
            A home can be made before its network is founded: its keys go into `argosy genesis`, and \
            the same command with --genesis joins the network afterwards.
            """)

    @OptionGroup var home: HomeOptions
    @OptionGroup var output: OutputOptions

    @Option(help: "What the node does: light, full or validator.")
    var role: Role = .full

    @Option(help: ArgumentHelp("The network's genesis file.", valueName: "file"))
    var genesis: String?

    @Option(
        parsing: .upToNextOption,
        help: ArgumentHelp("Where to listen, such as /ip4/0.0.0.0/tcp/9100.", valueName: "address"))
    var listen: [String] = []

    @Option(
        parsing: .upToNextOption,
        help: ArgumentHelp(
            "Whom to dial first: addresses with peer ids, or files with signed lists.",
            valueName: "address|file"))
    var bootstrap: [String] = []

    func validate() throws {
        for address in listen where Multiaddr(address) == nil {
            throw ValidationError(
                "`\(address)` is not an address like /ip4/203.0.113.7/tcp/9100")
        }
        for entry in bootstrap where !FileManager.default.fileExists(atPath: entry) {
            try Self.checkPeer(entry)
        }
    }

    /// Refuses what is no address of a certain peer.
    static func checkPeer(_ address: String) throws {
        guard let parsed = Multiaddr(address) else {
            throw ValidationError(
                "`\(address)` is not an address like /ip4/203.0.113.7/tcp/9100, nor a file")
        }
        guard parsed.peer != nil else {
            throw ValidationError(
                "`\(address)` lacks the peer id; it ends in /p2p/12D3KooW… "
                    + "(`argosy status` on that node shows it)")
        }
    }

    func run() async throws {
        let file = try genesis.map { try Home.genesis(at: $0) }
        let addresses = bootstrap.filter { Multiaddr($0) != nil }
        let lists = try bootstrap.filter { Multiaddr($0) == nil }.map { path in
            guard let file else {
                throw CommandError(
                    "A bootstrap list belongs to a network, and --genesis names none.")
            }
            return try BootstrapFile.read(path, for: file.digest, now: Clocks.wall)
        }
        let node = home.node
        if node.isPresent, let file {
            guard listen.isEmpty, bootstrap.isEmpty else {
                throw CommandError(
                    "\(node.directory) has its settings already, so --listen and --bootstrap "
                        + "change nothing.",
                    advice: "Edit \(node.configurationPath), then join without these options.")
            }
            try node.join(file)
        } else {
            let listens = listen.isEmpty && role != .light ? ["/ip4/0.0.0.0/tcp/9100"] : listen
            _ = try Home.create(
                at: node.directory,
                configuration: Configuration(role: role, listen: listens, bootstrap: addresses),
                genesis: file)
            var configuration = try node.configuration()
            configuration.bootstrapLists = try lists.map { try node.adopt($0) }
            try node.save(configuration)
        }
        let keys = try node.keys()
        try output.show(
            InitAnswer(
                home: node.directory, role: try node.configuration().role,
                peerID: "\(PeerID(keys.identity.publicKey))", voteKey: keys.vote.publicKey.hex,
                pledge: RevealChain(keys.vote).pledge.hex,
                chain: file?.digest.hex))
    }
}

struct InitAnswer: Answer {
    let home: String
    let role: Role
    let peerID: String
    let voteKey: String
    let pledge: String
    let chain: String?

    var text: String {
        var table = Table()
        table.add("home", home)
        table.add("role", role.rawValue)
        table.add("peer id", peerID)
        if role == .validator {
            table.add("vote key", voteKey)
            table.add("pledge", pledge)
        }
        table.add("network", chain.map { String($0.prefix(16)) } ?? "none yet")
        let next =
            chain == nil
            ? "Found a network with `argosy genesis`, or join one: argosy init --home \(home) "
                + "--genesis FILE"
            : "Start it: argosy run --home \(home)"
        return """
            \(table.text)

            Keep a copy of \(home)/node.key and \(home)/wallet in a safe place.
            \(next)
            """
    }
}
