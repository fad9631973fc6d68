import Foundation
import Testing

extension CommandTests {
    @Suite("A local network of four merchants", .serialized)
    struct DevnetTests {
        /// So many that the file is still being settled when a node is killed, however slowly the
        /// moment for that is found: with sixty the network was now and then done before.
        private static let sales = 300

        @Test("Four nodes settle a file; one is killed meanwhile; a late one reaches the same root")
        func wholeLife() async throws {
            let place = try Place()
            defer { place.remove() }
            try place.write(Invoices.file(sales: Self.sales), to: "invoices.csv")
            let directory = place["net"]
            let devnet = try Child(
                Command.executable.path,
                [
                    "devnet", "--nodes", "4", "--invoices", place["invoices.csv"], "--directory",
                    directory, "--json", "--stay",
                ], [:], output: place["output"], errors: place["errors"])
            defer { devnet.send(SIGTERM) }
            try await Self.killNode(2, in: directory, of: devnet)
            let isReported = await eventually(within: .seconds(120)) {
                place.text("output").hasSuffix("}\n") || !devnet.isRunning
            }
            try #require(isReported && devnet.isRunning, "\(place.text("errors"))")
            try Self.judge(place.text("output"))
            let isExplained = await eventually(within: .seconds(10)) {
                place.text("errors").contains("The network keeps running")
            }
            #expect(isExplained)
            let paid = try await Self.payByHand(directory, place)
            try await Self.traceByHand(directory, place)

            devnet.send(SIGINT)
            #expect(await devnet.ended(within: .seconds(12)), "Ctrl-C ends a network")
            #expect(
                devnet.code == 0 && !devnet.wasSignalled,
                "code \(devnet.code): \(place.text("errors"))")
            #expect(Self.process(running: "\(directory)/node-1") == nil, "no node stays behind")

            try await Self.joinLate(directory, place)
            let check = try await Command.run([
                "proof", "check", "--json", place["proof"], "--genesis",
                "\(directory)/node-3/genesis.json",
            ])
            check.expectSuccess()
            #expect(try check.json()["amount"] as? String == paid)
        }

        /// Kills a node as soon as it takes part, and expects that another process takes its place.
        private static func killNode(
            _ number: Int, in directory: String, of devnet: Child
        ) async throws {
            let home = "\(directory)/node-\(number)"
            let isUp = try await eventually(within: .seconds(60), every: .milliseconds(100)) {
                guard devnet.isRunning else { return true }
                guard FileManager.default.fileExists(atPath: home + "/control.sock") else {
                    return false
                }
                let status = try await Command.run(["status", "--json", "--home", home])
                guard status.code == 0 else { return false }
                return try status.json()["height"] as? Int ?? 0 > 0
            }
            #expect(isUp && devnet.isRunning)
            let victim = try #require(process(running: home))
            kill(victim, SIGKILL)
            let isBack = await eventually(within: .seconds(30)) {
                process(running: home).map { $0 != victim } ?? false
            }
            #expect(isBack, "the supervisor starts a killed node again")
        }

        /// The process that was started as `argosy run --home HOME`.
        private static func process(running home: String) -> Int32? {
            let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
            return names.compactMap { Int32($0) }.first { id in
                guard let line = FileHandle(forReadingAtPath: "/proc/\(id)/cmdline"),
                    let data = try? line.readToEnd()
                else { return false }
                let words = data.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
                return words.dropFirst() == ["run", "--home", home]
            }
        }

        private static func judge(_ output: String) throws {
            let last = try #require(output.split(separator: "\n").last)
            let report = try #require(
                try JSONSerialization.jsonObject(with: Data(last.utf8)) as? [String: Any])
            #expect(report["tally_equal"] as? Bool == true, "\(last)")
            #expect(report["roots_equal"] as? Bool == true, "\(last)")
            #expect(report["payments"] as? Int == sales)
            #expect(report["refunds"] as? Int == sales / 5)
            #expect(report["merchant_balance"] as? String == Invoices.balance(sales: sales))
            #expect(report["restarts"] as? Int == 1, "\(last)")
            #expect(report["proofs_checked"] as? Int ?? 0 > 0)
            #expect(report["rejected"] is [String: Any])
        }

        /// Records a thing from the light wallet, saves its history, and checks that with no node.
        private static func traceByHand(_ directory: String, _ place: Place) async throws {
            let item = "urn:epc:id:sgtin:9521234.070001.D1"
            try place.write(ItemDocument.text(of: item), to: "made.json")
            let wallet = ["--home", "\(directory)/wallets"]
            try await Command.run(
                ["item", "record", place["made.json"], "--account", "merchant"] + wallet,
                environment: ["ARGOSY_PASSPHRASE": "local network"]
            ).expectSuccess()
            try await Command.run(["trace", item, "--save", place["trace"]] + wallet)
                .expectSuccess()
            let offline = [
                "trace", item, "--json", "--genesis", "\(directory)/node-3/genesis.json", "--from",
            ]
            let found = try await Command.run(offline + [place["trace"]])
            found.expectSuccess()
            let lines = try #require(try found.json()["lines"] as? [[String: Any]])
            #expect(lines.map { $0["kind"] as? String } == ["began", "observed"])
            var bytes = [UInt8](
                try Data(contentsOf: URL(fileURLWithPath: place["trace"])))
            for place in stride(from: 0, to: bytes.count, by: bytes.count / 7) {
                bytes[place] ^= 1
            }
            try Data(bytes).write(to: URL(fileURLWithPath: place["changed"]))
            try await Command.run(offline + [place["changed"]])
                .expectRefusal("is not a history, or it was changed")
        }

        /// Pays and refunds from the light wallet, and saves the proof.
        private static func payByHand(_ directory: String, _ place: Place) async throws -> String {
            let wallet = ["--home", "\(directory)/wallets"]
            let secret = ["ARGOSY_PASSPHRASE": "local network"]
            let paid = try await Command.run(
                [
                    "pay", "--json", "--account", "buyer", "--to", "merchant", "--amount", "12.50",
                    "--asset", "GBP",
                ] + wallet, environment: secret)
            paid.expectSuccess()
            let payment = try #require(try paid.json()["payment"] as? String)
            try await Command.run(
                ["refund", payment, "--account", "merchant", "--amount", "2.50"] + wallet,
                environment: secret
            ).expectSuccess()
            try await Command.run(["proof", "get", payment, "--file", place["proof"]] + wallet)
                .expectSuccess()
            for name in ["merchant", "buyer"] {
                let statement = ["history", "--json", "--asset", "GBP", "--account", name] + wallet
                try await Command.run(statement).expectSuccess()
            }
            return "12.50"
        }

        /// Starts the four homes by hand and a fresh one that knows a single address.
        private static func joinLate(_ directory: String, _ place: Place) async throws {
            var nodes: [RunningNode] = []
            for number in 1...4 {
                nodes.append(try await RunningNode("\(directory)/node-\(number)"))
            }
            let config = place.text("net/node-1/config")
            let address = try #require(
                config.firstMatch(of: #/bootstrap = (\S+)/#).map { String($0.1) })
            let late = place["late"]
            try await Command.run([
                "init", "--home", late, "--role", "full", "--genesis",
                "\(directory)/node-1/genesis.json", "--listen", "/ip4/127.0.0.1/tcp/0",
                "--bootstrap", address,
            ]).expectSuccess()
            nodes.append(try await RunningNode(late))
            let first = nodes[0]
            let isEqual = try await eventually(within: .seconds(60), every: .milliseconds(200)) {
                let ours = try await nodes[4].status()
                let theirs = try await first.status()
                return ours["height"] as? Int ?? 0 > 0
                    && ours["height"] as? Int == theirs["height"] as? Int
                    && ours["stateRoot"] as? String == theirs["stateRoot"] as? String
                    && ours["word"] as? String == "synced"
            }
            #expect(isEqual, "\(nodes[4].text.suffix(2_000))")
            for node in nodes { try await node.stop() }
        }
    }
}

/// A file of invoices whose sum is known beforehand.
enum Invoices {
    /// Every fifth sale is returned in part by an invoice of its own.
    static func file(sales: Int) -> String {
        var lines = [
            "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPriceGBP,CustomerID,Country"
        ]
        for sale in 1...sales {
            let customer = 21_000 + sale % 7
            let time = "2026-09-01T\(10 + sale / 60):\(String(format: "%02d", sale % 60)):00Z"
            lines.append(
                "\(700_000 + sale),WL700,WOOL THROW,\(1 + sale % 4),\(time),10.25,\(customer),Japan"
            )
            guard sale.isMultiple(of: 5) else { continue }
            lines.append(
                "C\(800_000 + sale),WL700,WOOL THROW,-1,\(time),10.25,\(customer),Japan")
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// What the merchant has in the end.
    static func balance(sales: Int) -> String {
        let pieces = (1...sales).reduce(0) { $0 + 1 + $1 % 4 } - sales / 5
        let pence = pieces * 1_025
        return "\(pence / 100).\(String(format: "%02d", pence % 100))"
    }
}
