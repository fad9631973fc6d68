import Foundation
import Testing

extension CommandTests {
    @Suite("Trades on a local network", .serialized)
    struct TradePlayTests {
        /// What identifies a buyer; all of it goes in as the customer's number of the invoices.
        private struct Person {
            let name: String
            let telephone: String
            let identity: String

            var number: String { "\(name) \(telephone) \(identity)" }

            static let all = [
                Person(
                    name: "Adelheid Quittenbaum", telephone: "+44 7700 900123",
                    identity: "11010519491231002X"),
                Person(
                    name: "Theodor Wacholder", telephone: "+86 139 1234 5678",
                    identity: "440524188001010014"),
                Person(
                    name: "Zwetana Lindenblatt", telephone: "0171 5556677",
                    identity: "QX-77-31-09-C"),
            ]
        }

        /// Orders of all three ways of paying, each tenth with a cancellation of some of its units.
        private static func file(orders: Int) -> String {
            var lines = [
                "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPriceGBP,CustomerID,Country"
            ]
            for order in 0..<orders {
                let customer = Person.all[order % Person.all.count].number
                let price = ["12.75", "58.00", "412.50"][order / 3 % 3]
                let time = "2026-09-01T08:32:00Z,\(price),\(customer),Ireland"
                lines.append("\(700_000 + order),WL\(order),WOOL THROW,6,\(time)")
                lines.append("\(700_000 + order),PN\(order),NOTEBOOK,2,\(time)")
                guard order.isMultiple(of: 10) else { continue }
                lines.append("C\(800_000 + order),WL\(order),WOOL THROW,-2,\(time)")
            }
            return lines.joined(separator: "\n") + "\n"
        }

        @Test("Every trade of a plan ends as the rules say, and no personal datum is on the chain")
        func wholePlay() async throws {
            let place = try Place()
            defer { place.remove() }
            let count = 60
            try place.write(Self.file(orders: count), to: "invoices.csv")
            let played = try await Command.run(
                [
                    "devnet", "--invoices", place["invoices.csv"], "--trades", "\(count)",
                    "--json", "--directory", place["net"],
                ], limit: .seconds(300))
            let report = try played.json()
            #expect(report["complaints"] as? [String] == [])
            #expect(report["trades_as_planned"] as? Bool == true)
            #expect(report["tally_equal"] as? Bool == true)
            #expect(report["roots_equal"] as? Bool == true)
            let trades = try #require(report["trades"] as? [String: Int])
            #expect(trades.values.reduce(0, +) == count)
            let play = try #require(report["trade_play"] as? [String: Any])
            #expect(play["planned"] as? [String: Int] == trades)
            #expect((play["modes"] as? [String: Int])?.count == 3)
            #expect((play["courses"] as? [String: Int] ?? [:]).count > 5)
            played.expectSuccess()
            try Self.scan(place["net"])
        }

        /// Looks through every byte that the nodes keep.
        private static func scan(_ directory: String) throws {
            let secrets = Person.all.flatMap { [$0.name, $0.telephone, $0.identity] }
            var sees = false
            for node in 1...4 {
                for store in ["votes", "chain", "state"] {
                    let path = "\(directory)/node-\(node)/data/\(store)"
                    for file in try FileManager.default.contentsOfDirectory(atPath: path) {
                        let url = URL(fileURLWithPath: "\(path)/\(file)")
                        guard let data = try? Data(contentsOf: url) else { continue }
                        for secret in secrets {
                            #expect(
                                data.range(of: Data(secret.utf8)) == nil,
                                "\(secret) is in \(store) of node \(node)")
                        }
                        // What is published on purpose is found, so the search can find.
                        sees = sees || data.range(of: Data("lgtin:9521234".utf8)) != nil
                    }
                }
            }
            #expect(sees, "the packing lists of the play are on the chain")
        }

        @Test("Trades need invoices, and a count that makes sense")
        func refusals() async throws {
            let alone = try await Command.run(["devnet", "--trades", "5", "--stay"])
            alone.expectRefusal("--trades is from 1 to 100000, and needs --invoices FILE", code: 64)
            let none = try await Command.run([
                "devnet", "--trades", "0", "--invoices", "/dev/null",
            ])
            none.expectRefusal("--trades is from 1 to 100000", code: 64)
        }
    }
}
