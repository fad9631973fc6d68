import CSodium
public import Wire

/// 32 secret bytes under a passphrase, as they lie in a key file.
///
/// - Shape: Argon2id makes a key of passphrase and salt; XChaCha20-Poly1305 seals the bytes, and
///   covers all other fields, so that none can be exchanged.
/// - Source: RFC 9106; draft-irtf-cfrg-xchacha.
public struct SealedSeed: Hashable, Sendable {
    /// What it costs to try one passphrase.
    public struct Cost: Hashable, Sendable {
        /// Passes over the memory.
        public let passes: UInt32
        /// Memory that is filled.
        ///
        /// - Unit: KiB.
        public let kibibytes: UInt32

        public init(passes: UInt32, kibibytes: UInt32) {
            self.passes = passes
            self.kibibytes = kibibytes
        }

        /// About half a second and 256 MiB.
        public static let standard = Cost(passes: 3, kibibytes: 262_144)

        /// A file from elsewhere may not ask for more work or memory than this.
        public static let limit = Cost(passes: 16, kibibytes: 1_048_576)
        /// Less would not protect anything.
        public static let least = Cost(passes: 1, kibibytes: 8)

        var isAllowed: Bool {
            (Self.least.passes...Self.limit.passes).contains(passes)
                && (Self.least.kibibytes...Self.limit.kibibytes).contains(kibibytes)
        }
    }

    public enum Fault: Error, Equatable, Sendable {
        /// Wrong passphrase, or a changed file: the two cannot be told apart.
        case notOpened
        /// The memory that the file asks for is not there.
        case noMemory(kibibytes: UInt32)
    }

    public static let version: UInt32 = 1

    public let cost: Cost
    public let salt: FixedBytes<16>
    public let nonce: FixedBytes<24>
    /// Tells whose key it is without opening it.
    public let publicKey: PublicKey
    /// The sealed bytes and their tag.
    public let box: FixedBytes<48>

    /// Seals a seed; salt and nonce are fresh random bytes.
    ///
    /// - Precondition: the cost is between ``Cost/least`` and ``Cost/limit``.
    public init(
        _ seed: FixedBytes<32>, passphrase: [UInt8], salt: FixedBytes<16>, nonce: FixedBytes<24>,
        cost: Cost = .standard
    ) throws(Fault) {
        precondition(cost.isAllowed, "a cost between the least and the limit")
        self.cost = cost
        self.salt = salt
        self.nonce = nonce
        publicKey = SigningKey(seed: seed).publicKey
        let key = try Self.key(passphrase, salt, cost)
        let associated = Self.associated(cost, salt, publicKey)
        box = unsafe FixedBytes(filledBy: { output in
            unsafe seed.withPointer { seed in
                unsafe associated.span.withPointer { associated, associatedCount in
                    unsafe nonce.withPointer { nonce in
                        unsafe key.withPointer { key in
                            _ = unsafe crypto_aead_xchacha20poly1305_ietf_encrypt(
                                output, nil, seed, 32, associated, associatedCount, nil, nonce,
                                key)
                        }
                    }
                }
            }
        })
    }

    /// Opens the seal.
    public func open(passphrase: [UInt8]) throws(Fault) -> FixedBytes<32> {
        let key = try Self.key(passphrase, salt, cost)
        let associated = Self.associated(cost, salt, publicKey)
        var isRight = false
        let seed = unsafe FixedBytes<32>(filledBy: { output in
            unsafe box.withPointer { box in
                unsafe associated.span.withPointer { associated, associatedCount in
                    unsafe nonce.withPointer { nonce in
                        unsafe key.withPointer { key in
                            isRight =
                                unsafe crypto_aead_xchacha20poly1305_ietf_decrypt(
                                    output, nil, nil, box, 48, associated, associatedCount,
                                    nonce, key) == 0
                        }
                    }
                }
            }
        })
        guard isRight, SigningKey(seed: seed).publicKey == publicKey else { throw .notOpened }
        return seed
    }

    private static func key(
        _ passphrase: [UInt8], _ salt: FixedBytes<16>, _ cost: Cost
    ) throws(Fault) -> FixedBytes<32> {
        Sodium.start()
        var code: Int32 = -1
        let key = unsafe FixedBytes<32>(filledBy: { output in
            unsafe passphrase.span.withPointer { passphrase, count in
                unsafe salt.withPointer { salt in
                    unsafe passphrase.withMemoryRebound(to: CChar.self, capacity: Int(count)) {
                        code = unsafe crypto_pwhash(
                            output, 32, $0, count, salt, UInt64(cost.passes),
                            Int(cost.kibibytes) << 10, crypto_pwhash_ALG_ARGON2ID13)
                    }
                }
            }
        })
        guard code == 0 else { throw .noMemory(kibibytes: cost.kibibytes) }
        return key
    }

    private static func associated(
        _ cost: Cost, _ salt: FixedBytes<16>, _ publicKey: PublicKey
    ) -> [UInt8] {
        var writer = WireWriter()
        encodeOpen(cost, salt, publicKey, into: &writer)
        return writer.bytes
    }

    private static func encodeOpen(
        _ cost: Cost, _ salt: FixedBytes<16>, _ publicKey: PublicKey, into writer: inout WireWriter
    ) {
        writer.uint32(1, version)
        writer.uint32(2, cost.passes)
        writer.uint32(3, cost.kibibytes)
        writer.fixed(4, salt)
        writer.fixed(5, publicKey)
    }
}

extension SealedSeed: WireCodable {
    public init(from bytes: Span<UInt8>, at cursor: inout WireCursor) throws(WireError) {
        let start = cursor.offset
        let version = try cursor.uint32(1, "version", of: bytes)
        guard version == Self.version else {
            throw WireError(.unknownCase(UInt64(version)), at: start).inside("version")
        }
        let passes = try cursor.uint32(2, "passes", of: bytes)
        cost = Cost(passes: passes, kibibytes: try cursor.uint32(3, "kibibytes", of: bytes))
        guard cost.isAllowed else { throw WireError(.invalid, at: start).inside("cost") }
        salt = try cursor.fixed(4, "salt", of: bytes)
        publicKey = try cursor.fixed(5, "public_key", of: bytes)
        nonce = try cursor.fixed(6, "nonce", of: bytes)
        box = try cursor.fixed(7, "box", of: bytes)
    }

    public func encode(into writer: inout WireWriter) {
        Self.encodeOpen(cost, salt, publicKey, into: &writer)
        writer.fixed(6, nonce)
        writer.fixed(7, box)
    }
}

extension SealedSeed.Fault: CustomStringConvertible {
    public var description: String {
        switch self {
        case .notOpened: "wrong passphrase, or the key file was changed"
        case .noMemory(let kibibytes): "\(kibibytes >> 10) MiB of memory are needed to open it"
        }
    }
}
