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
        buffer.withMutableBytes { bytes in
            seal(&bytes, range, key: key, counter: counter, associated: associated)
        }
    }

    /// The same in borrowed memory.
    public static func seal(
        _ buffer: inout MutableRawSpan, _ range: Range<Int>, key: FixedBytes<32>,
        counter: UInt64, associated: Span<UInt8> = Span()
    ) {
        precondition(
            range.lowerBound >= 0 && range.upperBound + tagByteCount <= buffer.byteCount,
            "the tag needs room")
        let nonce = nonce(counter)
        unsafe buffer.withUnsafeMutableBytes { buffer in
            guard let base = buffer.baseAddress else { return }
            let start = unsafe (base + range.lowerBound).assumingMemoryBound(to: UInt8.self)
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
        return unsafe buffer.withUnsafeMutableBufferPointer { buffer in
            guard let base = buffer.baseAddress else { return false }
            let start = unsafe base + range.lowerBound
            return unsafe open(
                start, UnsafePointer(start), range.count - tagByteCount, key, counter, associated)
        }
    }

    /// Decrypts a range of borrowed bytes, whose last 16 are the tag, to the front of a buffer.
    ///
    /// - Returns: whether the tag was right; when it was not, the buffer is as it was.
    /// - Precondition: the buffer has room for the plaintext.
    public static func open(
        _ source: Span<UInt8>, _ range: Range<Int>, into buffer: inout [UInt8],
        key: FixedBytes<32>, counter: UInt64
    ) -> Bool {
        guard range.count >= tagByteCount else { return false }
        let count = range.count - tagByteCount
        precondition(count <= buffer.count, "the plaintext needs room")
        let sealed = source.extracting(range)
        return unsafe sealed.withUnsafeBufferPointer { sealed in
            unsafe buffer.withUnsafeMutableBufferPointer { buffer in
                guard let from = sealed.baseAddress else { return false }
                // Nothing is written when there is nothing but a tag.
                let empty = unsafe UnsafeMutablePointer(mutating: from)
                return unsafe open(
                    buffer.baseAddress ?? empty, from, count, key, counter, Span())
            }
        }
    }

    private static func open(
        _ output: UnsafeMutablePointer<UInt8>, _ sealed: UnsafePointer<UInt8>, _ count: Int,
        _ key: FixedBytes<32>, _ counter: UInt64, _ associated: Span<UInt8>
    ) -> Bool {
        let nonce = nonce(counter)
        return unsafe key.withPointer { key in
            unsafe nonce.withPointer { nonce in
                unsafe associated.withPointer { associated, associatedCount in
                    unsafe crypto_aead_chacha20poly1305_ietf_decrypt_detached(
                        output, nil, sealed, UInt64(count), sealed + count, associated,
                        associatedCount, nonce, key) == 0
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
    /// Lends the array's memory as bytes that can be changed.
    public mutating func withMutableBytes(_ body: (inout MutableRawSpan) -> Void) {
        var span = mutableSpan
        var bytes = unsafe span.mutableBytes
        body(&bytes)
    }

    /// Appends the bytes of a span in one copy.
    public mutating func append(copying span: Span<UInt8>) {
        unsafe span.withUnsafeBufferPointer { unsafe append(contentsOf: $0) }
    }

    /// Appends a range of another array in one copy.
    public mutating func append(copying other: [UInt8], _ range: Range<Int>) {
        append(copying: other.span.extracting(range))
    }
}
