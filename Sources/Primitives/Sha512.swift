import CSodium
public import Wire

/// SHA-512, where a foreign standard names it.
///
/// - Source: FIPS 180-4; used by BIP-39 and SLIP-10.
public enum Sha512 {
    public static func hash(_ input: [UInt8]) -> FixedBytes<64> {
        unsafe FixedBytes(filledBy: { output in
            unsafe input.span.withPointer { input, count in
                _ = unsafe crypto_hash_sha512(output, input, count)
            }
        })
    }

    /// HMAC-SHA-512 with a key of any length.
    ///
    /// - Source: RFC 2104.
    public static func authenticate(_ message: [UInt8], key: [UInt8]) -> FixedBytes<64> {
        var state = keyed(key)
        return finish(&state, message)
    }

    /// Stretches a password into 64 bytes.
    ///
    /// - Source: RFC 8018, section 5.2, PBKDF2 with HMAC-SHA-512 and one block of output.
    public static func stretch(
        _ password: [UInt8], salt: [UInt8], rounds: Int
    ) -> FixedBytes<64> {
        precondition(rounds > 0, "a password is stretched at least once")
        // The keyed state is made once and copied for each round.
        let start = keyed(password)
        var state = start
        var block = finish(&state, salt + [0, 0, 0, 1])
        var sum = block
        for _ in 1..<rounds {
            state = start
            block = finish(&state, block.array)
            for index in 0..<64 { sum[index] ^= block[index] }
        }
        return sum
    }

    private static func keyed(_ key: [UInt8]) -> crypto_auth_hmacsha512_state {
        var state = crypto_auth_hmacsha512_state()
        unsafe key.span.withPointer { key, count in
            _ = unsafe crypto_auth_hmacsha512_init(&state, key, Int(count))
        }
        return state
    }

    private static func finish(
        _ state: inout crypto_auth_hmacsha512_state, _ message: [UInt8]
    ) -> FixedBytes<64> {
        unsafe message.span.withPointer { message, count in
            _ = unsafe crypto_auth_hmacsha512_update(&state, message, count)
        }
        return unsafe FixedBytes(filledBy: { output in
            _ = unsafe crypto_auth_hmacsha512_final(&state, output)
        })
    }
}
