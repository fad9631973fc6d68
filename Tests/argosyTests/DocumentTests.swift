import Foundation
import Testing

extension CommandTests {
    @Suite("EPCIS documents and credentials on the command line", .serialized)
    struct DocumentTests {
        static let event = #"""
            {"@context":["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"],
            "type":"EPCISDocument","schemaVersion":"2.0","creationDate":"2026-03-01T12:00:00Z",
            "epcisBody":{"eventList":[{"type":"ObjectEvent",
            "eventTime":"2026-03-01T12:00:00.000+08:00","eventTimeZoneOffset":"+08:00",
            "action":"ADD","epcList":["urn:epc:id:sgtin:9521234.070001.T101"],
            "bizStep":"commissioning"}]}}
            """#
        /// By the reference generator.
        static let hash =
            "ni:///sha-256;27586eb2a0082e80c521abf2f920359a32751e911a49a529257c1e527678d868"
            + "?ver=CBV2.0"

        @Test("A valid document is accepted without any home, and its hash is printed")
        func valid() async throws {
            let place = try Place()
            defer { place.remove() }
            try place.write(Self.event, to: "event.json")
            let checked = try await Command.run(["epcis", "check", place["event.json"], "--json"])
            checked.expectSuccess()
            let answer = try checked.json()
            #expect(answer["valid"] as? Bool == true)
            #expect(answer["hashes"] as? [String] == [Self.hash])
            #expect((answer["faults"] as? [Any])?.isEmpty == true)
            let hashed = try await Command.run(["epcis", "hash", place["event.json"]])
            hashed.expectSuccess()
            #expect(hashed.output == Self.hash + "\n")
        }

        @Test("A refused document ends with 1, and names event, field and rule")
        func refused() async throws {
            let place = try Place()
            defer { place.remove() }
            let text = Self.event.replacingOccurrences(of: "commissioning", with: "transforming")
            try place.write(text, to: "event.json")
            let checked = try await Command.run(["epcis", "check", place["event.json"], "--json"])
            #expect(checked.code == 1)
            let answer = try checked.json()
            #expect(answer["valid"] as? Bool == false)
            let faults = try #require(answer["faults"] as? [[String: Any]])
            #expect(faults.count == 1)
            #expect(faults[0]["rule"] as? String == "BIZ_STEP")
            #expect(faults[0]["field"] as? String == "bizStep")
            #expect(faults[0]["event"] as? Int == 1)
            let told = try await Command.run(["epcis", "check", place["event.json"]])
            #expect(told.code == 1)
            #expect(told.output.contains("event 1, bizStep: `transforming` is no word"))
        }

        @Test(
            "A file that is no document is refused with one sentence",
            arguments: [
                ("", "is no JSON: line 1: the document ends too early"),
                ("<epcis/>", "is no JSON: line 1: here is no value of JSON"),
                ("{}", "has no list of events"), ("[1]", "has no list of events"),
            ])
        func wrongFile(text: String, sentence: String) async throws {
            let place = try Place()
            defer { place.remove() }
            try place.write(text, to: "event.json")
            for verb in ["check", "hash"] {
                let outcome = try await Command.run(["epcis", verb, place["event.json"]])
                outcome.expectRefusal(sentence)
            }
            let missing = try await Command.run(["epcis", "check", place["nothing.json"]])
            missing.expectRefusal("cannot be read")
        }

        @Test("A credential made from the wallet is checked without a home, and found when changed")
        func credential() async throws {
            let place = try Place()
            defer { place.remove() }
            let (_, _) = try await Shop.home(at: place["node"])
            _ = try await Shop.account("customs", at: place["node"])
            let subject = try await Shop.account("agent", at: place["node"])
            let file = place["role.json"]
            let export = [
                "credential", "export", "--account", "customs", "--subject", subject, "--role",
                "carrier", "--jurisdiction", "CN", "--from", "2026-01-01T00:00:00Z", "--until",
                "2027-01-01T00:00:00Z", "--home", place["node"],
            ]
            let made = try await Command.run(
                export + ["--file", file], environment: Shop.secret)
            made.expectSuccess()
            let printed = try await Command.run(export + ["--json"], environment: Shop.secret)
            printed.expectSuccess()
            #expect(try printed.json()["credential"] is [String: Any])

            let check = ["credential", "check", file, "--json", "--at"]
            let held = try await Command.run(check + ["2026-06-01T00:00:00Z"])
            held.expectSuccess()
            let answer = try held.json()
            #expect(answer["valid"] as? Bool == true)
            #expect(answer["issuerSigned"] as? Bool == true)
            #expect(answer["role"] as? String == "carrier")
            #expect(answer["jurisdiction"] as? String == "CN")
            #expect((answer["subject"] as? String)?.hasPrefix("did:key:z6Mk") == true)
            try await Command.run(check + ["2025-12-31T23:59:59Z"])
                .expectRefusal("does not hold yet: it begins at 2026-01-01T00:00:00Z")
            try await Command.run(check + ["2027-01-01T00:00:00Z"])
                .expectRefusal("does not hold any more: it ended at 2027-01-01T00:00:00Z")
            let changed = place.text("role.json")
                .replacingOccurrences(of: "\"carrier\"", with: "\"inspector\"")
            try place.write(changed, to: "changed.json")
            try await Command.run(["credential", "check", place["changed.json"]])
                .expectRefusal("the signature is not that of the verification method's key")
        }

        @Test("Wrong answers to what a credential needs are refused with one sentence")
        func wrongCredential() async throws {
            let place = try Place()
            defer { place.remove() }
            let (_, _) = try await Shop.home(at: place["node"])
            let subject = try await Shop.account("shop", at: place["node"])
            func export(_ arguments: String...) async throws -> Command.Outcome {
                try await Command.run(
                    ["credential", "export", "--home", place["node"]] + arguments,
                    environment: Shop.secret)
            }
            let role = ["--role", "carrier"]
            try await export("--account", "shop", "--subject", subject, "--role", "king")
                .expectRefusal("`king` is no role")
            try await export("--account", "shop", "--subject", "did:web:x", role[0], role[1])
                .expectRefusal("`did:web:x` is no subject")
            try await export("--account", "shop", "--subject", "nobody", role[0], role[1])
                .expectRefusal("`nobody` is no subject")
            try await export("--account", "king", "--subject", subject, role[0], role[1])
                .expectRefusal("no account `king`")
            try await export(
                "--account", "shop", "--subject", subject, role[0], role[1], "--until", "soon"
            )
            .expectRefusal("`soon` is no time")
            try await export(
                "--account", "shop", "--subject", subject, role[0], role[1], "--until",
                "2020-01-01T00:00:00Z"
            ).expectRefusal("it ends before it begins")
            try place.write("{}", to: "empty.json")
            try await Command.run(["credential", "check", place["empty.json"]])
                .expectRefusal("the document has no proof")
            try place.write("[]", to: "list.json")
            try await Command.run(["credential", "check", place["list.json"]])
                .expectRefusal("is no credential: it is a list")
        }
    }
}
