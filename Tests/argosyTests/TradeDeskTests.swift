import Foundation
import Testing

extension CommandTests {
    @Suite("Returns, customs and recalls by hand", .serialized)
    struct TradeDeskTests {
        private static let hash = String(repeating: "ab", count: 32)

        /// A shop, a buyer, and others who can pay fees and put something down.
        private static func network(
            _ others: String...
        ) async throws -> (Shop, RunningNode) {
            let network = try await Shop()
            let node = try await network.start()
            for name in others {
                let address = try await Shop.account(name, at: network.home)
                try await network.run(
                    "pay", "--account", "buyer", "--to", address, "--amount", "100.00",
                    "--asset", "GBP"
                ).expectSuccess()
            }
            return (network, node)
        }

        /// Offers, orders and ships; returns the order and its secret.
        private static func shipped(
            _ network: Shop, _ options: String...
        ) async throws -> (order: String, secret: String) {
            let terms = network.place["terms"]
            let offer = [
                "order", "offer", terms, "--account", "shop", "--asset", "GBP", "--line",
                "3x10.00", "--leg", "CNSHA-GBFXT:haulier:2.00:30.00",
            ]
            try await Command.run(
                offer + options + ["--home", network.home], environment: Shop.secret
            ).expectSuccess()
            let made = try await network.run(
                "order", "new", terms, "--account", "buyer", "--json")
            made.expectSuccess()
            let order = try #require(try made.json()["order"] as? String)
            let warning = try #require(try made.json()["warning"] as? String)
            #expect(warning.contains("no record") || warning.contains("speak for a price"))
            try await network.run(
                "order", "ship", order, "--account", "shop", "--with", "haulier"
            ).expectSuccess()
            return (order, try #require(try made.json()["secret"] as? String))
        }

        @Test(
            "Goods go back by commands alone: asked, authorised, sent, received, judged, refunded")
        func returns() async throws {
            let (network, node) = try await Self.network("haulier", "judge")
            defer { network.place.remove() }
            let (order, secret) = try await Self.shipped(
                network, "--accept", "inspector:judge", "--accept", "warehouse:judge")
            try await network.run("return", "show", order)
                .expectRefusal("The order has no return 1")
            try await network.run(
                "order", "deliver", order, "--account", "haulier", "--secret", secret
            ).expectSuccess()
            func step(_ words: String...) async throws -> Command.Outcome {
                try await Command.run(
                    ["return", words[0], order] + words.dropFirst() + ["--home", network.home],
                    environment: Shop.secret)
            }
            try await step("request", "--account", "buyer", "--line", "two")
                .expectRefusal("Write it like 1x2")
            try await step("request", "--account", "buyer", "--line", "1x2").expectSuccess()
            try await step("receive", "--account", "shop", "--with", "haulier")
                .expectRefusal("The buyer sends them with `argosy return ship`")
            try await step("authorise", "--account", "shop", "--seller-pays").expectSuccess()
            try await step("ship", "--account", "buyer", "--with", "haulier").expectSuccess()
            try await step("receive", "--account", "shop", "--with", "haulier").expectSuccess()
            try await step(
                "inspect", "--account", "judge", "--worth", "100", "--report", "report"
            ).expectRefusal("--report is 64 hexadecimal digits")
            try await step(
                "inspect", "--account", "judge", "--worth", "100", "--report", Self.hash
            ).expectSuccess()
            let judged = try await step("show", "--json")
            judged.expectSuccess()
            #expect(try judged.json()["state"] as? String == "inspected")
            #expect(try judged.json()["lines"] as? [String] == ["1x2"])
            #expect(try judged.json()["price"] as? String == "20.00 GBP")
            let before = try await network.balance(of: "buyer")
            try await step("refund", "--account", "shop").expectSuccess()
            let after = try await network.balance(of: "buyer")
            #expect(
                try #require(Decimal(string: after)) - #require(Decimal(string: before)) == 20)
            let done = try await step("show", "--json")
            #expect(try done.json()["state"] as? String == "refunded")
            try await node.stop()
        }

        private static func file(_ name: String) -> String {
            "\(PreflightTests.parcel)/\(name).xml"
        }

        @Test("A parcel clears by commands alone: sealed, opened, matched, declared, released")
        func clearance() async throws {
            let (network, node) = try await Self.network("haulier", "broker", "customs")
            defer { network.place.remove() }
            let (order, _) = try await Self.shipped(
                network, "--accept", "agent:broker", "--accept", "customs:customs", "--duty",
                "2.73", "--treasury", "customs")
            func step(_ words: String...) async throws -> Command.Outcome {
                try await Command.run(
                    ["clearance", words[0], order] + words.dropFirst()
                        + ["--home", network.home], environment: Shop.secret)
            }
            try await step("show").expectRefusal("Nothing was sealed for this order")
            let told = try await step("secret", "--account", "buyer", "--json")
            told.expectSuccess()
            let secret = try #require(try told.json()["secret"] as? String)
            let again = try await step("secret", "--account", "buyer", "--json")
            #expect(try again.json()["secret"] as? String == secret, "it cannot be lost")
            let signers = [
                ("order", "shop"), ("payment", "buyer"), ("waybill", "haulier"),
                ("list", "broker"),
            ]
            for (kind, signer) in signers {
                let extra = kind == "list" ? ["--order-file", Self.file("order")] : []
                let sealed = try await Command.run(
                    [
                        "clearance", "seal", order, kind, Self.file(kind), "--secret", secret,
                        "--opening", network.place[kind], "--account", signer, "--home",
                        network.home,
                    ] + extra, environment: Shop.secret)
                sealed.expectSuccess()
            }
            // Sealed a second time: refused, and no opening of what was not sealed is left behind.
            let twice = network.place["twice"]
            try await step(
                "seal", "order", Self.file("order"), "--secret", secret, "--opening", twice,
                "--account", "shop"
            ).expectRefusal("Nothing moved but the fee")
            #expect(!FileManager.default.fileExists(atPath: twice))
            try network.place.write("nothing", to: "nothing")
            try await step("open", network.place["nothing"], "--account", "shop")
                .expectRefusal("`argosy clearance seal` writes such a file")
            for (kind, signer) in signers {
                try await step("open", network.place[kind], "--account", signer).expectSuccess()
            }
            let matched = try await step("show", "--json")
            #expect(try matched.json()["state"] as? String == "matched", "\(matched.output)")
            #expect(try matched.json()["failed"] as? [String] == [])
            try await step("declare", "--estimate", "2.74", "--account", "broker")
                .expectRefusal("The transaction is final and failed")
            try await step("declare", "--estimate", "2.73", "--account", "broker")
                .expectSuccess()
            // Customs reads what was sealed to it, and nobody else does.
            let waybill = network.place["read-waybill"]
            let read = try await step(
                "read", "waybill", "--account", "customs", "--save", waybill, "--json")
            read.expectSuccess()
            #expect(try read.json()["contradictions"] as? [String] == [])
            let fields = try #require(try read.json()["fields"] as? [[String: String]])
            #expect(fields.contains { $0["name"] == "consignee" && $0["value"] == "示例买家" })
            #expect(
                FileManager.default.contents(atPath: waybill)
                    == FileManager.default.contents(atPath: Self.file("waybill")))
            try await step("read", "waybill", "--account", "shop")
                .expectRefusal("The waybill was not sealed to this account.")
            try await step("expose", "waybill", "--account", "customs")
                .expectRefusal("The waybill is what its signer opened on the ledger.")
            try await step("rule", "120", "--account", "broker")
                .expectRefusal("Nobody whom the order accepts vouches")
            try await step("rule", "120", "--account", "customs").expectSuccess()
            try await step("rule", "800", "--account", "customs").expectSuccess()
            let released = try await step("show", "--json")
            #expect(try released.json()["state"] as? String == "released")
            let shown = try await network.run("order", "show", order, "--json")
            #expect(try shown.json()["duty"] as? String == "clock")
            try await node.stop()
        }

        @Test("A maker calls things back, and whoever has them says that it reached him")
        func recall() async throws {
            let (network, node) = try await Self.network("haulier")
            defer { network.place.remove() }
            let item = "urn:epc:id:sgtin:9521234.070001.R1"
            try network.place.write(ItemDocument.text(of: item), to: "made.json")
            try network.place.write("Do not use it.", to: "notice.txt")
            try await network.run("item", "record", network.place["made.json"], "--account", "shop")
                .expectSuccess()
            try await network.run(
                "item", "recall", item, "--notice", network.place["none.txt"], "--account", "shop"
            ).expectRefusal("none.txt cannot be read")
            try await network.run(
                "item", "recall", item, "--notice", network.place["notice.txt"], "--account",
                "haulier"
            ).expectRefusal("The transaction is final and failed")
            let called = try await network.run(
                "item", "recall", item, "--notice", network.place["notice.txt"], "--account",
                "shop", "--json")
            called.expectSuccess()
            let notice = try #require(try called.json()["notice"] as? String)
            try await network.run(
                "item", "acknowledge", item, "--notice", notice, "--account", "shop"
            ).expectSuccess()
            let traced = try await network.run("trace", item, "--json")
            #expect(try traced.json()["recall"] as? String == notice)
            let lines = try #require(try traced.json()["lines"] as? [[String: Any]])
            #expect(lines.suffix(2).map { $0["kind"] as? String } == ["recalled", "recallSeen"])
            try await node.stop()
        }
    }

    @Suite("argosy landed-cost")
    struct LandedCostCommandTests {
        private static func run(_ arguments: String...) async throws -> Command.Outcome {
            try await Command.run(["landed-cost"] + arguments)
        }

        @Test(
            "The rule of the day decides, offline and without a home, and says where it is written")
        func cost() async throws {
            let line = "2x30.00:620520:0.12:0.20"
            let before = try await Self.run(
                "--to", "EU", "--day", "2026-06-30", "--freight", "8.00", "--line", line, "--json")
            before.expectSuccess()
            #expect(try before.json()["duty"] as? String == "0.00")
            #expect(try before.json()["tax"] as? String == "13.60")
            #expect(try before.json()["landed"] as? String == "81.60")
            let after = try await Self.run(
                "--to", "EU", "--day", "2026-07-01", "--freight", "8.00", "--line", line, "--json")
            #expect(try after.json()["duty"] as? String == "3.00")
            #expect(try after.json()["landed"] as? String == "84.60")
            #expect(try after.json()["source"] as? String == "Regulation (EU) 2026/382")
            let china = try await Self.run(
                "--to", "CN", "--day", "2026-03-01", "--line", "1x100.00:190110:0:0.13")
            china.expectSuccess()
            #expect(china.output.contains("9.10"))
            #expect(china.output.contains("Cai Guan Shui [2016] 18"))
        }

        @Test(
            "What cannot be computed is refused with one sentence",
            arguments: [
                (["--to", "US", "--day", "2026-08-01"], "There is no rule for US on 2026-08-01"),
                (["--to", "EU", "--day", "tomorrow"], "--day must be a day such as 2026-07-01"),
                (
                    ["--to", "EU", "--day", "2026-07-01", "--freight=-1"],
                    "--freight must be an amount"
                ),
                (
                    ["--to", "EU", "--day", "2026-07-01", "--rules", "/nowhere"],
                    "/nowhere cannot be read"
                ),
            ])
        func refused(arguments: [String], sentence: String) async throws {
            let line = ["--line", "1x1.00:620520:0.12:0.20"]
            try await Command.run(["landed-cost"] + arguments + line).expectRefusal(sentence)
        }

        @Test(
            "A line that cannot be read is refused with how to write one",
            arguments: ["", "1.00", "1x1.00:62:0:0", "1x1.00:620520:a:b", "0x1.00:620520:0:0"])
        func line(_ text: String) async throws {
            try await Self.run("--to", "EU", "--day", "2026-07-01", "--line", text)
                .expectRefusal("Write it like 2x30.00:620520:0.12:0.20")
        }

        @Test("Rates may have a percent sign, and a place small letters; a rate of 12 is a slip")
        func rates() async throws {
            let parts = try await Self.run(
                "--to", "GB", "--day", "2026-01-01", "--line", "2x100.00:620520:0.125:0.2")
            let hundredths = try await Self.run(
                "--to", "gb", "--day", "2026-01-01", "--line", "2x100.00:620520:12.5%:20%")
            parts.expectSuccess()
            #expect(parts.output == hundredths.output)
            #expect(parts.output.contains("marketplace at the sale"))
            try await Self.run(
                "--to", "GB", "--day", "2026-01-01", "--line", "2x100.00:620520:12.5:20"
            ).expectRefusal("Rates are parts of one: 12 percent are 0.12, or 12%.")
            try await Self.run(
                "--to", "GB", "--day", "2011-01-01", "--line", "2x100.00:620520:0:0.2"
            ).expectRefusal("Its rules are of 2012-01-01 to 2020-12-31, 2021-01-01 to 2029-03-31.")
        }

        @Test("China's limits are named: an order of several pieces over the single limit")
        func limits() async throws {
            try await Self.run(
                "--to", "CN", "--day", "2026-03-01", "--line", "2x3000.00:190110:0:0.13"
            ).expectRefusal("More than 5000 yuan")
            try await Self.run(
                "--to", "CN", "--day", "2026-03-01", "--used", "26000", "--line",
                "1x100.00:190110:0:0.13"
            ).expectRefusal("over its limit of 26000 yuan")
        }
    }
}
