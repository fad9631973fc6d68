public import Primitives
import Wire

/// Signatures inside JSON documents, by the cryptosuite `eddsa-jcs-2022`.
///
/// - Source: W3C Data Integrity EdDSA Cryptosuites 1.0, section 3.3; keys are did:key only, so that a
///   check needs no network.
public enum DataIntegrity {
    public static let suite = "eddsa-jcs-2022"
    /// The most bytes of a document with a proof.
    public static let byteLimit = 1 << 20

    /// A proof whose signature was found right.
    public struct Proof: Equatable, Sendable {
        /// Whose signature it is.
        public let key: PublicKey
        /// What the signer says about when.
        public let created: EventTime?
        public let expires: EventTime?
        /// Such as `assertionMethod`.
        public let purpose: String
    }

    /// Why a document has no valid proof.
    public enum Fault: Error, Equatable, Sendable {
        case noProof
        case severalProofs
        case otherSuite(String)
        case field(String)
        case context
        case method(DIDKey.Fault)
        case methodFragment
        case proofValue
        case number(CanonicalJson.Fault)
        case signature
    }

    /// Checks the one proof of a document.
    ///
    /// Whether the signer may speak for whom the document names as its issuer is another question; see
    /// ``RoleCredential``.
    public static func verify(_ document: JsonObject) throws(Fault) -> Proof {
        let (proof, options, bytes) = try parts(of: document)
        var unsigned = document.without("proof")
        if let context = options["@context"] {
            guard begins(document["@context"], with: context) else { throw .context }
            unsigned.set("@context", context)
        }
        guard let signature = Signature(bytes) else { throw .proofValue }
        let message = try message(unsigned, options)
        guard signature.isValid(for: message, by: proof.key) else { throw .signature }
        return proof
    }

    /// Adds a proof to a document.
    ///
    /// The closure signs 64 bytes with the account's key. An account signs nothing else but hashes of 32
    /// bytes, so that neither signature can be taken for the other.
    public static func sign(
        _ document: JsonObject, by key: PublicKey, created: EventTime,
        with sign: ([UInt8]) -> Signature
    ) throws(Fault) -> JsonObject {
        let did = DIDKey.text(of: key)
        let fragment = did.split(separator: ":").last.map(String.init) ?? ""
        var options = JsonObject([
            .init("type", .string("DataIntegrityProof")), .init("cryptosuite", .string(suite)),
            .init("created", .string(created.text)),
            .init("verificationMethod", .string("\(did)#\(fragment)")),
            .init("proofPurpose", .string("assertionMethod")),
        ])
        let unsigned = document.without("proof")
        options.set("@context", ifPresent: unsigned["@context"])
        let signature = sign(try message(unsigned, options))
        options.set("proofValue", .string("z" + Base58.encode(signature.bytes.array)))
        var signed = unsigned
        signed.set("proof", .object(options))
        return signed
    }

    /// The 64 bytes that are signed: the hash of the proof's options, then that of the document.
    public static func message(
        _ unsigned: JsonObject, _ options: JsonObject
    ) throws(Fault) -> [UInt8] {
        do throws(CanonicalJson.Fault) {
            let first = try CanonicalJson.bytes(of: .object(options))
            let second = try CanonicalJson.bytes(of: .object(unsigned))
            return Sha256.hash(first).array + Sha256.hash(second).array
        } catch { throw .number(error) }
    }

    private static func parts(
        of document: JsonObject
    ) throws(Fault) -> (proof: Proof, options: JsonObject, signature: [UInt8]) {
        guard let value = document["proof"] else { throw .noProof }
        guard let proof = value.object ?? value.array?.first?.object else { throw .noProof }
        guard value.object != nil || value.array?.count == 1 else { throw .severalProofs }
        let kind = "\(proof["type"]?.string ?? "") \(proof["cryptosuite"]?.string ?? "")"
        guard kind == "DataIntegrityProof \(suite)" else { throw .otherSuite(kind) }
        guard let purpose = proof["proofPurpose"]?.string else { throw .field("proofPurpose") }
        guard let method = proof["verificationMethod"]?.string else {
            throw .field("verificationMethod")
        }
        guard let text = proof["proofValue"]?.string, text.hasPrefix("z"),
            let bytes = Base58.decode(String(text.dropFirst()), limit: 64)
        else { throw .proofValue }
        return (
            Proof(
                key: try key(of: method), created: try time("created", of: proof),
                expires: try time("expires", of: proof), purpose: purpose),
            proof.without("proofValue"), bytes
        )
    }

    private static func time(
        _ name: String, of proof: JsonObject
    ) throws(Fault) -> EventTime? {
        guard let value = proof[name] else { return nil }
        guard let time = value.string.flatMap({ EventTime($0) }) else { throw .field(name) }
        return time
    }

    /// The key of `did:key:z…#z…`, both halves the same key.
    private static func key(of method: String) throws(Fault) -> PublicKey {
        let halves = method.split(separator: "#", omittingEmptySubsequences: false)
        guard halves.count == 2, halves[0] == "did:key:\(halves[1])" else { throw .methodFragment }
        do throws(DIDKey.Fault) { return try DIDKey.key(from: String(halves[0])) } catch {
            throw .method(error)
        }
    }

    /// Whether a document's contexts begin with those of its proof.
    private static func begins(_ context: JsonValue?, with other: JsonValue) -> Bool {
        guard let context else { return false }
        return (context.array ?? [context]).starts(with: other.array ?? [other])
    }
}

extension DataIntegrity.Fault: CustomStringConvertible {
    public var description: String {
        switch self {
        case .noProof: "the document has no proof"
        case .severalProofs: "the document has several proofs; one is understood"
        case .otherSuite(let kind):
            "the proof is of another kind than eddsa-jcs-2022: `\(kind.prefix(80))`"
        case .field(let name): "the proof has no usable `\(name)`"
        case .context: "the document's contexts do not begin with those that were signed"
        case .method(let fault): "the verification method is of no use: \(fault)"
        case .methodFragment: "the verification method is not of the form did:key:z…#z…"
        case .proofValue: "the proof value is not z and base58 of 64 bytes"
        case .number(let fault): "\(fault)"
        case .signature: "the signature is not that of the verification method's key"
        }
    }
}
