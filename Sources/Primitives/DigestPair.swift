import CSodium
import Wire

extension Digest {
    /// Hashes the 64 bytes of two hashes for one purpose, without moving them first.
    ///
    /// It gives what ``init(_:_:in:)`` gives; trees spend most of their time here.
    public static func joining(_ left: Digest, _ right: Digest, in domain: HashDomain) -> Digest {
        // Two values of one type lie side by side in a tuple.
        let pair = (left, right)
        return unsafe withUnsafeBytes(of: pair) { input in
            unsafe Digest(
                FixedBytes(filledBy: { output in
                    unsafe domain.personal.withPointer { personal in
                        _ = unsafe crypto_generichash_blake2b_salt_personal(
                            output, 32,
                            input.baseAddress?.assumingMemoryBound(to: UInt8.self), 64,
                            nil, 0, nil, personal)
                    }
                }))
        }
    }
}
