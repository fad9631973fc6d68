public import Primitives
public import Wire

/// An account, named by the key that founded it.
@frozen
public struct AccountID: Bytes32 {
    public let bytes: FixedBytes<32>

    @inlinable
    public init(_ bytes: FixedBytes<32>) { self.bytes = bytes }

    @inlinable
    public init(_ key: PublicKey) { bytes = key.bytes }

    /// The only signer until the account names others.
    @inlinable
    public var foundingKey: PublicKey { PublicKey(bytes) }
}

/// An asset, named by its issuer and its code.
@frozen
public struct AssetID: Bytes32 {
    public let bytes: FixedBytes<32>

    @inlinable
    public init(_ bytes: FixedBytes<32>) { self.bytes = bytes }

    /// Hashes `issuer ‖ code` (rule L2).
    public init(issuer: AccountID, code: AssetCode) {
        self.init(Digest(hashing: issuer.bytes.array + code.ascii, in: .asset).bytes)
    }
}

/// A payment that left a receipt, named by its place in the chain of transactions.
@frozen
public struct PaymentID: Bytes32 {
    public let bytes: FixedBytes<32>

    @inlinable
    public init(_ bytes: FixedBytes<32>) { self.bytes = bytes }

    /// Hashes `transaction ‖ action ‖ output`, both indexes as four big-endian bytes (rule L3).
    public init(transaction: Digest, action: Int, output: Int) {
        let input = InlineArray<40, UInt8> { place in
            switch place {
            case 0..<32: transaction.bytes[place]
            case 32..<36: UInt8(truncatingIfNeeded: action >> (8 * (35 - place)))
            default: UInt8(truncatingIfNeeded: output >> (8 * (39 - place)))
            }
        }
        self.init(Digest(hashing: input.span, in: .receipt).bytes)
    }
}

/// The short name of an asset: 3 to 12 characters of `A-Z0-9`.
///
/// - Source: design R6; nothing else can look like one of these characters.
public struct AssetCode: Hashable, Sendable, CustomStringConvertible {
    public static let countRange = 3...12

    /// The characters, then zeros.
    private let bytes: FixedBytes<12>

    public init?(ascii: [UInt8]) {
        guard Self.countRange.contains(ascii.count) else { return nil }
        var bytes = FixedBytes<12>()
        for (index, byte) in ascii.enumerated() {
            guard (0x41...0x5a).contains(byte) || (0x30...0x39).contains(byte) else { return nil }
            bytes[index] = byte
        }
        self.bytes = bytes
    }

    public init?(_ text: String) { self.init(ascii: Array(text.utf8)) }

    public var ascii: [UInt8] { bytes.array.filter { $0 != 0 } }

    public var description: String { String(decoding: ascii, as: UTF8.self) }
}

extension WireCursor {
    /// An asset code; it must be there.
    public mutating func assetCode(
        _ number: UInt32, _ name: StaticString, of bytes: Span<UInt8>
    ) throws(WireError) -> AssetCode {
        let start = offset
        let ascii = try self.bytes(number, name, limit: AssetCode.countRange.upperBound, of: bytes)
        guard let code = AssetCode(ascii: ascii) else {
            throw WireError(.invalid, at: start).inside(name)
        }
        return code
    }
}
