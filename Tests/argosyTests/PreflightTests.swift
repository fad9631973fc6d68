import Foundation
import Testing

extension CommandTests {
    @Suite("argosy preflight")
    struct PreflightTests {
        /// The example parcel that ships with the project.
        static let parcel = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("../../Tools/Parcel").standardized.path

        static func arguments(list: String = "list.xml") -> [String] {
            [
                "preflight", "--order", "\(parcel)/order.xml", "--payment",
                "\(parcel)/payment.xml", "--waybill", "\(parcel)/waybill.xml", "--list",
                list.hasPrefix("/") ? list : "\(parcel)/\(list)",
            ]
        }

        @Test("Documents that match end with 0, offline and without a home")
        func clean() async throws {
            let outcome = try await Command.run(Self.arguments())
            #expect(outcome.code == 0, "\(outcome.errors)")
            #expect(outcome.output.contains("1 parcel: the documents match."))
            #expect(outcome.output.contains("licensed declarant signs it"))
            let json = try await Command.run(Self.arguments() + ["--json"])
            #expect(json.code == 0)
            #expect(try json.json()["failed"] as? [String] == [])
        }

        @Test("Documents that do not match end with 1, name the rules, both values and what to do")
        func wrong() async throws {
            let outcome = try await Command.run(Self.arguments(list: "wrong-list.xml"))
            #expect(outcome.code == 1)
            for part in [
                "BUYER_NAME_INV", "`示例买家`", "`示例卖家`", "ITEM_MISMATCH", "NET_GT_GROSS", "Copy the",
            ] {
                #expect(outcome.output.contains(part), "\(part)")
            }
            let json = try await Command.run(Self.arguments(list: "wrong-list.xml") + ["--json"])
            #expect(json.code == 1)
            #expect(
                try json.json()["failed"] as? [String]
                    == ["BUYER_NAME_INV", "ITEM_MISMATCH", "NET_GT_GROSS"])
            #expect(json.errors == "")
        }

        @Test("A person sees forty faults of fields and how many more there are; a program all")
        func manyFaults() async throws {
            let place = try Place()
            defer { place.remove() }
            let text = try String(contentsOfFile: "\(Self.parcel)/list.xml", encoding: .utf8)
            let unknown = String(repeating: "<ceb:other/>", count: 300)
            try place.write(
                text.replacing("</ceb:InventoryHead>", with: "\(unknown)</ceb:InventoryHead>"),
                to: "list.xml")
            let shown = try await Command.run(Self.arguments(list: place["list.xml"]))
            #expect(shown.code == 1)
            #expect(shown.output.contains("and 260 more; --json lists them all."))
            #expect(shown.output.contains("1 parcel: 0 rules fail, 300 fields are at fault."))
            let listed = try await Command.run(Self.arguments(list: place["list.xml"]) + ["--json"])
            #expect((try listed.json()["faults"] as? [Any])?.count == 300)
        }

        @Test("What the buyer has used counts")
        func used() async throws {
            let outcome = try await Command.run(
                Self.arguments() + ["--json", "--used", "25999.99"])
            #expect(outcome.code == 1)
            #expect(try outcome.json()["failed"] as? [String] == ["ANNUAL_LIMIT"])
        }

        @Test(
            "A wrong file gets one clear sentence",
            arguments: [
                ("", "there is nothing in it"), ("not xml", "is not well-formed XML"),
                ("<html/>", "`html`, which is no customs message"),
                ("<!DOCTYPE a><a/>", "declares a document type"),
                ("<?xml version='1.0' encoding='GBK'?><a/>", "save it as UTF-8"),
                (
                    "<CEB621Message/>",
                    "its root needs `xmlns:ceb=\"http://www.chinaport.gov.cn/ceb\"`"
                ),
                ("<a>this & that</a>", "is not written `&lt;` or `&amp;`"),
                (String(repeating: "<a>", count: 9_000), "elements are nested deeper than 32"),
            ])
        func wrongFile(content: String, sentence: String) async throws {
            let place = try Place()
            defer { place.remove() }
            try place.write(content, to: "list.xml")
            let outcome = try await Command.run(Self.arguments(list: place["list.xml"]))
            outcome.expectRefusal(sentence)
        }

        @Test("A missing file, a message in the wrong place and a wrong amount are named")
        func wrongArguments() async throws {
            let missing = try await Command.run(Self.arguments(list: "/nowhere/list.xml"))
            missing.expectRefusal("/nowhere/list.xml cannot be read.")
            let swapped = try await Command.run(Self.arguments(list: "order.xml"))
            swapped.expectRefusal("is a CEB311Message; the list is a CEB621Message.")
            swapped.expectRefusal("It is the order of a parcel.")
            let amount = try await Command.run(Self.arguments() + ["--used", "much"])
            amount.expectRefusal("--used must be an amount")
            let day = try await Command.run(Self.arguments() + ["--day", "2026-02-30"])
            day.expectRefusal("--day must be a day")
        }
    }
}
