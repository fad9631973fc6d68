import CSodium
public import Wire

/// XChaCha20-Poly1305: one message under a key and a nonce that is long enough to be drawn.
///
/// - Source: draft-irtf-cfrg-xchacha-03, as libsodium has it.
public enum XChaChaPoly {
    public static let tagByteCount = 16

    /// Encrypts a message; the tag is its last 16 bytes.
    public static func seal(
        _ message: [UInt8], key: FixedBytes<32>, nonce: FixedBytes<24>, associated: [UInt8] = []
    ) -> [UInt8] {
        var output = [UInt8](repeating: 0, count: message.count + tagByteCount)
        unsafe output.withUnsafeMutableBufferPointer { output in
            guard let base = output.baseAddress else { return }
            unsafe message.span.withPointer { message, count in
                unsafe associated.span.withPointer { associated, associatedCount in
                    unsafe key.withPointer { key in
                        unsafe nonce.withPointer { nonce in
                            _ = unsafe crypto_aead_xchacha20poly1305_ietf_encrypt(
                                base, nil, message, count, associated, associatedCount, nil,
                                nonce, key)
                        }
                    }
                }
            }
        }
        return output
    }

    /// Decrypts a message; `nil` when its tag is wrong.
    public static func open(
        _ sealed: [UInt8], key: FixedBytes<32>, nonce: FixedBytes<24>, associated: [UInt8] = []
    ) -> [UInt8]? {
        guard sealed.count >= tagByteCount else { return nil }
        let count = sealed.count - tagByteCount
        // One byte more than needed, so that there is an address for a message of none.
        var output = [UInt8](repeating: 0, count: count + 1)
        var isRight = false
        unsafe output.withUnsafeMutableBufferPointer { output in
            guard let base = output.baseAddress else { return }
            unsafe sealed.span.withPointer { sealed, sealedCount in
                unsafe associated.span.withPointer { associated, associatedCount in
                    unsafe key.withPointer { key in
                        unsafe nonce.withPointer { nonce in
                            isRight =
                                unsafe crypto_aead_xchacha20poly1305_ietf_decrypt(
                                    base, nil, nil, sealed, sealedCount, associated,
                                    associatedCount, nonce, key) == 0
                        }
                    }
                }
            }
        }
        output.removeLast()
        return isRight ? output : nil
    }
}
