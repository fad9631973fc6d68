public import Wire

/// A secret key in a tree of keys that grow from one seed.
///
/// - Source: SLIP-10 for Ed25519, where every step is hardened.
public struct DerivedKey: Sendable {
    /// The first step of every wallet path, by BIP-44.
    public static let purpose: UInt32 = 44
    /// Our number at the second step; it is not registered with SLIP-44.
    public static let coin: UInt32 = 0x4152_4759
    /// The most steps of a path.
    public static let depthLimit = 16

    /// A seed for ``SigningKey``.
    public let secret: FixedBytes<32>
    public let chainCode: FixedBytes<32>

    private init(_ hash: FixedBytes<64>) {
        let bytes = hash.array
        secret = FixedBytes(copying: bytes.span, from: 0)
        chainCode = FixedBytes(copying: bytes.span, from: 32)
    }

    /// The root of the tree.
    public init(seed: [UInt8]) {
        self.init(Sha512.authenticate(seed, key: Array("ed25519 seed".utf8)))
    }

    /// The key at `index'` below this one.
    ///
    /// - Precondition: the index is below 2^31; the mark for a hardened step is added here.
    public func child(_ index: UInt32) -> DerivedKey {
        precondition(index < 1 << 31, "a step is below 2^31")
        var message: [UInt8] = [0] + secret.array
        (index | 1 << 31).appendKey(to: &message)
        return DerivedKey(Sha512.authenticate(message, key: chainCode.array))
    }

    /// The secret of a wallet's account, at `m/44'/coin'/account'`.
    public static func account(_ account: UInt32, from seed: FixedBytes<64>) -> FixedBytes<32> {
        DerivedKey(seed: seed.array).child(purpose).child(coin).child(account).secret
    }
}
