import Foundation
import Leftovers
import Logging
import Node
import Primitives
import Testing

func freshHome(_ configuration: Configuration = Configuration(role: .full)) throws -> Home {
    try Home.create(
        at: Leftovers.directory(), configuration: configuration,
        genesis: GenesisFile(document: [1, 2, 3], view: ["name": .text("test")]))
}

@Suite("The control socket", .tidy)
struct ControlTests {
    @Test("A request is answered over a socket that only its owner can open")
    func roundTrip() async throws {
        let home = try freshHome()
        let server = try await ControlServer(home)
        let log = Logger.node("test", level: "error")
        Leftovers.add { await server.close() }
        let task = Task {
            await server.run(log: log) { request in
                switch request {
                case .peers: .peers([])
                default: .failure(FailureAnswer("no", "Not here."))
                }
            }
        }
        let client = ControlClient(home)
        #expect(try await client.request(.peers) == .peers([]))
        await #expect(throws: FailureAnswer("no", "Not here.")) {
            try await client.request(.status)
        }
        let mode = try FileManager.default.attributesOfItem(atPath: home.controlPath)
        #expect(mode[.posixPermissions] as? Int == 0o600)
        try await hostile(client)
        #expect(try await client.request(.peers) == .peers([]))
        task.cancel()
        await task.value
        await #expect(throws: FailureAnswer.self) { try await client.request(.peers) }
    }
}

extension ControlTests {
    /// Attack 79: what is no request gets an answer or a closed connection, and nothing else.
    private func hostile(_ client: ControlClient) async throws {
        for text in ["{}", "{\"status\":1}", "\u{0}", "[[[[", "{\"submit\":{\"wait\":true}}"] {
            let reply = try await client.exchange(Array((text + "\n").utf8))
            let line = String(decoding: reply ?? [], as: UTF8.self)
            #expect(line.contains("failure"), "\(text)")
        }
        let endless = [UInt8](repeating: 0x20, count: 9 << 20)
        let reply = try? await client.exchange(endless)
        #expect(reply == nil)
    }
}

@Suite("A node's home", .tidy)
struct HomeTests {
    @Test("What was made can be opened, and is not made twice")
    func reopen() throws {
        let configuration = Configuration(
            role: .validator, listen: ["/ip4/127.0.0.1/tcp/9100"], logFormat: .json)
        let home = try freshHome(configuration)
        #expect(try home.configuration() == configuration)
        #expect(try home.genesis().document == [1, 2, 3])
        #expect(try home.keys().vote.publicKey != home.keys().identity.publicKey)
        #expect(throws: HomeError.exists(path: home.directory)) {
            try Home.create(
                at: home.directory, configuration: configuration, genesis: home.genesis())
        }
    }

    @Test("A second node on the same home gets one clear sentence")
    func lock() throws {
        let home = try freshHome()
        let lock = try home.lock()
        #expect(throws: HomeError.inUse(path: home.directory)) { try home.lock() }
        lock.release()
        try home.lock().release()
    }

    @Test("Attack 81: a key file that others can read is refused")
    func exposedKey() throws {
        let home = try freshHome()
        try FileManager.default.setAttributes(
            [.posixPermissions: 0o644], ofItemAtPath: home.keyPath)
        #expect(throws: HomeError.exposed(path: home.keyPath, mode: 0o644)) { try home.keys() }
    }

    @Test(
        "A wrong setting is named with its line",
        arguments: [
            ("role = king", 1), ("role = full\nport = 3", 2), ("role = full\nrole = light", 2),
            ("nonsense", 1), ("# fine\npeer-limit = 0", 2), ("listen = 9100", 1),
        ])
    func badSettings(text: String, line: Int) {
        #expect {
            try Configuration(parsing: text)
        } throws: { error in
            guard case .malformed(_, line, _)? = error as? HomeError else { return false }
            return true
        }
    }

    @Test("A genesis file whose digest is not that of its document is refused")
    func genesisDigest() throws {
        let json = try GenesisFile(document: [1, 2], view: [:]).json
        let forged = json.replacingOccurrences(of: "\"0102\"", with: "\"0103\"")
        #expect(throws: HomeError.self) { try GenesisFile(parsing: forged) }
        #expect(try GenesisFile(parsing: json).document == [1, 2])
    }
}

@Suite("Settings that change", .tidy)
struct SavingTests {
    @Test("A file that is written again is there, whole, and as secret as before")
    func twice() throws {
        let home = try freshHome()
        var configuration = try home.configuration()
        configuration.peerLimit = 7
        try home.save(configuration)
        try home.save(configuration)
        #expect(try home.configuration().peerLimit == 7)
        #expect(!FileManager.default.fileExists(atPath: home.configurationPath + ".new"))
    }
}
