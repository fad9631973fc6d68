import Documents
import Foundation
import Primitives
import Testing
import Wire

@Suite("Credentials")
struct CredentialTests {
    static func key(_ byte: UInt8) -> SigningKey { SigningKey(seed: FixedBytes(repeating: byte)) }

    static func time(_ text: String) throws -> EventTime { try #require(EventTime(text)) }

    static func credential() throws -> RoleCredential {
        try #require(
            RoleCredential(
                issuer: key(1).publicKey, subject: key(2).publicKey, role: .carrier,
                jurisdiction: "CN", validFrom: try time("2026-01-01T00:00:00Z"),
                validUntil: try time("2027-01-01T00:00:00Z")))
    }

    static func signed() throws -> JsonObject {
        let key = key(1)
        return try credential().signed(created: try time("2026-01-01T08:00:00Z")) { key.sign($0) }
    }

    @Test("The vectors of eddsa-jcs-2022 are reproduced, step by step", .needsSharedData)
    func vectors() throws {
        let directory = "\(SharedData.root)/eddsa/eddsa-jcs-2022"
        func text(_ name: String) throws -> String {
            String(decoding: try SharedData.bytes("\(directory)/\(name)"), as: UTF8.self)
                .trimmingCharacters(in: .whitespacesAndNewlines)
        }
        let signed = try JsonReader.read(try SharedData.bytes("\(directory)/signedJCS.json"))
        let document = try #require(signed.object)
        let unsigned = document.without("proof")
        let options = try #require(document["proof"]?.object).without("proofValue")
        #expect(
            try CanonicalJson.bytes(of: .object(unsigned)) == Array(text("canonDocJCS.txt").utf8))
        #expect(
            try CanonicalJson.bytes(of: .object(options)) == Array(text("proofCanonJCS.txt").utf8))
        let message = try DataIntegrity.message(unsigned, options)
        #expect(Hex.encode(message) == (try text("combinedHashJCS.txt")))
        let proof = try DataIntegrity.verify(document)
        #expect(proof.created?.text == "2023-02-24T23:36:38Z")
        #expect(
            DIDKey.text(of: proof.key)
                == "did:key:z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2")
        let pair = try JsonReader.read(
            try SharedData.bytes("\(SharedData.root)/eddsa/keyPair.json"))
        let secret = try #require(pair.object?["privateKeyMultibase"]?.string)
        let seed = try #require(Base58.decode(String(secret.dropFirst()), limit: 34))
        let key = SigningKey(seed: try #require(FixedBytes<32>(Array(seed.dropFirst(2)))))
        let again = try DataIntegrity.sign(
            unsigned, by: key.publicKey, created: try Self.time("2023-02-24T23:36:38Z")
        ) { key.sign($0) }
        #expect(
            again["proof"]?.object?["proofValue"]?.string == (try text("sigBTC58JCS.txt")))
        #expect(throws: RoleCredential.Fault.type) { try RoleCredential(document) }
    }

    @Test("A role that was signed is read back, from its text too")
    func roundTrip() throws {
        let signed = try Self.signed()
        #expect(try RoleCredential(signed) == Self.credential())
        let text = JsonWriter.text(of: .object(signed), indented: true)
        let again = try #require(try JsonReader.read(Array(text.utf8)).object)
        #expect(try RoleCredential(again) == Self.credential())
        for role in RoleCredential.Role.allCases {
            let key = Self.key(3)
            let credential = try #require(
                RoleCredential(
                    issuer: key.publicKey, subject: key.publicKey, role: role,
                    validFrom: try Self.time("2026-01-01T00:00:00Z")))
            let document = try credential.signed(
                created: try Self.time("2026-01-01T00:00:00Z")
            ) { key.sign($0) }
            #expect(try RoleCredential(document) == credential)
        }
    }

    @Test("It holds from its first moment to just before its last")
    func dates() throws {
        let credential = try Self.credential()
        let from = credential.validFrom.milliseconds
        let until = try #require(credential.validUntil).milliseconds
        #expect(!credential.holds(atMilliseconds: from - 1))
        #expect(credential.holds(atMilliseconds: from))
        #expect(credential.holds(atMilliseconds: until - 1))
        #expect(!credential.holds(atMilliseconds: until))
        #expect(
            RoleCredential(
                issuer: credential.issuer, subject: credential.subject, role: .customs,
                validFrom: credential.validFrom, validUntil: credential.validFrom) == nil)
        #expect(
            RoleCredential(
                issuer: credential.issuer, subject: credential.subject, role: .customs,
                jurisdiction: "China", validFrom: credential.validFrom) == nil)
    }

    @Test("Any change after signing is found")
    func tampering() throws {
        let signed = try Self.signed()
        let changes: [(inout JsonObject) -> Void] = [
            { $0.set("validUntil", .string("2030-01-01T00:00:00Z")) },
            { $0.set("issuer", .string(DIDKey.text(of: Self.key(9).publicKey))) },
            { $0.set("name", .string("more")) },
            { object in
                var subject = object["credentialSubject"]?.object ?? JsonObject()
                subject.set("role", .string("customs"))
                object.set("credentialSubject", .object(subject))
            },
            { object in
                var proof = object["proof"]?.object ?? JsonObject()
                proof.set("created", .string("2026-01-02T08:00:00Z"))
                object.set("proof", .object(proof))
            },
            { object in
                var proof = object["proof"]?.object ?? JsonObject()
                let other = DIDKey.text(of: Self.key(9).publicKey)
                proof.set("verificationMethod", .string("\(other)#\(other.dropFirst(8))"))
                object.set("proof", .object(proof))
            },
        ]
        for (index, change) in changes.enumerated() {
            var document = signed
            change(&document)
            #expect(throws: RoleCredential.Fault.proof(.signature), "change \(index)") {
                try RoleCredential(document)
            }
        }
        var moved = signed
        moved.set("@context", .array([.string("https://other.example")]))
        #expect(throws: RoleCredential.Fault.proof(.context)) { try RoleCredential(moved) }
    }

    @Test("A proof that is not understood is named")
    func otherProofs() throws {
        let signed = try Self.signed()
        func with(_ name: String, _ value: JsonValue?) -> JsonObject {
            var proof = signed["proof"]?.object ?? JsonObject()
            proof = proof.without(name)
            if let value { proof.set(name, value) }
            var document = signed
            document.set("proof", .object(proof))
            return document
        }
        let cases: [(JsonObject, DataIntegrity.Fault)] = [
            (signed.without("proof"), .noProof),
            (
                with("cryptosuite", .string("eddsa-rdfc-2022")),
                .otherSuite("DataIntegrityProof eddsa-rdfc-2022")
            ),
            (with("proofPurpose", nil), .field("proofPurpose")),
            (with("created", .string("now")), .field("created")),
            (with("verificationMethod", nil), .field("verificationMethod")),
            (with("verificationMethod", .string("did:web:x.example#k")), .methodFragment),
            (with("verificationMethod", .string("did:key:zAb#zAb")), .method(.otherKeyType)),
            (with("proofValue", .string("z1")), .proofValue),
            (with("proofValue", .string("u" + String(repeating: "A", count: 86))), .proofValue),
            (with("proofValue", .string("z" + String(repeating: "1", count: 64))), .signature),
        ]
        for (document, fault) in cases {
            #expect(throws: fault) { try DataIntegrity.verify(document) }
        }
        var several = signed
        let proof = try #require(signed["proof"])
        several.set("proof", .array([proof, proof]))
        #expect(throws: DataIntegrity.Fault.severalProofs) { try DataIntegrity.verify(several) }
    }

    @Test("A signer who is not the issuer gives nobody a role")
    func foreignSigner() throws {
        let key = Self.key(7)
        let document = try DataIntegrity.sign(
            try Self.credential().json, by: key.publicKey,
            created: try Self.time("2026-01-01T08:00:00Z")
        ) { key.sign($0) }
        _ = try DataIntegrity.verify(document)
        #expect(throws: RoleCredential.Fault.issuer) { try RoleCredential(document) }
    }

    @Test("A credential that says something else than a role is refused with the reason")
    func otherContent() throws {
        let key = Self.key(1)
        func signed(_ change: (inout JsonObject) -> Void) throws -> JsonObject {
            var document = try Self.credential().json
            change(&document)
            return try DataIntegrity.sign(
                document, by: key.publicKey, created: try Self.time("2026-01-01T08:00:00Z")
            ) { key.sign($0) }
        }
        func subject(_ name: String, _ value: JsonValue) -> (inout JsonObject) -> Void {
            { object in
                var inner = object["credentialSubject"]?.object ?? JsonObject()
                inner.set(name, value)
                object.set("credentialSubject", .object(inner))
            }
        }
        let cases: [((inout JsonObject) -> Void, RoleCredential.Fault)] = [
            (subject("role", .string("king")), .role("king")),
            (subject("id", .string("did:web:x")), .subject(.otherScheme)),
            (
                subject("jurisdiction", .number(JsonNumber(1))),
                .field("credentialSubject.jurisdiction")
            ),
            (subject("jurisdiction", .string("Mars")), .dates),
            ({ $0.set("type", .string("VerifiableCredential")) }, .type),
            ({ $0.set("@context", .string("https://www.w3.org/2018/credentials/v1")) }, .context),
            ({ $0.set("validFrom", .string("soon")) }, .field("validFrom")),
            ({ $0.set("validUntil", .string("2020-01-01T00:00:00Z")) }, .dates),
            ({ $0.set("credentialStatus", .object(JsonObject())) }, .status),
            ({ $0.set("credentialSubject", .array([])) }, .field("credentialSubject")),
        ]
        for (change, fault) in cases {
            #expect(throws: fault) { try RoleCredential(try signed(change)) }
        }
    }
}
