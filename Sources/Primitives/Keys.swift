import CSodium
public import Wire

/// An Ed25519 public key.
///
/// - Shape: 32 bytes; not yet known to be a valid point, see ``isAdmissible``.
/// - Source: RFC 8032; admission rule design R3.
@frozen
public struct PublicKey: Bytes32 {
    public let bytes: FixedBytes<32>

    @inlinable
    public init(_ bytes: FixedBytes<32>) { self.bytes = bytes }

    /// Whether the key may enter the state: canonical, on the curve, in the prime-order subgroup.
    ///
    /// Checked once, when a key first enters the state; costs about as much as a signature check.
    public var isAdmissible: Bool {
        unsafe bytes.withPointer { unsafe crypto_core_ed25519_is_valid_point($0) == 1 }
    }

    /// The X25519 key that belongs to it, by libsodium's map between the two curves; `nil` for a key
    /// that is not admissible.
    public var agreementKey: FixedBytes<32>? {
        guard isAdmissible else { return nil }
        var isMapped = false
        let mapped = unsafe FixedBytes<32>(filledBy: { output in
            unsafe bytes.withPointer { key in
                isMapped = unsafe crypto_sign_ed25519_pk_to_curve25519(output, key) == 0
            }
        })
        return isMapped ? mapped : nil
    }
}

/// An Ed25519 signature.
///
/// - Shape: 64 bytes.
@frozen
public struct Signature: FixedWireForm, CustomStringConvertible {
    public let bytes: FixedBytes<64>

    @inlinable
    public init(_ bytes: FixedBytes<64>) { self.bytes = bytes }

    public init?(_ array: [UInt8]) {
        guard let bytes = FixedBytes<64>(array) else { return nil }
        self.init(bytes)
    }

    @inlinable
    public static var byteCount: Int { 64 }

    @inlinable
    public init(copying bytes: Span<UInt8>, from offset: Int) {
        self.init(FixedBytes(copying: bytes, from: offset))
    }

    @inlinable
    public func append(to output: inout [UInt8]) { bytes.append(to: &output) }

    public var description: String { Hex.encode(bytes.array) }
}

/// A secret Ed25519 key; its memory is wiped when the last reference goes.
@safe public final class SigningKey: Sendable {
    public let publicKey: PublicKey
    /// Seed and public key, 64 bytes, as libsodium keeps them, in locked memory.
    private nonisolated(unsafe) let secret: UnsafeMutablePointer<UInt8>

    /// Derives the key pair from 32 secret bytes.
    public init(seed: FixedBytes<32>) {
        Sodium.start()
        guard let memory = unsafe sodium_malloc(64) else {
            preconditionFailure("no memory for a key")
        }
        unsafe secret = memory.bindMemory(to: UInt8.self, capacity: 64)
        let secret = unsafe self.secret
        publicKey = unsafe PublicKey(
            FixedBytes(filledBy: { output in
                unsafe seed.withPointer { seed in
                    _ = unsafe crypto_sign_seed_keypair(output, secret, seed)
                }
            }))
        _ = unsafe sodium_mprotect_readonly(secret)
    }

    deinit { unsafe sodium_free(secret) }

    /// The 32 secret bytes, for a keystore; the caller wipes its copy.
    public var seed: FixedBytes<32> {
        FixedBytes(InlineArray { unsafe secret[$0] })
    }

    /// The X25519 key of the same owner, for what is sealed to ``PublicKey/agreementKey``.
    public var agreementKey: AgreementKey {
        AgreementKey(
            secret: unsafe FixedBytes(filledBy: { output in
                _ = unsafe crypto_sign_ed25519_sk_to_curve25519(output, secret)
            }))
    }

    /// Signs bytes; the same bytes always give the same signature.
    public func sign(_ message: Span<UInt8>) -> Signature {
        unsafe Signature(
            FixedBytes(filledBy: { output in
                unsafe message.withPointer { message, count in
                    _ = unsafe crypto_sign_detached(output, nil, message, count, secret)
                }
            }))
    }

    public func sign(_ message: [UInt8]) -> Signature { sign(message.span) }

    /// Signs the 32 bytes of a hash.
    public func sign(_ digest: Digest) -> Signature {
        let bytes = digest.bytes.inline
        return sign(bytes.span)
    }
}

extension Signature {
    /// Whether the owner of the key signed exactly these bytes.
    ///
    /// - Source: RFC 8032 without cofactor; the key must have been admitted (design R3).
    public func isValid(for message: Span<UInt8>, by key: PublicKey) -> Bool {
        unsafe bytes.withPointer { signature in
            unsafe key.bytes.withPointer { key in
                unsafe message.withPointer { message, count in
                    unsafe crypto_sign_verify_detached(signature, message, count, key) == 0
                }
            }
        }
    }

    public func isValid(for message: [UInt8], by key: PublicKey) -> Bool {
        isValid(for: message.span, by: key)
    }

    public func isValid(for digest: Digest, by key: PublicKey) -> Bool {
        let bytes = digest.bytes.inline
        return isValid(for: bytes.span, by: key)
    }
}

/// The one start of libsodium in a process.
enum Sodium {
    private static let started: Bool = sodium_init() >= 0

    static func start() { precondition(started, "libsodium could not start") }
}
