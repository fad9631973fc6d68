import Foundation
import Testing

extension CommandTests {
    @Suite("Paying, refunding and looking", .serialized)
    struct MoneyTests {
        @Test("A payment that cannot be made is refused with its reason, and no money moves")
        func refusals() async throws {
            let network = try await Shop()
            defer { network.place.remove() }
            let node = try await network.start()
            func pay(
                to: String, amount: String = "1.00", asset: String = "GBP",
                from account: String = "buyer"
            ) async throws -> Command.Outcome {
                try await network.run(
                    "pay", "--account", account, "--to", to, "--amount=\(amount)", "--asset", asset)
            }
            for amount in [
                "1e3", "1.005", "-1", "+1", "1e400", " 1", "1,5", "0x10", "1_000", "NaN",
                "18446744073709551616",
            ] {
                try await pay(to: network.shop, amount: amount)
                    .expectRefusal("`\(amount)` is not an amount of GBP")
            }
            try await pay(to: network.shop, amount: "0.00").expectRefusal("Error: ")
            try await pay(to: network.shop, asset: "EUR")
                .expectRefusal("The network has no asset `EUR`")
            try await pay(to: network.shop, from: "nobody")
                .expectRefusal("`argosy key list` shows what it has")
            try await network.run("balance", "--account", "nobody")
                .expectRefusal("`nobody` is no account of this wallet, and no address")
            try await pay(to: network.shop, amount: "1000.01").expectRefusal("Error: ")
            for (index, letter) in network.shop.enumerated() where index % 7 == 0 {
                var changed = Array(network.shop)
                changed[index] = letter == "q" ? "p" : "q"
                try await pay(to: String(changed)).expectRefusal("cannot be paid: ")
            }
            let mixed = network.shop.prefix(30) + network.shop.dropFirst(30).uppercased()
            try await pay(to: String(mixed)).expectRefusal("cannot be paid: ")
            let foreign = try await Self.mainAddress(in: network.place)
            try await pay(to: foreign).expectRefusal("is for network argosy, and this is argosyl")
            #expect(try await network.balance(of: "buyer") == "1000.00")
            #expect(try await network.balance(of: "shop") == "50.00")
            try await node.stop()
        }

        /// An account of a home that has no network yet: its address is one of the main network.
        private static func mainAddress(in place: Place) async throws -> String {
            _ = try await Shop.home(at: place["main"])
            return try await Shop.account("shop", at: place["main"])
        }

        @Test("Attack 82: a payee is an address and nothing else; nothing is fetched")
        func links() async throws {
            let network = try await Shop()
            defer { network.place.remove() }
            let node = try await network.start()
            for payee in [
                "argosy:\(network.shop)?amount=1e9", "http://127.0.0.1/huge",
                "\(network.shop)?r=http://127.0.0.1/huge", "\(network.shop)?req-future=1",
                "\(network.shop)?amount=1&amount=2", "../../wallet/buyer",
                String(repeating: "q", count: 100_000),
            ] {
                let paid = try await network.run(
                    "pay", "--account", "buyer", "--to", payee, "--amount", "1.00", "--asset",
                    "GBP")
                paid.expectRefusal("cannot be paid: ")
                #expect(paid.errors.utf8.count < 1_000, "a long payee is not repeated in full")
            }
            #expect(try await network.balance(of: "buyer") == "1000.00")
            try await node.stop()
        }

        @Test("Attack 83: a tiny payment from a stranger is hidden, and its amount counts")
        func bait() async throws {
            let network = try await Shop()
            defer { network.place.remove() }
            let node = try await network.start()
            _ = try await network.pay("0.01")
            _ = try await network.pay("10.00")
            func history(_ options: String...) async throws -> Command.Outcome {
                try await Command.run(
                    ["history", "--home", network.home, "--account", "shop", "--asset", "GBP"]
                        + options)
            }
            let shown = try await history()
            shown.expectSuccess()
            #expect(shown.output.contains("+10.00"))
            #expect(!shown.output.contains("+0.01"))
            #expect(shown.output.contains("1 tiny payments from strangers are hidden"))
            let all = try await history("--all")
            #expect(all.output.contains("+0.01"))
            #expect(try await network.balance(of: "shop") == "60.01")
            try await node.stop()
        }

        @Test("A user looks for evidence, names an asset by id, and stops the node by command")
        func lookingUp() async throws {
            let network = try await Shop()
            defer { network.place.remove() }
            let node = try await network.start()
            let evidence = try await Command.run(["evidence", "--home", network.home])
            evidence.expectSuccess()
            #expect(evidence.output.contains("Nothing is known against any validator"))
            let unknown = String(repeating: "0", count: 64)
            try await network.run(
                "pay", "--account", "buyer", "--to", network.shop, "--amount", "1.00", "--asset",
                unknown
            ).expectRefusal("The network has no asset `\(unknown)`")
            try await Command.run(["stop", "--home", network.home]).expectSuccess()
            await node.expectEnd(after: "argosy stop")
        }

        @Test("A wrong passphrase opens nothing, and the account is as it was")
        func wrongPassphrase() async throws {
            let network = try await Shop()
            defer { network.place.remove() }
            let node = try await network.start()
            let file = network.home + "/wallet/buyer.account"
            let before = try Data(contentsOf: URL(fileURLWithPath: file))
            let pay = [
                "pay", "--home", network.home, "--account", "buyer", "--to", "shop", "--amount",
                "1.00", "--asset", "GBP",
            ]
            try await Command.run(pay, environment: ["ARGOSY_PASSPHRASE": "incorrect horse"])
                .expectRefusal("passphrase")
            try await Command.run(pay).expectRefusal("No passphrase for `buyer`")
            try await Command.run(pay + ["--passphrase-file", network.place["none"]])
                .expectRefusal("\(network.place["none"]) cannot be read")
            let short = ["key", "new", "third", "--home", network.home]
            try await Command.run(short, environment: ["ARGOSY_PASSPHRASE": ""])
                .expectRefusal("The passphrase is too short")
            #expect(try Data(contentsOf: URL(fileURLWithPath: file)) == before)
            #expect(try await network.balance(of: "buyer") == "1000.00")
            try await node.stop()
        }

        @Test("Refunds of a payment are together at most what was paid")
        func refunds() async throws {
            let network = try await Shop()
            defer { network.place.remove() }
            let node = try await network.start()
            let payment = try await network.pay("10.00")
            func refund(_ name: String, _ options: String...) async throws -> Command.Outcome {
                try await Command.run(
                    ["refund", name, "--home", network.home, "--account", "shop"] + options,
                    environment: Shop.secret)
            }
            try await refund(payment, "--amount", "10.01")
                .expectRefusal("Only 10.00 GBP of that payment is left to refund")
            try await refund(payment, "--amount", "4.00").expectSuccess()
            try await refund(payment, "--amount", "6.01")
                .expectRefusal("Only 6.00 GBP of that payment is left to refund")
            try await refund(payment, "--amount", "0.00").expectRefusal("Error: ")
            try await refund(payment).expectSuccess()
            try await refund(payment).expectRefusal("0.00 GBP of that payment is left to refund")
            try await refund("nonsense").expectRefusal("64 hexadecimal digits")
            try await refund(String(repeating: "0", count: 64)).expectRefusal("Error: ")
            let byBuyer = try await network.run("refund", payment, "--account", "buyer")
            byBuyer.expectRefusal("Error: ")
            try await node.stop()
        }

        @Test("With --json every command prints one JSON object and nothing else")
        func json() async throws {
            let network = try await Shop()
            defer { network.place.remove() }
            let node = try await network.start()
            let payment = try await network.pay("10.00")
            let commands: [[String]] = [
                ["status"], ["net", "peers"], ["key", "list"], ["key", "export", "buyer"],
                ["key", "export", "buyer", "--words"], ["balance", "--account", "buyer"],
                ["key", "import", "watched", "--watch", network.shop],
                ["history", "--account", "buyer", "--asset", "GBP"], ["asset", "list"],
                ["refund", payment, "--account", "shop", "--amount", "1.00"],
                ["proof", "get", payment, "--file", network.place["proof"]],
                ["proof", "check", network.place["proof"]], ["doctor"],
                ["asset", "mint", "GBP", "--to", "buyer", "--amount", "5.00", "--account", "shop"],
                ["asset", "freeze", "GBP", "--holder", "buyer", "--account", "shop"],
                ["asset", "unfreeze", "GBP", "--holder", "buyer", "--account", "shop"],
                ["asset", "burn", "GBP", "--amount", "1.00", "--account", "buyer"],
                ["asset", "create", "TEA", "--supply", "10.00", "--account", "shop"],
                ["asset", "give-up", "GBP", "--powers", "freeze", "--account", "shop"],
            ]
            for arguments in commands {
                let outcome = try await Command.run(
                    arguments + ["--json", "--home", network.home], environment: Shop.secret)
                #expect(outcome.code == 0, "\(arguments): \(outcome.errors)")
                #expect(throws: Never.self, "\(arguments): \(outcome.output)") {
                    _ = try outcome.json()
                }
            }
            try await node.stop()
            let doctor = try await network.run("doctor", "--json")
            #expect(throws: Never.self) { _ = try doctor.json() }
            #expect(doctor.code == 0, "\(doctor.output)")
        }

        @Test("A journal lists every movement, with balances that add up")
        func history() async throws {
            let network = try await Shop()
            defer { network.place.remove() }
            let node = try await network.start()
            let payment = try await network.pay("10.00")
            try await network.run("refund", payment, "--account", "shop", "--amount", "2.50")
                .expectSuccess()
            let listed = try await network.run(
                "history", "--json", "--account", "buyer", "--asset", "GBP")
            listed.expectSuccess()
            let entries = try #require(try listed.json()["entries"] as? [[String: Any]])
            let amounts = entries.compactMap { $0["amount"] as? String }
            #expect(amounts.contains("-10.00") && amounts.contains("+2.50"), "\(amounts)")
            let sum = amounts.compactMap { Decimal(string: $0) }.reduce(0, +)
            let balance = try await network.balance(of: "buyer")
            #expect(Decimal(string: balance) == sum, "\(amounts) against \(balance)")
            #expect(entries.last?["balance"] as? String == balance)
            #expect(entries.compactMap { $0["number"] as? Int } == Array(1...entries.count))
            // Without an asset, each that the account has had.
            let book = try await network.run("history", "--json", "--account", "buyer")
            book.expectSuccess()
            let statements = try #require(try book.json()["statements"] as? [[String: Any]])
            let pounds = statements.filter { $0["asset"] as? String == "GBP" }
            #expect((pounds.first?["entries"] as? [Any])?.count == entries.count)
            #expect(
                statements.allSatisfy { ($0["entries"] as? [Any])?.isEmpty == false },
                "an asset that never moved is not told of")
            try await node.stop()
        }
    }
}
