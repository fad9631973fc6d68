import CSha256
import CSodium
public import Wire

/// SHA-256, where a foreign standard names it.
///
/// By the processor's own instructions where it has them, which is five times as fast as libsodium,
/// else by libsodium (decision 0090).
///
/// - Source: FIPS 180-4; used by libp2p (design R2).
public enum Sha256 {
    public static func hash(_ input: Span<UInt8>) -> FixedBytes<32> { hash(input, Span()) }

    public static func hash(_ input: [UInt8]) -> FixedBytes<32> { hash(input.span) }

    /// The hash of two pieces, one behind the other, without putting them together.
    public static func hash(_ first: Span<UInt8>, _ second: Span<UInt8>) -> FixedBytes<32> {
        isBuiltIn ? hashBuiltIn(first, second) : hashInSoftware(first, second)
    }

    /// Whether this processor has instructions for it.
    package static let isBuiltIn = argosy_sha256_is_built_in() != 0

    package static func hashInSoftware(
        _ first: Span<UInt8>, _ second: Span<UInt8>
    ) -> FixedBytes<32> {
        unsafe FixedBytes(filledBy: { output in
            var state = crypto_hash_sha256_state()
            _ = unsafe crypto_hash_sha256_init(&state)
            unsafe first.withPointer { input, count in
                _ = unsafe crypto_hash_sha256_update(&state, input, count)
            }
            unsafe second.withPointer { input, count in
                _ = unsafe crypto_hash_sha256_update(&state, input, count)
            }
            _ = unsafe crypto_hash_sha256_final(&state, output)
        })
    }

    /// - Precondition: ``isBuiltIn``.
    package static func hashBuiltIn(
        _ first: Span<UInt8>, _ second: Span<UInt8>
    ) -> FixedBytes<32> {
        var blocks = Sha256Blocks()
        blocks.take(first)
        blocks.take(second)
        return blocks.finish()
    }

    /// HMAC-SHA-256 with a key of any length.
    ///
    /// - Source: RFC 2104.
    public static func authenticate(_ message: [UInt8], key: [UInt8]) -> FixedBytes<32> {
        var block = key.count > 64 ? hash(key).array : key
        block.append(contentsOf: repeatElement(0, count: 64 - block.count))
        let (inner, outer) = (block.map { $0 ^ 0x36 }, block.map { $0 ^ 0x5c })
        let first = hash(inner.span, message.span).array
        return hash(outer.span, first.span)
    }
}

/// The running state of a hash, and the bytes that do not yet fill a block.
private struct Sha256Blocks {
    private static let blockByteCount = 64

    /// - Source: FIPS 180-4, section 5.3.3.
    private var state: InlineArray<8, UInt32> = [
        0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a, 0x510e_527f, 0x9b05_688c, 0x1f83_d9ab,
        0x5be0_cd19,
    ]
    private var open = FixedBytes<64>()
    private var openCount = 0
    private var byteCount: UInt64 = 0

    mutating func take(_ input: Span<UInt8>) {
        var offset = 0
        byteCount += UInt64(input.count)
        if openCount > 0 {
            while openCount < Self.blockByteCount, offset < input.count {
                open[openCount] = input[offset]
                openCount += 1
                offset += 1
            }
            guard openCount == Self.blockByteCount else { return }
            compressOpen()
        }
        let blockCount = (input.count - offset) / Self.blockByteCount
        if blockCount > 0 {
            let end = offset + blockCount * Self.blockByteCount
            compress(input.extracting(offset..<end), blockCount)
            offset = end
        }
        while offset < input.count {
            open[openCount] = input[offset]
            openCount += 1
            offset += 1
        }
    }

    /// Adds a one bit, zeros and the length in bits.
    mutating func finish() -> FixedBytes<32> {
        open[openCount] = 0x80
        openCount += 1
        if openCount > Self.blockByteCount - 8 {
            fillOpen(to: Self.blockByteCount)
            compressOpen()
        }
        fillOpen(to: Self.blockByteCount - 8)
        let bitCount = byteCount << 3
        for index in 0..<8 {
            open[openCount + index] = UInt8(
                truncatingIfNeeded: bitCount >> UInt64(56 - 8 * index))
        }
        compressOpen()
        let words = state
        return FixedBytes(
            InlineArray { index in
                UInt8(truncatingIfNeeded: words[index / 4] >> UInt32(24 - 8 * (index % 4)))
            })
    }

    private mutating func fillOpen(to end: Int) {
        while openCount < end {
            open[openCount] = 0
            openCount += 1
        }
    }

    private mutating func compressOpen() {
        openCount = 0
        let block = open
        unsafe block.withPointer { unsafe compress($0, 1) }
    }

    private mutating func compress(_ input: Span<UInt8>, _ count: Int) {
        unsafe input.withPointer { blocks, _ in unsafe compress(blocks, count) }
    }

    private mutating func compress(_ blocks: UnsafePointer<UInt8>, _ count: Int) {
        unsafe withUnsafeMutablePointer(to: &state) { state in
            unsafe state.withMemoryRebound(to: UInt32.self, capacity: 8) { words in
                unsafe argosy_sha256_take(words, blocks, count)
            }
        }
    }
}
