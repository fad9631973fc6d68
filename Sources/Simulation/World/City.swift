/// Where a node stands; delays between nodes follow from it.
///
/// - Source: round-trip times of `consensus.md` 5.1, halved.
public enum City: Int, CaseIterable, Sendable {
    case shanghai
    case singapore
    case frankfurt
    case losAngeles
    case saoPaulo

    /// Round-trip time between two cities.
    ///
    /// - Unit: milliseconds.
    public static func roundTripMilliseconds(_ one: City, _ other: City) -> UInt64 {
        table[one.rawValue][other.rawValue]
    }

    private static let table: [[UInt64]] = [
        [2, 72, 229, 190, 347],
        [72, 2, 161, 170, 328],
        [229, 161, 2, 153, 205],
        [190, 170, 153, 2, 175],
        [347, 328, 205, 175, 2],
    ]

    /// The city of a node when nodes are spread evenly.
    public static func of(_ index: Int) -> City { allCases[index % allCases.count] }
}
