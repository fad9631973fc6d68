public import Wire

/// What a payer writes down: a key, and the payee's reference for the payment if there is one.
///
/// - Shape: one version byte, 32 key bytes, and nothing or 8 reference bytes; as text bech32m behind
///   the network's prefix.
/// - Source: design R4.
public struct Address: Hashable, Sendable {
    /// The only version so far.
    public static let version: UInt8 = 1

    public let key: PublicKey
    /// Chosen by the payee, so that it finds the payment again; part of the text, so that no payer
    /// can forget it.
    public let reference: FixedBytes<8>?

    public init(key: PublicKey, reference: FixedBytes<8>? = nil) {
        self.key = key
        self.reference = reference
    }

    /// Reads an address of the network whose prefix is given.
    ///
    /// - Throws: ``AddressError``, which says what is wrong with the text.
    public init(_ text: String, prefix: String) throws(AddressError) {
        let (readable, bytes): (String, [UInt8])
        do throws(Bech32m.Fault) { (readable, bytes) = try Bech32m.decode(text) } catch {
            throw AddressError(error)
        }
        guard readable == prefix else {
            throw .otherNetwork(prefix: readable, expected: prefix)
        }
        guard let version = bytes.first else { throw .wrongLength(count: 0) }
        guard version == Self.version else { throw .unknownVersion(version) }
        let span = bytes.span
        switch bytes.count {
        case 1 + 32: reference = nil
        case 1 + 32 + 8: reference = FixedBytes(copying: span, from: 33)
        default: throw .wrongLength(count: bytes.count)
        }
        key = PublicKey(copying: span, from: 1)
        guard key.isAdmissible else { throw .notAKey }
    }

    /// The text form on the network with this prefix.
    public func text(prefix: String) -> String {
        Bech32m.encode(
            [Self.version] + key.bytes.array + (reference?.array ?? []), readable: prefix)
    }
}

/// Why a text is not an address of this network.
public enum AddressError: Error, Equatable, Sendable {
    case malformed(Bech32m.Fault)
    case otherNetwork(prefix: String, expected: String)
    case unknownVersion(UInt8)
    case wrongLength(count: Int)
    /// The bytes are no key that anyone can sign with (design R3).
    case notAKey

    init(_ fault: Bech32m.Fault) { self = .malformed(fault) }
}

extension AddressError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .malformed(let fault): fault.description
        case .otherNetwork(let prefix, let expected):
            "the address is for network \(prefix), and this is \(expected)"
        case .unknownVersion(let version):
            "the address has version \(version), which this program does not know"
        case .wrongLength(let count): "the address holds \(count) bytes; 33 or 41 are right"
        case .notAKey: "the address holds no valid key"
        }
    }
}

extension Bech32m.Fault: CustomStringConvertible {
    public var description: String {
        switch self {
        case .tooLong(let count): "\(count) characters are too many; 90 are the limit"
        case .mixedCase: "upper and lower case are mixed"
        case .noReadablePart: "the part before the 1 is missing"
        case .foreignCharacter(let place): "character \(place + 1) cannot be part of it"
        case .tooShort(let count): "\(count) characters are too few"
        case .wrongChecksum: "a character is wrong, missing or swapped: the checksum does not fit"
        case .wrongPadding: "it is not a whole number of bytes"
        }
    }
}
