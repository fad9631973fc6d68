import Foundation
import Testing

/// A network of one merchant, founded by the command itself: the smallest on which money moves.
///
/// The wallet of its home holds `shop`, the merchant, and `buyer`, who has 1000.00 GBP.
struct Shop {
    static let passphrase = "correct horse battery"
    static let secret = ["ARGOSY_PASSPHRASE": passphrase]

    let place: Place
    let shop: String
    let buyer: String
    var home: String { place["node"] }
    var genesis: String { place["genesis.json"] }

    init() async throws {
        place = try Place()
        let (key, _) = try await Self.home(at: place["node"])
        let shop = try await Self.account("shop", at: place["node"])
        let buyer = try await Self.account("buyer", at: place["node"])
        let found = try await Command.run([
            "genesis", "--network", "local", "--validator", "Shop,\(key),1,\(shop)",
            "--asset", "GBP,2,\(shop),mint+freeze", "--fee", "GBP,1.00,0.02",
            "--balance", "\(buyer),GBP,1000.00", "\(shop),GBP,50.00",
            "--file", place["genesis.json"],
        ])
        found.expectSuccess()
        let join = ["init", "--home", place["node"], "--genesis", place["genesis.json"]]
        try await Command.run(join).expectSuccess()
        // The addresses of a network begin with its prefix, so they are read again.
        self.shop = try await Self.address(of: "shop", at: place["node"])
        self.buyer = try await Self.address(of: "buyer", at: place["node"])
    }

    private static func address(of name: String, at home: String) async throws -> String {
        let listed = try await Command.run(["key", "list", "--json", "--home", home])
        let accounts = try #require(try listed.json()["accounts"] as? [[String: Any]])
        let account = accounts.first { $0["name"] as? String == name }
        return try #require(account?["address"] as? String)
    }

    /// Makes a home of a validator that listens on a free port of this machine.
    static func home(at path: String) async throws -> (voteKey: String, peerID: String) {
        let made = try await Command.run([
            "init", "--json", "--home", path, "--role", "validator",
            "--listen", "/ip4/127.0.0.1/tcp/0",
        ])
        made.expectSuccess()
        let answer = try made.json()
        return (
            try #require(answer["voteKey"] as? String), try #require(answer["peerID"] as? String)
        )
    }

    static func account(_ name: String, at home: String) async throws -> String {
        let made = try await Command.run(
            ["key", "new", name, "--json", "--home", home], environment: secret)
        made.expectSuccess()
        return try #require(try made.json()["address"] as? String)
    }

    /// Runs a command on the shop's home, with the wallet's passphrase.
    func run(_ arguments: String...) async throws -> Command.Outcome {
        try await Command.run(arguments + ["--home", home], environment: Self.secret)
    }

    /// Pays from the buyer to the shop, and returns the payment's name.
    func pay(_ amount: String) async throws -> String {
        let paid = try await run(
            "pay", "--json", "--account", "buyer", "--to", "shop", "--amount", amount, "--asset",
            "GBP")
        paid.expectSuccess()
        return try #require(try paid.json()["payment"] as? String)
    }

    func balance(of account: String) async throws -> String {
        let shown = try await run("balance", "--json", "--account", account)
        shown.expectSuccess()
        let rows = try #require(try shown.json()["balances"] as? [[String: Any]])
        return rows.first?["amount"] as? String ?? "0.00"
    }

    func start() async throws -> RunningNode { try await RunningNode(home) }
}

/// `argosy run` on a home.
struct RunningNode {
    /// Issue: SIGTERM stops a node within this time.
    static let stopLimit = Duration.seconds(5)
    static let startLimit = Duration.seconds(30)

    let home: String
    let child: Child
    var log: String { home + "/run.log" }

    /// Starts the node and waits until it answers.
    init(_ home: String, _ options: [String] = []) async throws {
        self.home = home
        child = try Child(
            Command.executable.path, ["run", "--home", home] + options, [:],
            output: home + "/run.out", errors: home + "/run.log")
        try await waitForAnswer()
    }

    /// Starts it through a shell that does something first, such as lowering a limit.
    init(_ home: String, after shell: String) async throws {
        self.home = home
        let line = "\(shell); exec '\(Command.executable.path)' run --home '\(home)'"
        child = try Child(
            "/bin/bash", ["-c", line], [:], output: home + "/run.out", errors: home + "/run.log")
        try await waitForAnswer()
    }

    private func waitForAnswer() async throws {
        let answers = try await eventually(within: Self.startLimit, every: .milliseconds(100)) {
            guard child.isRunning else { return true }
            return try await Command.run(["status", "--home", home]).code == 0
        }
        try #require(answers && child.isRunning, "\(text)")
    }

    /// What it has logged; nothing when there is no log.
    var text: String {
        String(decoding: FileManager.default.contents(atPath: log) ?? Data(), as: UTF8.self)
    }

    func status() async throws -> [String: Any] {
        try await Command.run(["status", "--json", "--home", home]).json()
    }

    /// Whether the node says `synced` before long; it says `starting` at first.
    func isSynced() async throws -> Bool {
        try await eventually(within: Self.startLimit, every: .milliseconds(100)) {
            try await status()["word"] as? String == "synced"
        }
    }

    /// Asks the node to stop, and expects that it does so in time and with exit code 0.
    func stop() async throws {
        child.send(SIGTERM)
        await expectEnd(after: "SIGTERM")
    }

    /// Expects that the node, which was asked to, ends in time and with exit code 0.
    func expectEnd(after what: String) async {
        let isDone = await child.ended(within: Self.stopLimit)
        #expect(isDone, "\(what) stops a node within \(Self.stopLimit)")
        if !isDone { child.send(SIGKILL) }
        guard isDone else { return }
        #expect(child.code == 0 && !child.wasSignalled, "\(text)")
    }

    /// As a power cut does.
    func kill() async {
        child.send(SIGKILL)
        _ = await child.ended(within: .seconds(10))
    }
}
