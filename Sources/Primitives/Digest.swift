import CSodium
public import Wire

/// A 32-byte value with its own meaning: a hash, a key, an account.
public protocol Bytes32: FixedWireForm, Comparable, CustomStringConvertible {
    var bytes: FixedBytes<32> { get }
    init(_ bytes: FixedBytes<32>)
}

extension Bytes32 {
    @inlinable
    public static var byteCount: Int { 32 }

    @inlinable
    public init(copying bytes: Span<UInt8>, from offset: Int) {
        self.init(FixedBytes(copying: bytes, from: offset))
    }

    /// Takes an array of exactly 32 bytes; `nil` for any other length.
    public init?(_ array: [UInt8]) {
        guard let bytes = FixedBytes<32>(array) else { return nil }
        self.init(bytes)
    }

    /// Reads 64 hexadecimal digits.
    public init?(hex: String) {
        guard let array = Hex.decode(hex) else { return nil }
        self.init(array)
    }

    @inlinable
    public func append(to output: inout [UInt8]) { bytes.append(to: &output) }

    @inlinable
    public static func < (left: Self, right: Self) -> Bool { left.bytes < right.bytes }

    /// 64 hexadecimal digits.
    public var hex: String { Hex.encode(bytes.array) }

    public var description: String { hex }
}

/// A BLAKE2b-256 hash.
///
/// - Shape: 32 bytes.
/// - Source: RFC 7693; the domain goes into the personalisation field (design R2).
@frozen
public struct Digest: Bytes32 {
    public let bytes: FixedBytes<32>

    @inlinable
    public init(_ bytes: FixedBytes<32>) { self.bytes = bytes }

    /// 32 zero bytes: the root of an empty tree, and the parent of a first block.
    public static let zero = Digest(FixedBytes(repeating: 0))
}

/// What a hash is for: two purposes never give the same hash for the same bytes.
public struct HashDomain: Sendable {
    let personal: FixedBytes<16>

    /// - Precondition: at most 16 ASCII characters.
    public init(_ name: StaticString) {
        precondition(name.utf8CodeUnitCount <= 16, "a hash domain has at most 16 bytes")
        var personal = FixedBytes<16>()
        for (index, byte) in name.description.utf8.enumerated() { personal[index] = byte }
        self.personal = personal
    }
}

/// Every domain of the node, in one place. Changing a string here is a protocol change.
extension HashDomain {
    public static let body = HashDomain("argosy/body")
    public static let action = HashDomain("argosy/action")
    public static let header = HashDomain("argosy/header")
    public static let block = HashDomain("argosy/block")
    public static let genesis = HashDomain("argosy/genesis")
    public static let key = HashDomain("argosy/key")
    public static let leaf = HashDomain("argosy/leaf")
    public static let node = HashDomain("argosy/node")
    public static let journal = HashDomain("argosy/journal")
    public static let event = HashDomain("argosy/event")
    public static let list = HashDomain("argosy/list")
    public static let listNode = HashDomain("argosy/listnode")
    public static let history = HashDomain("argosy/history")
    public static let historyNode = HashDomain("argosy/histnode")
    public static let asset = HashDomain("argosy/asset")
    public static let receipt = HashDomain("argosy/receipt")
    public static let validators = HashDomain("argosy/valset")
    public static let parameters = HashDomain("argosy/params")
    public static let evidence = HashDomain("argosy/evidence")
    public static let schedule = HashDomain("argosy/schedule")
    public static let seed = HashDomain("argosy/seed")
    public static let vote = HashDomain("argosy/vote")
    public static let proof = HashDomain("argosy/proof")
    public static let bootstrap = HashDomain("argosy/bootstrp")
    public static let attachment = HashDomain("argosy/attach")
    public static let simulated = HashDomain("argosy/simsig")
    public static let record = HashDomain("argosy/record")
    public static let item = HashDomain("argosy/item")
    public static let onion = HashDomain("argosy/onion")
    public static let onionSecret = HashDomain("argosy/onionkey")
}

extension Digest {
    /// Hashes bytes for one purpose.
    public init(hashing input: Span<UInt8>, in domain: HashDomain) {
        unsafe self.init(
            FixedBytes(filledBy: { output in
                unsafe input.withPointer { input, count in
                    unsafe domain.personal.withPointer { personal in
                        // It fails only for sizes out of range, and these are constants.
                        _ = unsafe crypto_generichash_blake2b_salt_personal(
                            output, 32, input, count, nil, 0, nil, personal)
                    }
                }
            }))
    }

    /// Hashes bytes for one purpose.
    public init(hashing input: [UInt8], in domain: HashDomain) {
        self.init(hashing: input.span, in: domain)
    }

    /// Hashes the 64 bytes of two hashes for one purpose; one block of the hash function.
    @inline(__always)
    public init(_ left: Digest, _ right: Digest, in domain: HashDomain) {
        let input = InlineArray<64, UInt8> { index in
            index < 32 ? left.bytes[index] : right.bytes[index &- 32]
        }
        self.init(hashing: input.span, in: domain)
    }

    /// Hashes 32 bytes and one more for one purpose.
    public init(hashing value: some Bytes32, _ last: UInt8, in domain: HashDomain) {
        let bytes = value.bytes
        let input = InlineArray<33, UInt8> { index in index < 32 ? bytes[index] : last }
        self.init(hashing: input.span, in: domain)
    }

    /// BLAKE2b-256 as RFC 7693 has it, without a domain; for test vectors and foreign formats.
    public init(plain input: [UInt8]) {
        self.init(hashing: input.span, in: HashDomain(""))
    }
}
