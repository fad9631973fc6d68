import Foundation
import Testing

extension CommandTests {
    @Suite("Attacks on a machine that runs a node", .serialized)
    struct AttackTests {
        @Test(
            "Attack 78: commands come through a socket of the owner; only the stated port is open")
        func ports() async throws {
            let network = try await Shop()
            defer { network.place.remove() }
            let node = try await network.start()
            let socket = network.home + "/control.sock"
            #expect(try Self.mode(of: socket) == 0o600)
            #expect(try Self.mode(of: network.home) == 0o700)
            let listening = try Self.listeningPorts(of: node.child.id)
            #expect(listening.count == 1, "\(listening)")
            try await node.stop()
            #expect(!FileManager.default.fileExists(atPath: socket), "no socket stays behind")
        }

        private static func mode(of path: String) throws -> Int {
            let attributes = try FileManager.default.attributesOfItem(atPath: path)
            return try #require(attributes[.posixPermissions] as? Int)
        }

        /// Local addresses at which a process listens, from the kernel's tables.
        private static func listeningPorts(of process: Int32) throws -> [String] {
            let directory = "/proc/\(process)/fd"
            let inodes = Set(
                try FileManager.default.contentsOfDirectory(atPath: directory).compactMap { name in
                    let target = try? FileManager.default.destinationOfSymbolicLink(
                        atPath: "\(directory)/\(name)")
                    return target?.wholeMatch(of: #/socket:\[([0-9]+)\]/#).map { String($0.1) }
                })
            var found: [String] = []
            for table in ["tcp", "tcp6", "udp", "udp6"] {
                let path = "/proc/net/\(table)"
                let handle = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
                let text = String(decoding: try handle.readToEnd() ?? Data(), as: UTF8.self)
                for line in text.split(separator: "\n").dropFirst() {
                    let columns = line.split(separator: " ")
                    let isListening = columns[3] == "0A" || table.hasPrefix("udp")
                    if isListening, inodes.contains(String(columns[9])) {
                        found.append("\(table) \(columns[1])")
                    }
                }
            }
            return found
        }

        @Test("Attack 79: nonsense at the control socket, and many connections, leave a node well")
        func nonsense() async throws {
            let network = try await Shop()
            defer { network.place.remove() }
            let node = try await network.start()
            let script = """
                import os, socket, sys
                path = sys.argv[1]
                def talk(data):
                    try:
                        s = socket.socket(socket.AF_UNIX); s.settimeout(3); s.connect(path)
                        s.sendall(data)
                        return s.recv(65536)
                    except OSError:
                        return b""
                deep = b'{"submit":' + b'[' * 200000 + b'\\n'
                for data in [b"\\n", b"{}\\n", b"GET / HTTP/1.1\\r\\nHost: x\\r\\n\\r\\n", deep,
                    b'{"status":{}}' + b" " * 2000000 + b"\\n", os.urandom(500000) + b"\\n",
                    b'{"submit":{"transaction":"zz","wait":true}}\\n',
                    b'{"submit":{"transaction":"","wait":false}}\\n',
                    b'{"history":{"account":"","asset":"","from":1,"limit":-1}}\\n',
                    b'{"history":{"account":"' + b"0" * 64 + b'","asset":"' + b"0" * 64
                    + b'","from":18446744073709551615,"limit":9223372036854775807}}\\n',
                    b'{"balance":{"account":"x","asset":"' + b"9" * 100000 + b'"}}\\n']:
                    talk(data)
                kept = []
                for _ in range(300):
                    s = socket.socket(socket.AF_UNIX); s.settimeout(1)
                    try: s.connect(path)
                    except OSError: break
                    kept.append(s)
                """
            let attack = try await Command.run(
                program: "/usr/bin/env", ["python3", "-c", script, network.home + "/control.sock"])
            #expect(attack.code == 0, "\(attack.errors)")
            #expect(node.child.isRunning, "\(node.text.suffix(2_000))")
            #expect(try await node.isSynced())
            _ = try await network.pay("1.00")
            try await node.stop()
        }

        @Test("Attack 80: a node that was killed starts again where it was")
        func killed() async throws {
            let network = try await Shop()
            defer { network.place.remove() }
            for round in 1...3 {
                let node = try await network.start()
                _ = try await network.pay("1.00")
                let height = try #require(try await node.status()["height"] as? Int)
                await node.kill()
                let again = try await network.start()
                #expect(try #require(try await again.status()["height"] as? Int) >= height)
                let entries = try await network.run(
                    "history", "--json", "--account", "shop", "--asset", "GBP")
                let list = try #require(try entries.json()["entries"] as? [[String: Any]])
                #expect(list.filter { $0["amount"] as? String == "+1.00" }.count == round)
                try await again.stop()
            }
        }

        @Test("Attack 80: a full disk stops the node with one sentence, and nothing is lost")
        func fullDisk() async throws {
            let network = try await Shop()
            defer { network.place.remove() }
            let first = try await network.start()
            _ = try await network.pay("1.00")
            try await first.stop()
            let before = try await Self.statement(of: network)
            // No file may grow past 48 KiB: what a disk does that has no room left.
            let full = try? await RunningNode(network.home, after: "trap '' XFSZ; ulimit -f 48")
            if let full {
                let paid = try await Command.run(
                    [
                        "pay", "--account", "buyer", "--to", "shop", "--amount", "2.00", "--asset",
                        "GBP", "--json", "--home", network.home,
                    ], environment: Shop.secret, limit: .seconds(10))
                #expect(paid.code != 0, "nothing is called final that is not on the disk")
                let isDone = await full.child.ended(within: .seconds(10))
                if !isDone { try await full.stop() }
                #expect(!full.child.wasSignalled, "\(full.text.suffix(2_000))")
            }
            let log = String(
                decoding: try Data(contentsOf: URL(fileURLWithPath: network.home + "/run.log")),
                as: UTF8.self)
            #expect(log.contains("is full; nothing was written"), "\(log.suffix(2_000))")
            #expect(!log.contains("Fatal error"), "\(log.suffix(2_000))")
            let after = try await Self.statement(of: network)
            #expect(after.starts(with: before), "\(before) then \(after)")
        }

        /// The shop's movements as a fresh node tells them.
        private static func statement(of network: Shop) async throws -> [String] {
            let node = try await network.start()
            let listed = try await network.run(
                "history", "--json", "--account", "shop", "--asset", "GBP")
            listed.expectSuccess()
            let entries = try #require(try listed.json()["entries"] as? [[String: Any]])
            try await node.stop()
            return entries.compactMap { $0["amount"] as? String }
        }

        @Test("Attack 81: no secret in any log, in the process list, or in a file others can read")
        func secrets() async throws {
            let network = try await Shop()
            defer { network.place.remove() }
            let config = network.home + "/config"
            let settings = try String(contentsOfFile: config, encoding: .utf8)
                .replacingOccurrences(of: "log-level = info", with: "log-level = trace")
            try settings.write(toFile: config, atomically: true, encoding: .utf8)
            let shown = try await network.run("key", "export", "buyer", "--words", "--json")
            let words = try #require(try shown.json()["content"] as? String)
            #expect(words.split(separator: " ").count == 24)
            let keys = try String(contentsOfFile: network.home + "/node.key", encoding: .utf8)
                .matches(of: #/= ([0-9a-f]{64})/#).map { String($0.1) }
            #expect(keys.count == 2)
            let node = try await network.start()
            let payment = try await network.pay("3.00")
            _ = try await network.run("refund", payment, "--account", "shop")
            let line = try Data(contentsOf: URL(fileURLWithPath: "/proc/\(node.child.id)/cmdline"))
            try await node.stop()
            let log = node.text
            let secrets = keys + [Shop.passphrase, words]
            for secret in secrets {
                #expect(!log.contains(secret))
                #expect(!String(decoding: line, as: UTF8.self).contains(secret))
            }
            let files = FileManager.default.enumerator(atPath: network.home)
            while let name = files?.nextObject() as? String {
                let path = "\(network.home)/\(name)"
                guard try Self.mode(of: path) & 0o077 != 0,
                    let data = FileManager.default.contents(atPath: path)
                else { continue }
                for secret in secrets {
                    #expect(data.range(of: Data(secret.utf8)) == nil, "\(name)")
                }
            }
        }

        @Test("With --log-format json every line of the log is one JSON object")
        func logLines() async throws {
            let network = try await Shop()
            defer { network.place.remove() }
            let node = try await RunningNode(network.home, ["--log-format", "json"])
            _ = try await network.pay("1.00")
            try await node.stop()
            let lines = node.text.split(separator: "\n")
            #expect(lines.count >= 3)
            for line in lines {
                let value = try? JSONSerialization.jsonObject(with: Data(line.utf8))
                #expect((value as? [String: Any])?["event"] is String, "\(line)")
            }
        }

        @Test("Attack 84: every new account has fresh words, and its words bring it back")
        func entropy() async throws {
            let place = try Place()
            defer { place.remove() }
            _ = try await Shop.home(at: place["node"])
            var phrases: Set<String> = []
            var words: Set<Substring> = []
            for index in 1...4 {
                let made = try await Command.run(
                    ["key", "new", "account-\(index)", "--json", "--home", place["node"]],
                    environment: Shop.secret)
                let answer = try made.json()
                let phrase = try #require(answer["phrase"] as? String)
                phrases.insert(phrase)
                words.formUnion(phrase.split(separator: " "))
                try place.write(phrase + "\n", to: "words-\(index)")
                let back = try await Command.run(
                    [
                        "key", "import", "back-\(index)", "--json", "--home", place["node"],
                        "--phrase-file", place["words-\(index)"],
                    ], environment: Shop.secret)
                #expect(try back.json()["address"] as? String == answer["address"] as? String)
                #expect(try back.json()["phrase"] == nil)
            }
            #expect(phrases.count == 4)
            #expect(words.count > 70, "96 words of a list of 2048 hardly ever repeat so often")
        }
    }
}
