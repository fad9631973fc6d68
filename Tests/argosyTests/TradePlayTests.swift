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

        /// Orders of all three ways of paying and of both roads into the country, each tenth with a
        /// cancellation of some of its units.
        private static func file(orders: Int) -> String {
            var lines = [
                "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPriceGBP,CustomerID,Country"
            ]
            for order in 0..<orders {
                let customer = Person.all[order % Person.all.count].number
                // One piece over the limit of an order: retail, at full rates.
                guard order != 1 else {
                    lines.append(
                        "700001,GC1,GRANDFATHER CLOCK,1,2026-09-01T08:32:00Z,700.00,"
                            + "\(customer),Ireland")
                    continue
                }
                let price = ["6.20", "24.00", "58.00", "412.50"][order / 3 % 4]
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
                    "devnet", "--invoices", place["invoices.csv"], "--trades", "\(count)", "--seed",
                    "13",
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
            let courses = play["courses"] as? [String: Int] ?? [:]
            #expect(courses.count > 5)
            for course in ["lateSeal", "neverOpened"] {
                #expect(courses[course] ?? 0 > 0, "\(course) is played")
            }
            played.expectSuccess()
            let clearances = try #require(play["clearances"] as? [String: Int])
            #expect(clearances.values.reduce(0, +) == count)
            #expect(play["planned_clearances"] as? [String: Int] == clearances)
            for end in [
                "closed", "closed, amended", "accepted", "cancelled", "exported",
                "closed, general trade", "closed, amended, general trade",
            ] {
                #expect(clearances[end] ?? 0 > 0, "a clearance ends as \(end)")
            }
            let duty = try #require(play["duty"] as? [String: String])
            #expect(duty["paid"] == duty["reckoned"] && duty["paid"] != "0.00")
            try Self.scan(place["net"])
        }

        /// Looks through every byte that the nodes keep: blocks with all that travels in them, state,
        /// votes.
        private static func scan(_ directory: String) throws {
            let people = try JSONSerialization.jsonObject(
                with: Data(contentsOf: URL(fileURLWithPath: "\(directory)/people.json")))
            let invented = try #require(people as? [[String: String]])
            #expect(invented.count == Person.all.count)
            let secrets = PersonalData(
                Person.all.flatMap { [$0.name, $0.telephone, $0.identity] }
                    + invented.flatMap { $0.values.sorted() })
            #expect(secrets.needles.count > 150)
            // What is published on purpose is found, so the search can find: the reference of a
            // payment, and a packing list.
            let published = ["700001", "lgtin:9521234"]
            let control = PersonalData(published)
            var seen: Set<String> = []
            for node in 1...4 {
                for store in ["votes", "chain", "state"] {
                    let path = "\(directory)/node-\(node)/data/\(store)"
                    for file in try FileManager.default.contentsOfDirectory(atPath: path) {
                        let data = try Data(contentsOf: URL(fileURLWithPath: "\(path)/\(file)"))
                        let found = secrets.found(in: data)
                        #expect(found == [], "in \(store) of node \(node)")
                        seen.formUnion(control.found(in: data))
                    }
                }
            }
            for word in published { #expect(seen.contains("\(word) as UTF-8")) }
        }

        @Test("The search finds a word in every form in which it can be written")
        func search() {
            let word = "Adelheid Quittenbaum"
            let search = PersonalData([word])
            for offset in 0..<3 {
                let around = Data("\("xyz".prefix(offset))\(word)tail".utf8)
                #expect(search.found(in: around) == ["\(word) as UTF-8"])
                let coded = Data(around.base64EncodedString().utf8)
                #expect(search.found(in: coded) == ["\(word) as base64"])
            }
            let wide = Array(word.utf16)
            let little = Data(wide.flatMap { [UInt8($0 & 255), UInt8($0 >> 8)] })
            #expect(search.found(in: Data([7]) + little) == ["\(word) as UTF-16 LE"])
            let big = Data(wide.flatMap { [UInt8($0 >> 8), UInt8($0 & 255)] })
            #expect(search.found(in: Data([7]) + big) == ["\(word) as UTF-16 BE"])
            let hex = word.utf8.map { String(format: "%02x", $0) }.joined()
            #expect(search.found(in: Data(hex.utf8)) == ["\(word) as hex"])
            #expect(search.found(in: Data("Adelheid Quittenbau".utf8)) == [])
        }

        @Test("Trades need invoices, and a count that makes sense")
        func refusals() async throws {
            let alone = try await Command.run(["devnet", "--trades", "5", "--stay"])
            alone.expectRefusal("--trades is from 0 to 100000, and needs --invoices FILE", code: 64)
            let many = try await Command.run([
                "devnet", "--trades", "100001", "--invoices", "/dev/null",
            ])
            many.expectRefusal("--trades is from 0 to 100000", code: 64)
            // None is not too few: the file is read, and it is empty.
            let place = try Place()
            defer { place.remove() }
            try place.write("", to: "empty.csv")
            let none = try await Command.run([
                "devnet", "--trades", "0", "--invoices", place["empty.csv"],
            ])
            none.expectRefusal("empty.csv is not a file of invoices: the file is empty")
        }
    }
}
