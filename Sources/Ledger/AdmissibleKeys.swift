import Primitives

/// Keys that were found admissible before their accounts have an entry in the state.
///
/// Whether a key is a point of the right order costs as much as a signature, and an account that
/// signs for others before it sends anything itself would have it looked at each time. The answer
/// depends on the key alone, so remembering it changes no result.
public struct AdmissibleKeys: Sendable {
    /// Keys in each of two generations; when the younger is full, the older is forgotten.
    public static let limit = 8_192

    private var young: Set<PublicKey> = []
    private var old: Set<PublicKey> = []

    public init() {}

    /// Whether a key may enter the state (design R3).
    mutating func admits(_ key: PublicKey) -> Bool {
        if young.contains(key) || old.contains(key) { return true }
        guard key.isAdmissible else { return false }
        if young.count >= Self.limit {
            old = young
            young = []
        }
        young.insert(key)
        return true
    }
}
