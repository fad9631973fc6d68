public import Primitives
public import Wire

/// The secret from which the keys of all fields of one order follow.
///
/// A wallet draws one seed and derives the secrets of all its orders, so that losing a file loses no
/// order: the seed brings each of them back.
///
/// - Source: reference trade 7.3 (salt loss), Trade specification T102; RFC 5869 with an empty salt.
public enum OrderSecret {
    /// The secret of an order in a round of its clearance.
    ///
    /// - Parameters:
    ///   - seed: 32 random bytes that the wallet keeps and shows to nobody.
    ///   - order: The order's id on the ledger.
    ///   - round: Counted from 1; an amended clearance has fresh commitments.
    /// - Returns: 32 bytes, HKDF-SHA-256 with the info `tdm/v1/secret/ ‖ order ‖ round`.
    public static func derived(
        from seed: FixedBytes<32>, order: Digest, round: UInt32 = 1
    ) -> FixedBytes<32> {
        let extracted = Sha256.authenticate(
            seed.array, key: [UInt8](repeating: 0, count: 32))
        let info = Array("tdm/v1/secret/".utf8) + order.bytes.array + round.bigEndianBytes
        return Sha256.authenticate(info + [1], key: extracted.array)
    }
}
