import ArgumentParser
import Chain
import Documents
import Ledger
import Node
import Primitives
import Trade

extension Trade.Role {
    /// Reads a role as people write it.
    init(word: String) throws {
        guard let role = Self.allCases.first(where: { $0.word == word }) else {
            let roles = Self.allCases.map(\.word).joined(separator: ", ")
            throw CommandError("`\(word.prefix(60))` is no role.", advice: "There are: \(roles).")
        }
        self = role
    }

    init(_ role: RoleCredential.Role) {
        self =
            switch role {
            case .carrier: .carrier
            case .customs: .customs
            case .inspector: .inspector
            case .paymentAttester: .paymentAttester
            case .warehouse: .warehouse
            case .licensedSeller: .licensedSeller
            case .agent: .agent
            }
    }
}

/// Says on the ledger who is what: `argosy attest give | credential | revoke | show`.
struct AttestCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "attest",
        abstract: "Say that an account has a role, take that back, or look who said it.",
        discussion: """
            An attestation counts in the orders whose terms accept its attester, and in no other:
              argosy attest give haulier carrier --account union
              argosy order offer terms --accept carrier:union …
              argosy attest revoke haulier carrier --account union
            """,
        subcommands: [Give.self, FromCredential.self, Revoke.self, Show.self])

    struct Give: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Say that an account has a role.")

        @OptionGroup var whom: RoleArguments
        @OptionGroup var step: StepOptions

        @Option(help: ArgumentHelp("Until when; without it, without an end.", valueName: "time"))
        var until: String?

        func run() async throws {
            let session = try await WalletSession(step.home)
            let end = try until.map { try CredentialCommand.time($0) }
            let role = try Trade.Role(word: whom.role)
            let subject = AccountID(try session.holder(whom.account).key)
            try await AttestCommand.take(
                .attest(Attest(subject: subject, role: role, end: try AttestCommand.last(end))),
                step, session)
        }
    }

    struct FromCredential: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "credential",
            abstract: "Say on the ledger what a W3C credential of one's own says.",
            discussion: """
                The credential is one that this account has issued (`argosy credential export`). Its \
                hash goes into the attestation, so that whoever sees it can find it on the ledger.
                """)

        @Argument(help: "The credential, a JSON file.")
        var file: String

        @OptionGroup var step: StepOptions

        func run() async throws {
            let session = try await WalletSession(step.home)
            let document = try DocumentFile.read(file) { bytes throws(JsonFault) in
                try JsonReader.read(bytes)
            }
            guard let object = document.object else {
                throw CommandError("\(file) is no credential: it holds no JSON object.")
            }
            let credential: RoleCredential
            do throws(RoleCredential.Fault) { credential = try RoleCredential(object) } catch {
                throw CommandError("\(file) does not hold: \(error).")
            }
            let account = try session.account(step.account)
            guard credential.issuer == account.key else {
                throw CommandError(
                    "\(file) was issued by \(session.address(of: credential.issuer)).",
                    advice: "Only its issuer says the same on the ledger.")
            }
            let hash: Digest
            do throws(CanonicalJson.Fault) {
                hash = Digest(hashing: try CanonicalJson.bytes(of: document), in: .credential)
            } catch { throw CommandError("\(file) has no canonical form: \(error).") }
            try await AttestCommand.take(
                .attest(
                    Attest(
                        subject: AccountID(credential.subject), role: Trade.Role(credential.role),
                        end: try AttestCommand.last(credential.validUntil), credential: hash)),
                step, session)
        }
    }

    struct Revoke: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Take an attestation back; what was done under it stays done.")

        @OptionGroup var whom: RoleArguments
        @OptionGroup var step: StepOptions

        func run() async throws {
            let session = try await WalletSession(step.home)
            let role = try Trade.Role(word: whom.role)
            let subject = AccountID(try session.holder(whom.account).key)
            try await AttestCommand.take(
                .revokeAttestation(RevokeAttestation(subject: subject, role: role)), step, session)
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show whether somebody vouches for an account, proved.")

        @OptionGroup var whom: RoleArguments
        @OptionGroup var home: HomeOptions
        @OptionGroup var output: OutputOptions

        @Option(help: ArgumentHelp("Who vouches; a name or an address.", valueName: "who"))
        var by: String

        func run() async throws {
            let session = try await WalletSession(home)
            let role = try Trade.Role(word: whom.role)
            let subject = AccountID(try session.holder(whom.account).key)
            let attester = AccountID(try session.holder(by).key)
            let id = Attestation.id(attester: attester, subject: subject, role: role)
            let found = try await session.record(id, as: Attestation.self)
            try output.show(
                AttestationAnswer(
                    attester: session.address(of: attester),
                    subject: session.address(of: subject), role: role.word, found))
        }
    }

    /// The last moment at which something holds that ends just before a time; zero for no end.
    private static func last(_ end: EventTime?) throws -> Timestamp {
        guard let end else { return Timestamp(0) }
        return Timestamp(try end.moment.milliseconds - 1)
    }

    private static func take(
        _ action: Action.Kind, _ step: StepOptions, _ session: WalletSession
    ) async throws {
        let account = try session.account(step.account)
        let answer = try await session.submit(
            [Action(action)], by: account.name, passphrase: step.passphrase, fee: step.fee)
        try step.output.show(
            StepAnswer(
                order: nil, quote: nil, transaction: answer.id, height: answer.height, secret: nil,
                warning: nil))
    }
}

/// Whose role, and which.
struct RoleArguments: ParsableArguments {
    @Argument(help: "The account; a name of the wallet or an address.")
    var account: String

    @Argument(help: "Its role, such as carrier, customs or agent.")
    var role: String
}

struct AttestationAnswer: Answer {
    let attester: String
    let subject: String
    let role: String
    /// Whether it counts now.
    let counts: Bool
    /// `never said`, `stands`, `over` or `taken back`.
    let state: String
    /// Milliseconds since 1970; 0 for no end.
    let end: UInt64
    /// Hash of the credential that says the same; empty when there is none.
    let credential: String

    init(attester: String, subject: String, role: String, _ found: Attestation?) {
        self.attester = attester
        self.subject = subject
        self.role = role
        counts = found?.counts(at: Clocks.wall) ?? false
        state =
            switch found {
            case nil: "never said"
            case let found? where found.revoked != Timestamp(0): "taken back"
            case .some: counts ? "stands" : "over"
            }
        end = found?.end.milliseconds ?? 0
        credential = found?.credential?.hex ?? ""
    }

    var text: String {
        var table = Table()
        table.add("account", subject)
        table.add("as", role)
        table.add("by", attester)
        table.add("word", state)
        table.add("until", end == 0 ? "no end" : OrderOutlook.date(end))
        if !credential.isEmpty { table.add("credential", credential) }
        return table.text
    }
}

extension HashDomain {
    /// Names of credentials.
    static let credential = HashDomain("argosy/vc")
}
