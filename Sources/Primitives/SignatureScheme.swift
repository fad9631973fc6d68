import Wire

/// How signatures are made and checked.
///
/// Everything that runs on a network uses ``ed25519``. The simulator checks the same rules with a
/// keyed hash, which costs a hundredth and which anyone could forge.
public enum SignatureScheme: Sendable, Equatable {
    case ed25519
    case simulated

    public func sign(_ message: [UInt8], with key: SigningKey) -> Signature {
        switch self {
        case .ed25519: key.sign(message)
        case .simulated: Self.tag(message, key.publicKey)
        }
    }

    public func isValid(_ signature: Signature, for message: [UInt8], by key: PublicKey) -> Bool {
        switch self {
        case .ed25519: signature.isValid(for: message, by: key)
        case .simulated: signature == Self.tag(message, key)
        }
    }

    private static func tag(_ message: [UInt8], _ key: PublicKey) -> Signature {
        let half = Digest(hashing: key.bytes.array + message, in: .simulated)
        guard let signature = Signature(half.bytes.array + half.bytes.array) else {
            preconditionFailure("two hashes are as long as a signature")
        }
        return signature
    }
}
