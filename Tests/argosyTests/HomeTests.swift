import Foundation
import Testing

extension CommandTests {
    @Suite("The home of a node", .serialized)
    struct HomeTests {
        @Test("A home is not made over another, and keeps its keys")
        func exists() async throws {
            let place = try Place()
            defer { place.remove() }
            _ = try await Shop.home(at: place["node"])
            let keys = place.text("node/node.key")
            let again = try await Command.run(["init", "--home", place["node"]])
            again.expectRefusal("exists already; choose another directory")
            #expect(place.text("node/node.key") == keys)
        }

        @Test("A home without a network says how to join one")
        func noNetwork() async throws {
            let place = try Place()
            defer { place.remove() }
            _ = try await Shop.home(at: place["node"])
            let run = try await Command.run(["run", "--home", place["node"]])
            run.expectRefusal("join one with `argosy init --genesis FILE`")
        }

        @Test("A command without a running node says how to start it")
        func notRunning() async throws {
            let place = try Place()
            defer { place.remove() }
            _ = try await Shop.home(at: place["node"])
            let status = try await Command.run(["status", "--home", place["node"]])
            status.expectRefusal(
                "No node is running on \(place["node"]); start one with `argosy run`")
        }

        @Test("A key file that others can read is refused, with the command that mends it")
        func exposedKeys() async throws {
            let network = try await Shop()
            defer { network.place.remove() }
            let key = network.home + "/node.key"
            try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: key)
            let run = try await Command.run(["run", "--home", network.home])
            run.expectRefusal("run `chmod 600 \(key)`")
            let account = network.home + "/wallet/buyer.account"
            try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: account)
            let list = try await network.run("key", "list")
            list.expectRefusal("run `chmod 600 \(account)`")
        }

        @Test("A second node on one home is refused, and the first goes on")
        func secondNode() async throws {
            let network = try await Shop()
            defer { network.place.remove() }
            let node = try await network.start()
            let second = try await Command.run(["run", "--home", network.home])
            second.expectRefusal("Another node is running on \(network.home)")
            #expect(try await node.isSynced())
            try await node.stop()
        }

        @Test("A port in use is named, and the home can be used afterwards")
        func portInUse() async throws {
            let network = try await Shop()
            defer { network.place.remove() }
            let node = try await network.start()
            let text = node.text
            let port = try #require(
                text.firstMatch(of: #/listening at=\/ip4\/127\.0\.0\.1\/tcp\/([0-9]+)/#)?.1)
            let other = network.place["other"]
            try await Command.run([
                "init", "--home", other, "--genesis", network.genesis, "--listen",
                "/ip4/127.0.0.1/tcp/\(port)",
            ]).expectSuccess()
            let refused = try await Command.run(["run", "--home", other])
            #expect(refused.code == 1 && !refused.wasKilled)
            #expect(refused.errors.contains("Error: The node cannot listen at /ip4/127.0.0.1/tcp/"))
            #expect(refused.errors.contains("\(port)"))
            try await node.stop()
            let after = try await RunningNode(other)
            try await after.stop()
        }

        @Test("Data of another network is refused and left as it is")
        func otherNetwork() async throws {
            let first = try await Shop()
            defer { first.place.remove() }
            let second = try await Shop()
            defer { second.place.remove() }
            let node = try await first.start()
            _ = try await first.pay("1.00")
            try await node.stop()
            let join = try await Command.run([
                "init", "--home", first.home, "--genesis", second.genesis,
            ])
            join.expectRefusal("use another home for another network")
            let own = try Data(contentsOf: URL(fileURLWithPath: first.home + "/genesis.json"))
            let other = try Data(contentsOf: URL(fileURLWithPath: second.genesis))
            try other.write(to: URL(fileURLWithPath: first.home + "/genesis.json"))
            let run = try await Command.run(["run", "--home", first.home])
            #expect(run.code == 1 && !run.wasKilled)
            #expect(run.errors.contains("another network") || run.errors.contains("of network"))
            try own.write(to: URL(fileURLWithPath: first.home + "/genesis.json"))
            let back = try await first.start()
            #expect(try await first.balance(of: "shop") != "0.00")
            #expect(try await back.isSynced())
            try await back.stop()
        }

        @Test("A genesis file that was changed is refused")
        func changedGenesis() async throws {
            let network = try await Shop()
            defer { network.place.remove() }
            let text = network.place.text("genesis.json")
            let changes: [(String, String)] = [
                ("", "it is not a genesis file"),
                ("{}", "is not a genesis file"),
                (String(repeating: "[", count: 100_000), "is not a genesis file"),
                (String(text.dropLast(text.count / 2)), "is not a genesis file"),
                (try Self.changingDocument(text), "its digest is not that of its document"),
            ]
            for (index, (content, sentence)) in changes.enumerated() {
                try network.place.write(content, to: "bad-\(index).json")
                let join = try await Command.run([
                    "init", "--home", network.place["fresh-\(index)"], "--genesis",
                    network.place["bad-\(index).json"],
                ])
                join.expectRefusal(sentence)
                #expect(
                    !FileManager.default.fileExists(atPath: network.place["fresh-\(index)"]))
            }
        }

        private static func changingDocument(_ text: String) throws -> String {
            let match = try #require(text.firstMatch(of: #/"document" : "([0-9a-f]+)"/#))
            var digits = Array(match.1)
            let middle = digits.count / 2
            digits[middle] = digits[middle] == "0" ? "1" : "0"
            return text.replacingOccurrences(of: String(match.1), with: String(digits))
        }

        @Test("Parts that found no network are refused with the part that is wrong")
        func badFounding() async throws {
            let place = try Place()
            defer { place.remove() }
            let (key, _) = try await Shop.home(at: place["node"])
            let shop = try await Shop.account("shop", at: place["node"])
            let validator = "Shop,\(key),1,\(shop)"
            let asset = "GBP,2,\(shop)"
            let fee = "GBP,10000,0.02"
            let wrong: [([String], String)] = [
                (["--validator", "Shop,\(key),0,\(shop)"], "weight"),
                (["--validator", "Shop,\(key),1"], "3 parts"),
                (["--validator", "Shop,\(key),1,\(shop),12"], "not a pledge"),
                (
                    ["--validator", "Shop,\(String(repeating: "0", count: 64)),1,\(shop)"],
                    "vote key"
                ),
                (["--validator", validator, validator], "found no network"),
                (["--asset", "gbp,2,\(shop)"], "3 to 12 of A-Z and 0-9"),
                (["--asset", "GBP,99,\(shop)"], "decimals are 0 to"),
                (["--asset", "GBP,2,\(shop),fly"], "is not a power"),
                (["--asset", "GBP,2,nobody"], "nobody"),
                (["--balance", "\(shop),EUR,1.00"], "which no --asset makes"),
                (["--fee", "EUR,1,1"], "which no --asset makes"),
                (["--network", "moon"], "main, test or local"),
            ]
            for (options, sentence) in wrong {
                var arguments = ["genesis", "--file", place["genesis.json"]]
                if options[0] != "--validator" { arguments += ["--validator", validator] }
                if options[0] != "--asset" { arguments += ["--asset", asset] }
                if options[0] != "--fee" { arguments += ["--fee", fee] }
                if options[0] != "--network" { arguments += ["--network", "local"] }
                let outcome = try await Command.run(arguments + options)
                outcome.expectRefusal(sentence)
                #expect(!FileManager.default.fileExists(atPath: place["genesis.json"]))
            }
        }
    }
}
