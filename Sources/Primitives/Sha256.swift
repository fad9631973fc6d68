import CSodium
public import Wire

/// SHA-256, where a foreign standard names it.
///
/// - Source: FIPS 180-4; used by libp2p (design R2).
public enum Sha256 {
    public static func hash(_ input: Span<UInt8>) -> FixedBytes<32> {
        unsafe FixedBytes(filledBy: { output in
            unsafe input.withPointer { input, count in
                _ = unsafe crypto_hash_sha256(output, input, count)
            }
        })
    }

    public static func hash(_ input: [UInt8]) -> FixedBytes<32> { hash(input.span) }

    /// HMAC-SHA-256 with a key of any length.
    ///
    /// - Source: RFC 2104.
    public static func authenticate(_ message: [UInt8], key: [UInt8]) -> FixedBytes<32> {
        var block = key.count > 64 ? hash(key).array : key
        block.append(contentsOf: repeatElement(0, count: 64 - block.count))
        let inner = hash(block.map { $0 ^ 0x36 } + message)
        return hash(block.map { $0 ^ 0x5c } + inner.array)
    }
}
