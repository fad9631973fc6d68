import Primitives
public import Wire

/// The key of one field of one order: who has it can check that field, and nothing else.
///
/// - Shape: 32 bytes, HKDF-SHA-256 of the order's secret with the info `tdm/v1/<order>/<label>`.
/// - Source: Trade specification T102; RFC 5869 with an empty salt.
public struct FieldKey: Hashable, Sendable {
    public static let byteCount = 32
    /// The longest order number that enters a key, in bytes.
    public static let orderByteLimit = 240

    public let bytes: FixedBytes<32>

    public init(_ bytes: FixedBytes<32>) { self.bytes = bytes }

    /// The key of a field.
    ///
    /// - Parameters:
    ///   - secret: 32 random bytes that the buyer's wallet drew for this order.
    ///   - order: The order's number, canonical text, at most ``orderByteLimit`` bytes.
    ///   - field: The field; one that is compared with another has the same key.
    public init(secret: FixedBytes<32>, order: [UInt8], field: MatchField) {
        self.init(secret: secret, order: order, label: field.label)
    }

    /// The key of a line slot, counted from zero: label `line/0`.
    public init(secret: FixedBytes<32>, order: [UInt8], line: Int) {
        self.init(secret: secret, order: order, label: Array("line/\(line)".utf8))
    }

    /// The key of any label; fields and lines are the two kinds that the match uses.
    public init(secret: FixedBytes<32>, order: [UInt8], label: [UInt8]) {
        precondition(order.count <= Self.orderByteLimit, "an order number is at most 240 bytes")
        let extracted = Sha256.authenticate(
            secret.array, key: [UInt8](repeating: 0, count: 32))
        let info = Array("tdm/v1/".utf8) + order + [UInt8(ascii: "/")] + label
        bytes = Sha256.authenticate(info + [1], key: extracted.array)
    }
}

/// A commitment to one normalised value: HMAC-SHA-256 under the key of its field.
///
/// - Shape: 32 bytes. Equal values of one field of one order have equal commitments; without the key
///   nothing else can be learned from it.
/// - Source: Trade specification T101.
public struct Commitment: Hashable, Sendable {
    public static let byteCount = 32

    public let bytes: FixedBytes<32>

    /// Takes bytes that somebody published.
    public init(_ bytes: FixedBytes<32>) { self.bytes = bytes }

    /// Commits to a value.
    public init(to value: [UInt8], under key: FieldKey) {
        bytes = Sha256.authenticate(value, key: key.bytes.array)
    }
}

extension MatchDocument where Value == [UInt8] {
    /// The same document as commitments, its lines padded.
    ///
    /// - Parameters:
    ///   - secret: The order's secret.
    ///   - order: The order's number, which enters every key.
    /// - Returns: Commitments in the places of the values.
    public func committed(secret: FixedBytes<32>, order: [UInt8]) -> MatchDocument<Commitment> {
        let hasLines = kind == .order || kind == .list
        let slots = hasLines ? MatchLine.paddedCount(lines.count) : 0
        let lineValues = (0..<slots).map { slot in
            Commitment(
                to: slot < lines.count ? lines[slot] : [],
                under: FieldKey(secret: secret, order: order, line: slot))
        }
        return MatchDocument<Commitment>(kind, lines: lineValues) { field in
            self[field].map {
                Commitment(to: $0, under: FieldKey(secret: secret, order: order, field: field))
            }
        }
    }
}

extension MatchStandard where Value == [UInt8] {
    /// The constants as they are.
    public static var clear: Self { Self { _, bytes in bytes } }
}

extension MatchStandard where Value == Commitment {
    /// The constants under the keys that were disclosed with the documents; `nil` when there are more or
    /// fewer keys than fields.
    ///
    /// - Parameter keys: One key for each of ``MatchField/disclosed``, in that order.
    public init?(disclosed keys: [FieldKey]) {
        guard keys.count == MatchField.disclosed.count else { return nil }
        self.init { field, bytes in
            let index = MatchField.disclosed.firstIndex(of: field) ?? 0
            return Commitment(to: bytes, under: keys[index])
        }
    }
}
