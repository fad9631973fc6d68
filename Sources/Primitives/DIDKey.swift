import Wire

/// An Ed25519 key as a decentralised identifier.
///
/// - Shape: `did:key:z6Mk…`: base58 of the key type's number and the 32 key bytes.
/// - Source: the did:key method, section 3.1; multicodec `ed25519-pub`.
public enum DIDKey {
    private static let scheme = "did:key:z"
    /// The varint of `ed25519-pub`.
    private static let keyType: [UInt8] = [0xed, 0x01]

    /// Why a text was refused.
    public enum Fault: Error, Equatable, Sendable {
        /// It does not begin with `did:key:z`.
        case otherScheme
        /// What follows is not base58, or is too long.
        case malformed
        /// It names a key of another kind than Ed25519.
        case otherKeyType
        /// The bytes are no key that anyone can sign with (design R3).
        case notAKey
    }

    public static func text(of key: PublicKey) -> String {
        scheme + Base58.encode(keyType + key.bytes.array)
    }

    public static func key(from text: String) throws(Fault) -> PublicKey {
        guard text.utf8.starts(with: scheme.utf8) else { throw .otherScheme }
        let rest = String(decoding: text.utf8.dropFirst(scheme.utf8.count), as: UTF8.self)
        guard let bytes = Base58.decode(rest, limit: 64) else { throw .malformed }
        guard bytes.starts(with: keyType) else { throw .otherKeyType }
        guard let key = PublicKey(Array(bytes.dropFirst(keyType.count))) else {
            throw .malformed
        }
        guard key.isAdmissible else { throw .notAKey }
        return key
    }
}

extension DIDKey.Fault: CustomStringConvertible {
    public var description: String {
        switch self {
        case .otherScheme: "an identifier begins with did:key:z"
        case .malformed: "the identifier is not base58 of 34 bytes"
        case .otherKeyType: "the identifier is not of an Ed25519 key"
        case .notAKey: "the identifier holds no valid key"
        }
    }
}
