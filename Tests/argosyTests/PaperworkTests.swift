import Foundation
import Testing

extension CommandTests {
    @Suite("Roles, rights and reviews by hand", .serialized)
    struct PaperworkTests {
        private static func network() async throws -> (Shop, RunningNode) {
            let network = try await Shop()
            let node = try await network.start()
            let haulier = try await Shop.account("haulier", at: network.home)
            try await network.run(
                "pay", "--account", "buyer", "--to", haulier, "--amount", "100.00", "--asset",
                "GBP"
            ).expectSuccess()
            return (network, node)
        }

        @Test("A role is given, shown, taken back; a credential of one's own says it too")
        func roles() async throws {
            let (network, node) = try await Self.network()
            defer { network.place.remove() }
            func word(_ role: String) async throws -> [String: Any] {
                let shown = try await network.run(
                    "attest", "show", "haulier", role, "--by", "shop", "--json")
                shown.expectSuccess()
                return try shown.json()
            }
            #expect(try await word("carrier")["state"] as? String == "never said")
            try await network.run("attest", "give", "haulier", "driver", "--account", "shop")
                .expectRefusal("`driver` is no role.")
            try await network.run(
                "attest", "give", "haulier", "carrier", "--account", "shop", "--until", "tomorrow"
            ).expectRefusal("`tomorrow` is no time.")
            try await network.run("attest", "give", "haulier", "carrier", "--account", "shop")
                .expectSuccess()
            #expect(try await word("carrier")["counts"] as? Bool == true)
            try await network.run("attest", "revoke", "haulier", "carrier", "--account", "shop")
                .expectSuccess()
            #expect(try await word("carrier")["state"] as? String == "taken back")
            #expect(try await word("carrier")["counts"] as? Bool == false)

            let file = network.place["credential"]
            let haulier = try #require(
                try await network.run(
                    "attest", "show", "haulier", "agent", "--by", "shop", "--json"
                )
                .json()["subject"] as? String)
            try await network.run(
                "credential", "export", "--account", "shop", "--subject", haulier, "--role",
                "agent", "--until", "2099-01-01T00:00:00Z", "--file", file
            ).expectSuccess()
            try await network.run("attest", "credential", file, "--account", "buyer")
                .expectRefusal("Only its issuer says the same on the ledger.")
            try await network.run("attest", "credential", file, "--account", "shop")
                .expectSuccess()
            let said = try await word("agent")
            #expect(said["counts"] as? Bool == true)
            #expect(said["end"] as? Int == 4_070_908_799_999)
            #expect((said["credential"] as? String)?.count == 64)
            try await node.stop()
        }

        @Test("What an order will pay is sold once, and both sides review it blindly")
        func rightsAndReviews() async throws {
            let (network, node) = try await Self.network()
            defer { network.place.remove() }
            try await network.run(
                "order", "offer", network.place["terms"], "--account", "shop", "--asset", "GBP",
                "--line", "2x10.00", "--leg", "CNSHA-GBFXT:haulier:2.00:30.00", "--mode", "locked"
            ).expectSuccess()
            let made = try await network.run(
                "order", "new", network.place["terms"], "--account", "buyer", "--with", "shop",
                "--json")
            made.expectSuccess()
            let order = try #require(try made.json()["order"] as? String)
            try await network.run("order", "ship", order, "--account", "shop", "--with", "haulier")
                .expectSuccess()

            func right(_ words: String...) async throws -> Command.Outcome {
                try await Command.run(
                    ["receivable", words[0], order] + words.dropFirst()
                        + ["--home", network.home], environment: Shop.secret)
            }
            try await right("show").expectRefusal("`argosy receivable mint`")
            try await right(
                "mint", "--amount", "20.00", "--due", "2099-01-01T00:00:00Z", "--account", "shop"
            ).expectSuccess()
            try await right("offer", "--price", "18.50", "--account", "shop").expectSuccess()
            try await right("buy", "--price", "18.49", "--account", "haulier")
                .expectRefusal("The transaction is final and failed")
            try await right("buy", "--price", "18.50", "--account", "haulier").expectSuccess()
            try await right("offer", "--price", "18.50", "--account", "shop")
                .expectRefusal("The transaction is final and failed")
            try await network.run(
                "order", "deliver", order, "--account", "haulier", "--with", "buyer"
            ).expectSuccess()
            try await network.run("order", "confirm", order, "--account", "buyer").expectSuccess()
            let settled = try await right("show", "--json")
            #expect(try settled.json()["state"] as? String == "settled")
            #expect(try settled.json()["paid"] as? String == "20.00 GBP")

            func review(_ words: String...) async throws -> Command.Outcome {
                try await Command.run(
                    ["review", words[0], order] + words.dropFirst() + ["--home", network.home],
                    environment: Shop.secret)
            }
            try await review("commit", "--stars", "6", "--account", "buyer")
                .expectRefusal("--stars is from 1 to 5", code: 64)
            let praise = ["--stars", "5", "--words", "as promised"]
            try await review(
                "commit", praise[0], praise[1], praise[2], praise[3], "--account", "buyer"
            )
            .expectSuccess()
            // The other side has not put down its own: nobody sees anything.
            try await review(
                "reveal", praise[0], praise[1], praise[2], praise[3], "--account", "buyer"
            )
            .expectRefusal("The transaction is final and failed")
            try await review("commit", "--stars", "4", "--account", "shop").expectSuccess()
            try await review(
                "reveal", "--stars", "4", "--words", "as promised", "--account", "buyer"
            )
            .expectRefusal("The transaction is final and failed")
            try await review(
                "reveal", praise[0], praise[1], praise[2], praise[3], "--account", "buyer"
            )
            .expectSuccess()
            try await review("reveal", "--stars", "4", "--account", "shop").expectSuccess()
            let shown = try await review("show", "--json")
            let sides = try #require(try shown.json()["sides"] as? [[String: Any]])
            #expect(sides.map { $0["stars"] as? Int } == [5, 4])
            let credit = try await network.run("credit", "shop", "--json")
            #expect(try credit.json()["stars"] as? [Int] == [5])
            try await node.stop()
        }
    }
}
