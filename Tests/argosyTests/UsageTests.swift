import Foundation
import Testing

extension CommandTests {
    @Suite("A wrong command line", .serialized)
    struct UsageTests {
        /// What `sysexits.h` calls a wrong usage; the argument parser's exit code.
        static let usage: Int32 = 64

        @Test(
            "A command line that is not understood is refused with one sentence",
            arguments: [
                (["fly"], "Unexpected argument 'fly'"),
                (["status", "--speed"], "Unknown option '--speed'"),
                (["pay", "--to", "somebody"], "Missing expected argument '--amount <amount>'"),
                (["init", "--role", "king"], "'king' is invalid"),
                (["init", "--listen", "localhost:9100"], "is not an address like /ip4/"),
                (
                    ["init", "--bootstrap", "/ip4/127.0.0.1/tcp/9100"],
                    "lacks the peer id; it ends in /p2p/"
                ),
                (["devnet"], "give --invoices FILE, or --stay"),
                (["devnet", "--nodes", "0", "--stay"], "--nodes is from 1 to 16"),
                (["run", "--log-format", "poem"], "'poem' is invalid"),
                (["run", "--bootstrap", "/nowhere/list.json"], "nor a file"),
                (["net", "ban", "12D3", "--hours", "0"], "--hours is from 1 to 8784"),
                (["net", "list", "/ip4/127.0.0.1/tcp/9100"], "lacks the peer id"),
                (["order", "verdict", "x", "--to-buyer", "101", "--report", "x"], "from 0 to 100"),
                (["return", "inspect", "x", "--worth", "101", "--report", "x"], "from 0 to 100"),
                (["return", "show", "x", "--index", "0"], "--index is counted from 1"),
                (["return", "request", "x", "--reason", "mood"], "'mood' is invalid"),
                (["clearance", "rule", "x", "42"], "the status is one of 100, 120"),
                (
                    ["clearance", "seal", "x", "list", "f", "--secret", "s", "--opening", "o"],
                    "--order-file goes with the list"
                ),
                (["clearance", "seal", "x", "letter"], "'letter' is invalid"),
                (["landed-cost", "--to", "EU"], "Missing expected argument '--day <day>'"),
            ])
        func usage(arguments: [String], sentence: String) async throws {
            let place = try Place()
            defer { place.remove() }
            let outcome = try await Command.run(
                arguments, environment: ["ARGOSY_HOME": place["home"]])
            outcome.expectRefusal(sentence, code: Self.usage)
            #expect(!FileManager.default.fileExists(atPath: place["home"]), "nothing was made")
        }

        @Test(
            "A command that needs a home says how to make one",
            arguments: [
                ["run"], ["status"], ["balance"], ["doctor"], ["key", "list"], ["net", "peers"],
                ["net", "bans"], ["net", "drop", "12D3"], ["net", "unban", "12D3"],
                ["key", "new", "shop"], ["pay", "--to", "x", "--amount", "1", "--asset", "GBP"],
                ["history", "--asset", "GBP"], ["history"],
                ["refund", String(repeating: "0", count: 64)],
                ["asset", "list"], ["key", "export", "shop"],
                ["return", "refund", String(repeating: "0", count: 64)],
                ["clearance", "show", String(repeating: "0", count: 64)],
                ["item", "recall", "x", "--notice", "/dev/null"],
                ["proof", "get", String(repeating: "0", count: 64), "--file", "/dev/null"],
            ])
        func noHome(arguments: [String]) async throws {
            let place = try Place()
            defer { place.remove() }
            let outcome = try await Command.run(
                arguments + ["--home", place["home"]], environment: Shop.secret)
            outcome.expectRefusal("`argosy init`")
            #expect(!FileManager.default.fileExists(atPath: place["home"]), "nothing was made")
        }

        static let columns =
            "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPriceGBP,CustomerID,Country"

        @Test(
            "A file that holds no invoices is refused before any node is started",
            arguments: [
                ("", "is not a file of invoices"),
                ("\u{7f}ELF\u{2}\u{1}\u{0}\u{0}", "is not a file of invoices"),
                ("Name,Age\nAda,36\n", "is not a file of invoices"),
                (
                    "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPriceGBP,Country\n",
                    "is not a file of invoices"
                ),
            ])
        func noInvoices(content: String, sentence: String) async throws {
            let place = try Place()
            defer { place.remove() }
            try place.write(content, to: "invoices.csv")
            let outcome = try await Command.run([
                "devnet", "--invoices", place["invoices.csv"], "--directory", place["net"],
            ])
            outcome.expectRefusal(sentence)
            #expect(!FileManager.default.fileExists(atPath: place["net"]), "nothing was made")
        }

        @Test("A missing file of invoices is named")
        func missingInvoices() async throws {
            let place = try Place()
            defer { place.remove() }
            let outcome = try await Command.run(["devnet", "--invoices", place["none.csv"]])
            outcome.expectRefusal("\(place["none.csv"]) cannot be read")
        }

        @Test("A network is not founded in a directory that holds something")
        func fullDirectory() async throws {
            let place = try Place()
            defer { place.remove() }
            try place.write("precious", to: "diary")
            try place.write(Self.columns + "\n", to: "../\(place.path.dropFirst(5)).csv")
            defer { try? FileManager.default.removeItem(atPath: place.path + ".csv") }
            let outcome = try await Command.run([
                "devnet", "--invoices", place.path + ".csv", "--directory", place.path,
            ])
            outcome.expectRefusal("is not empty")
            #expect(place.text("diary") == "precious")
        }

        @Test("Attack 16: an amount is a plain decimal number with no more decimals than its asset")
        func amounts() async throws {
            let place = try Place()
            defer { place.remove() }
            let (key, _) = try await Shop.home(at: place["node"])
            let address = try await Shop.account("shop", at: place["node"])
            for amount in [
                "1e3", "1.005", "-1", "+1", "1e400", "", " 1", "1,5", "0x10", "1.", ".5", "١",
                "18446744073709551616", "Infinity", "1_000",
            ] {
                let outcome = try await Command.run([
                    "genesis", "--validator", "Shop,\(key),1,\(address)",
                    "--asset", "GBP,2,\(address)", "--fee", "GBP,10000,0.02",
                    "--balance=\(address),GBP,\(amount)", "--file", place["genesis.json"],
                ])
                #expect(outcome.code != 0 && !outcome.wasKilled, "`\(amount)`")
                #expect(outcome.errors.contains("Error: "), "`\(amount)`: \(outcome.errors)")
                #expect(!FileManager.default.fileExists(atPath: place["genesis.json"]))
            }
        }
    }
}
