import ArgumentParser
import Documents
import Foundation
import Node
import Primitives

/// W3C credentials that say who has which role in a trade.
struct CredentialCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "credential",
        abstract:
            "Check and make W3C credentials of roles: carrier, customs, inspector and others.",
        subcommands: [Check.self, Export.self])

    struct Check: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Check who signed a credential, and what it says.",
            discussion: """
                Ends with 1 when the signature, the form or the dates do not hold. Understood are \
                proofs of eddsa-jcs-2022 by a did:key. No node and no network is needed.
                """)

        @OptionGroup var output: OutputOptions

        @Argument(help: "A credential as a JSON file.")
        var file: String

        @Option(
            help: ArgumentHelp(
                "The moment to check for, such as 2026-03-01T00:00:00Z; without it, now.",
                valueName: "time"))
        var at: String?

        func run() async throws {
            let moment = try at.map { try CredentialCommand.time($0) } ?? .now
            let json = try DocumentFile.read(file, limit: DataIntegrity.byteLimit) {
                bytes throws(JsonFault) in try JsonReader.read(bytes)
            }
            guard let document = json.object else {
                throw CommandError("\(file) is no credential: it is \(json.kind), not an object.")
            }
            try output.show(try CredentialAnswer(document, file: file, at: moment))
        }
    }

    struct Export: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Say of an account that it has a role, signed by an account of the wallet.")

        @OptionGroup var home: HomeOptions
        @OptionGroup var output: OutputOptions
        @OptionGroup var passphrase: PassphraseOptions

        @Option(help: "The account of the wallet that says it.")
        var account: String

        @Option(help: ArgumentHelp("Who has the role: a did:key or an address.", valueName: "who"))
        var subject: String

        @Option(
            help: ArgumentHelp(
                "One of \(RoleCredential.Role.allCases.map(\.rawValue).joined(separator: ", ")).",
                valueName: "role"))
        var role: String

        @Option(help: ArgumentHelp("Where: a code of ISO 3166 such as CN.", valueName: "country"))
        var jurisdiction: String?

        @Option(help: ArgumentHelp("From when on; without it, from now on.", valueName: "time"))
        var from: String?

        @Option(help: ArgumentHelp("Until when; without it, without an end.", valueName: "time"))
        var until: String?

        @Option(
            help: ArgumentHelp("Where to write it; without it, it is printed.", valueName: "file"))
        var file: String?

        func run() async throws {
            guard let role = RoleCredential.Role(rawValue: self.role) else {
                let roles = RoleCredential.Role.allCases.map(\.rawValue).joined(separator: ", ")
                throw CommandError(
                    "`\(self.role.prefix(60))` is no role.", advice: "There are: \(roles).")
            }
            let now = EventTime.now
            let from = try from.map { try CredentialCommand.time($0) } ?? now
            let until = try until.map { try CredentialCommand.time($0) }
            let subject = try subjectKey()
            let wallet = Wallet(try home.present())
            let issuer = try wallet.account(account).key
            guard
                let credential = RoleCredential(
                    issuer: issuer, subject: subject, role: role, jurisdiction: jurisdiction,
                    validFrom: from, validUntil: until)
            else {
                throw CommandError(
                    "There is no such credential: it ends before it begins, or the jurisdiction "
                        + "is no country code.")
            }
            let key = try wallet.unlock(account, passphrase: try passphrase.read(for: account))
            let signed = try credential.signed(created: now) { key.sign($0) }
            if let file {
                let text = JsonWriter.text(of: .object(signed), indented: true) + "\n"
                try NewFile.write(Data(text.utf8), to: file)
            }
            try output.show(CredentialExportAnswer(file: file, credential: signed))
        }

        private func subjectKey() throws -> PublicKey {
            if subject.hasPrefix("did:") {
                do throws(DIDKey.Fault) { return try DIDKey.key(from: subject) } catch {
                    throw CommandError("`\(subject.prefix(120))` is no subject: \(error).")
                }
            }
            let prefix = try home.prefix()
            do throws(AddressError) { return try Address(subject, prefix: prefix).key } catch {
                throw CommandError(
                    "`\(subject.prefix(120))` is no subject: \(error).",
                    advice: "Give a did:key or an address, as `argosy key list --json` shows them.")
            }
        }
    }

    static func time(_ text: String) throws -> EventTime {
        guard let time = EventTime(text) else {
            throw CommandError(
                "`\(text.prefix(60))` is no time.", advice: "Write it like 2026-03-01T00:00:00Z.")
        }
        return time
    }
}

extension EventTime {
    /// The same as the ledger counts it; it is after 1970.
    var moment: Timestamp {
        get throws {
            guard milliseconds > 0 else { throw CommandError("\(text) is long over.") }
            return Timestamp(UInt64(milliseconds))
        }
    }

    /// The moment, to the second.
    static var now: EventTime {
        let text = Date(timeIntervalSince1970: Date().timeIntervalSince1970.rounded(.down))
            .formatted(.iso8601)
        guard let time = EventTime(text) else {
            preconditionFailure("the clock of the machine is outside the years 1 to 9999")
        }
        return time
    }
}

struct CredentialAnswer: Answer {
    let file: String
    let valid: Bool
    /// Whose key signed.
    let signer: String
    let issuer: String
    /// Whether the issuer is whose key signed; only then does the credential count in a trade.
    let issuerSigned: Bool
    let created: String?
    let role: String?
    let subject: String?
    let jurisdiction: String?
    let validUntil: String?

    /// - Throws: ``CommandError`` when the credential does not hold.
    init(_ document: JsonObject, file: String, at moment: EventTime) throws {
        let proof: DataIntegrity.Proof
        do throws(DataIntegrity.Fault) { proof = try DataIntegrity.verify(document) } catch {
            throw CommandError("\(file) does not hold: \(error).")
        }
        let signer = DIDKey.text(of: proof.key)
        let issuer = document["issuer"]?.string ?? document["issuer"]?.object?["id"]?.string
        try Self.checkDates(of: document, proof, file: file, at: moment)
        let types = document["type"].map { $0.array ?? [$0] } ?? []
        var credential: RoleCredential?
        if types.contains(.string("TradeRoleCredential")) {
            do throws(RoleCredential.Fault) { credential = try RoleCredential(document) } catch {
                throw CommandError("\(file) does not hold: \(error).")
            }
        }
        self.file = file
        valid = true
        self.signer = signer
        self.issuer = issuer ?? "nobody"
        issuerSigned = issuer == signer
        created = proof.created?.text
        role = credential?.role.rawValue
        subject =
            (credential?.subject).map { DIDKey.text(of: $0) }
            ?? document["credentialSubject"]?.object?["id"]?.string
        jurisdiction = credential?.jurisdiction
        validUntil = document["validUntil"]?.string
    }

    private static func checkDates(
        of document: JsonObject, _ proof: DataIntegrity.Proof, file: String, at moment: EventTime
    ) throws {
        for name in ["validFrom", "validUntil"] where document[name] != nil {
            guard let time = document[name]?.string.flatMap({ EventTime($0) }) else {
                throw CommandError("\(file) does not hold: `\(name)` is no time.")
            }
            if name == "validFrom", moment.milliseconds < time.milliseconds {
                throw CommandError("\(file) does not hold yet: it begins at \(time.text).")
            }
            if name == "validUntil", moment.milliseconds >= time.milliseconds {
                throw CommandError("\(file) does not hold any more: it ended at \(time.text).")
            }
        }
        if let end = proof.expires, moment.milliseconds >= end.milliseconds {
            throw CommandError("\(file) does not hold any more: its proof ended at \(end.text).")
        }
    }

    var text: String {
        var table = Table()
        table.add("file", file)
        table.add("signed by", signer)
        table.add("issuer", issuerSigned ? "the signer" : "\(issuer), which the signer is not")
        if let created { table.add("signed at", created) }
        if let subject { table.add("about", subject) }
        if let role { table.add("role", role) }
        if let jurisdiction { table.add("where", jurisdiction) }
        table.add("until", validUntil ?? "no end")
        let note =
            issuerSigned
            ? ""
            : "\n\nThe signature is right, but whether the signer may speak for the issuer is "
                + "not known here."
        return "valid\n\(table.text)\(note)"
    }
}

struct CredentialExportAnswer: Answer {
    let file: String?
    let credential: PrintedJson

    init(file: String?, credential: JsonObject) {
        self.file = file
        self.credential = PrintedJson(value: .object(credential))
    }

    var text: String {
        file.map { "\($0) written" } ?? JsonWriter.text(of: credential.value, indented: true)
    }
}

/// A JSON document inside an answer.
struct PrintedJson: Encodable {
    let value: JsonValue

    private struct Name: CodingKey {
        let stringValue: String
        let intValue: Int? = nil
        init(_ name: String) { stringValue = name }
        init?(stringValue: String) { self.init(stringValue) }
        init?(intValue: Int) { nil }
    }

    func encode(to encoder: any Encoder) throws {
        switch value {
        case .object(let object):
            var container = encoder.container(keyedBy: Name.self)
            for member in object.members {
                try container.encode(PrintedJson(value: member.value), forKey: Name(member.name))
            }
        case .array(let values):
            var container = encoder.unkeyedContainer()
            for value in values { try container.encode(PrintedJson(value: value)) }
        case .null:
            var container = encoder.singleValueContainer()
            try container.encodeNil()
        case .bool(let flag): try flag.encode(to: encoder)
        case .string(let text): try text.encode(to: encoder)
        case .number(let number):
            if let integer = number.integer {
                try integer.encode(to: encoder)
            } else {
                try (number.double ?? 0).encode(to: encoder)
            }
        }
    }
}
