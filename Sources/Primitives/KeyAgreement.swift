import CSodium
public import Wire

/// A secret X25519 key; its memory is wiped when the last reference goes.
@safe public final class AgreementKey: Sendable {
    public let publicKey: FixedBytes<32>
    private nonisolated(unsafe) let secret: UnsafeMutablePointer<UInt8>

    /// Derives the key pair from 32 random bytes.
    public init(secret bytes: FixedBytes<32>) {
        Sodium.start()
        guard let memory = unsafe sodium_malloc(32) else {
            preconditionFailure("no memory for a key")
        }
        unsafe secret = memory.bindMemory(to: UInt8.self, capacity: 32)
        let secret = unsafe self.secret
        unsafe bytes.withPointer { unsafe secret.update(from: $0, count: 32) }
        publicKey = unsafe FixedBytes(filledBy: { output in
            _ = unsafe crypto_scalarmult_base(output, secret)
        })
    }

    deinit { unsafe sodium_free(secret) }

    /// The secret that both owners compute; `nil` when the other key forces it to zero.
    ///
    /// - Source: RFC 7748; the check for zero is its section 6.1.
    public func agree(with other: FixedBytes<32>) -> FixedBytes<32>? {
        var isUsable = false
        let shared = unsafe FixedBytes<32>(filledBy: { output in
            unsafe other.withPointer { other in
                isUsable = unsafe crypto_scalarmult(output, secret, other) == 0
            }
        })
        return isUsable ? shared : nil
    }
}
