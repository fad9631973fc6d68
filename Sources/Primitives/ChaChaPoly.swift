import CSodium
public import Wire

/// ChaCha20-Poly1305 with a counter as nonce, in place.
///
/// - Source: RFC 8439; nonce form of the Noise specification, section 12.3: four zero bytes and the
///   counter in little-endian order.
public enum ChaChaPoly {
    public static let tagByteCount = 16

    /// Encrypts a range of a buffer in place and writes the tag behind it.
    ///
    /// - Precondition: the buffer has room for the tag after the range.
    public static func seal(
        _ buffer: inout [UInt8], _ range: Range<Int>, key: FixedBytes<32>, counter: UInt64,
        associated: Span<UInt8> = Span()
    ) {
        precondition(
            range.lowerBound >= 0 && range.upperBound + tagByteCount <= buffer.count,
            "the tag needs room")
        let nonce = nonce(counter)
        unsafe buffer.withUnsafeMutableBufferPointer { buffer in
            guard let base = buffer.baseAddress else { return }
            let start = unsafe base + range.lowerBound
            unsafe key.withPointer { key in
                unsafe nonce.withPointer { nonce in
                    unsafe associated.withPointer { associated, associatedCount in
                        _ = unsafe crypto_aead_chacha20poly1305_ietf_encrypt_detached(
                            start, start + range.count, nil, start, UInt64(range.count),
                            associated, associatedCount, nil, nonce, key)
                    }
                }
            }
        }
    }

    /// Decrypts a range of a buffer in place; the last 16 bytes of the range are the tag.
    ///
    /// - Returns: whether the tag was right; when it was not, the buffer is as it was.
    public static func open(
        _ buffer: inout [UInt8], _ range: Range<Int>, key: FixedBytes<32>, counter: UInt64,
        associated: Span<UInt8> = Span()
    ) -> Bool {
        precondition(
            range.lowerBound >= 0 && range.upperBound <= buffer.count, "the range is in the buffer")
        guard range.count >= tagByteCount else { return false }
        let nonce = nonce(counter)
        let count = range.count - tagByteCount
        return unsafe buffer.withUnsafeMutableBufferPointer { buffer in
            guard let base = buffer.baseAddress else { return false }
            let start = unsafe base + range.lowerBound
            return unsafe key.withPointer { key in
                unsafe nonce.withPointer { nonce in
                    unsafe associated.withPointer { associated, associatedCount in
                        unsafe crypto_aead_chacha20poly1305_ietf_decrypt_detached(
                            start, nil, start, UInt64(count), start + count, associated,
                            associatedCount, nonce, key) == 0
                    }
                }
            }
        }
    }

    private static func nonce(_ counter: UInt64) -> FixedBytes<12> {
        var nonce = FixedBytes<12>()
        for index in 0..<8 {
            nonce[4 + index] = UInt8(truncatingIfNeeded: counter >> UInt64(8 * index))
        }
        return nonce
    }
}

extension [UInt8] {
    /// Appends the bytes of a span in one copy.
    public mutating func append(copying span: Span<UInt8>) {
        unsafe span.withUnsafeBufferPointer { unsafe append(contentsOf: $0) }
    }

    /// Appends a range of another array in one copy.
    public mutating func append(copying other: [UInt8], _ range: Range<Int>) {
        append(copying: other.span.extracting(range))
    }
}
