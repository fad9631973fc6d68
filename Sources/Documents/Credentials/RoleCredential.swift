public import Primitives

/// A statement, signed by an account, that another account has a role.
///
/// It is a W3C Verifiable Credential 2.0, so that it can be shown and checked outside the network. On
/// the ledger it corresponds to an attestation between the same two accounts.
///
/// - Source: W3C Verifiable Credentials Data Model 2.0, section 4; rules D70 to D76.
public struct RoleCredential: Equatable, Sendable {
    /// What somebody may be in a trade.
    public enum Role: String, CaseIterable, Sendable {
        case carrier
        case customs
        case inspector
        case paymentAttester
        case warehouse
        case licensedSeller
        /// Declares to customs for the seller.
        case agent
    }

    static let baseContext = "https://www.w3.org/ns/credentials/v2"
    static let typeName = "TradeRoleCredential"
    private static let namespace = "urn:argosy:credential:"

    /// Who says it, and signs.
    public let issuer: PublicKey
    /// Who has the role.
    public let subject: PublicKey
    public let role: Role
    /// Where the role holds, as ISO 3166 has it; `nil` when the issuer does not say.
    public let jurisdiction: String?
    public let validFrom: EventTime
    /// The first moment at which it does not hold any more; `nil` for no end.
    public let validUntil: EventTime?

    /// - Returns: `nil` when it would end before it begins, or the jurisdiction is no country code.
    public init?(
        issuer: PublicKey, subject: PublicKey, role: Role, jurisdiction: String? = nil,
        validFrom: EventTime, validUntil: EventTime? = nil
    ) {
        if let validUntil, validUntil.milliseconds <= validFrom.milliseconds { return nil }
        if let jurisdiction, !Self.isCountry(jurisdiction) { return nil }
        self.issuer = issuer
        self.subject = subject
        self.role = role
        self.jurisdiction = jurisdiction
        self.validFrom = validFrom
        self.validUntil = validUntil
    }

    /// Two capitals, and a part of the country after a dash.
    private static func isCountry(_ text: String) -> Bool {
        let parts = text.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
        let isCode = parts[0].utf8.count == 2 && parts[0].utf8.allSatisfy { (0x41...0x5a) ~= $0 }
        guard parts.count == 2 else { return isCode }
        return isCode && (1...3).contains(parts[1].utf8.count)
            && parts[1].utf8.allSatisfy { $0.isDigit || (0x41...0x5a) ~= $0 }
    }

    /// Whether it holds at a moment, in milliseconds since 1970 UTC.
    public func holds(atMilliseconds moment: Int64) -> Bool {
        validFrom.milliseconds <= moment && moment < validUntil?.milliseconds ?? .max
    }

    // MARK: Writing

    /// The credential without a proof.
    public var json: JsonObject {
        let names = [Self.typeName, "role", "jurisdiction"]
        let terms = JsonObject(names.map { .init($0, .string(Self.namespace + $0)) })
        var subject = JsonObject([
            .init("id", .string(DIDKey.text(of: self.subject))),
            .init("role", .string(role.rawValue)),
        ])
        subject.set("jurisdiction", ifPresent: jurisdiction.map { .string($0) })
        var object = JsonObject([
            .init("@context", .array([.string(Self.baseContext), .object(terms)])),
            .init(
                "type", .array([.string("VerifiableCredential"), .string(Self.typeName)])),
            .init("issuer", .string(DIDKey.text(of: issuer))),
            .init("validFrom", .string(validFrom.text)),
        ])
        object.set("validUntil", ifPresent: (validUntil?.text).map { .string($0) })
        object.set("credentialSubject", .object(subject))
        return object
    }

    /// The credential with the issuer's proof; the closure signs with the issuer's account key.
    public func signed(
        created: EventTime, with sign: ([UInt8]) -> Signature
    ) throws(DataIntegrity.Fault) -> JsonObject {
        try DataIntegrity.sign(json, by: issuer, created: created, with: sign)
    }
}

// Reading.
extension RoleCredential {
    /// Why a document is no credential of a role.
    public enum Fault: Error, Equatable, Sendable {
        case proof(DataIntegrity.Fault)
        case context
        case type
        case field(String)
        case issuer
        case subject(DIDKey.Fault)
        case role(String)
        case purpose(String)
        case dates
        /// It can be withdrawn at an address, which is not asked here.
        case status
    }

    /// Reads a credential, and checks that its issuer signed it.
    ///
    /// - Throws: ``Fault`` for everything but the date: see ``holds(atMilliseconds:)``.
    public init(_ document: JsonObject) throws(Fault) {
        let proof: DataIntegrity.Proof
        do throws(DataIntegrity.Fault) { proof = try DataIntegrity.verify(document) } catch {
            throw .proof(error)
        }
        guard proof.purpose == "assertionMethod" else { throw .purpose(proof.purpose) }
        let contexts = document["@context"].map { $0.array ?? [$0] } ?? []
        guard contexts.first?.string == Self.baseContext else { throw .context }
        let types = document["type"].map { $0.array ?? [$0] } ?? []
        guard types.contains(.string("VerifiableCredential")),
            types.contains(.string(Self.typeName))
        else { throw .type }
        guard document["credentialStatus"] == nil else { throw .status }
        let issuer = document["issuer"]?.string ?? document["issuer"]?.object?["id"]?.string
        guard issuer == DIDKey.text(of: proof.key) else { throw .issuer }
        guard let claims = document["credentialSubject"]?.object else {
            throw .field("credentialSubject")
        }
        guard let name = claims["id"]?.string else { throw .field("credentialSubject.id") }
        let subject: PublicKey
        do throws(DIDKey.Fault) { subject = try DIDKey.key(from: name) } catch {
            throw .subject(error)
        }
        let text = claims["role"]?.string ?? ""
        guard let role = Role(rawValue: text) else { throw .role(text) }
        guard claims["jurisdiction"] == nil || claims["jurisdiction"]?.string != nil else {
            throw .field("credentialSubject.jurisdiction")
        }
        guard let from = try Self.time("validFrom", of: document) else { throw .field("validFrom") }
        let until = try Self.time("validUntil", of: document)
        guard
            let credential = RoleCredential(
                issuer: proof.key, subject: subject, role: role,
                jurisdiction: claims["jurisdiction"]?.string, validFrom: from,
                validUntil: Self.earlier(until, proof.expires))
        else { throw .dates }
        self = credential
    }

    /// A proof may end before the credential does.
    private static func earlier(_ left: EventTime?, _ right: EventTime?) -> EventTime? {
        guard let left, let right else { return left ?? right }
        return left.milliseconds < right.milliseconds ? left : right
    }

    private static func time(
        _ name: String, of document: JsonObject
    ) throws(Fault) -> EventTime? {
        guard let value = document[name] else { return nil }
        guard let time = value.string.flatMap({ EventTime($0) }) else { throw .field(name) }
        return time
    }
}

extension RoleCredential.Fault: CustomStringConvertible {
    public var description: String {
        switch self {
        case .proof(let fault): "\(fault)"
        case .context: "the first context is not that of credentials, version 2"
        case .type: "the document is no VerifiableCredential of a trade role"
        case .field(let name): "the field `\(name)` is missing or wrong"
        case .issuer: "the issuer is not whose key signed"
        case .subject(let fault): "the subject is of no use: \(fault)"
        case .role(let text): "`\(text.prefix(40))` is no role"
        case .purpose(let text): "the proof was made for `\(text.prefix(40))`, not to assert"
        case .dates: "the credential ends before it begins, or names no country"
        case .status: "the credential can be withdrawn elsewhere, and that cannot be asked here"
        }
    }
}
