import Primitives

/// The way between two sightings, and whether anything travels that fast.
///
/// The distance is a lower bound: along the meridian, or along the parallel that is nearest to a pole,
/// whichever is longer. So an alarm is never due to rounding.
public struct Journey: Sendable {
    /// Faster than any aircraft that carries parcels.
    ///
    /// - Unit: kilometres an hour.
    public static let speedLimit: UInt64 = 1_000
    /// Places closer than this are one place: clocks and coordinates are not exact.
    ///
    /// - Unit: metres.
    public static let toleranceMetres: UInt64 = 50_000

    /// At least so far.
    public let metres: UInt64
    public let milliseconds: UInt64

    public init(_ first: Sighting, _ second: Sighting) {
        let north = (first.latitude - second.latitude).magnitude
        let direct = (first.longitude - second.longitude).magnitude
        let east = min(direct, 3_600_000 - direct)
        let degree = max(first.latitude.magnitude, second.latitude.magnitude) / 10_000
        // The cosine shrinks toward the pole, so the next full degree gives the lower bound.
        let cosine = Self.cosines[Int(min(degree + 1, 90))]
        metres = max(
            north * Self.metresOfDegree / 10_000,
            Self.chord(east) * Self.metresOfDegree / 10_000 * cosine / 1_000)
        milliseconds =
            (first.time.milliseconds > second.time.milliseconds)
            ? first.time.milliseconds - second.time.milliseconds
            : second.time.milliseconds - first.time.milliseconds
    }

    public var isPossible: Bool {
        guard metres > Self.toleranceMetres else { return true }
        // Kilometres an hour are metres in 3,600 milliseconds.
        let (reach, overflow) = milliseconds.multipliedReportingOverflow(by: Self.speedLimit)
        return overflow || metres - Self.toleranceMetres <= reach / 3_600
    }

    /// On a sphere the way along a parallel is longer than the straight one by at most π / 2.
    private static func chord(_ east: UInt64) -> UInt64 { east * 636 / 1_000 }

    private static let metresOfDegree: UInt64 = 111_000

    /// Cosines of 0 to 90 degrees in thousandths, rounded down.
    private static let cosines: [UInt64] = [
        1_000, 999, 999, 998, 997, 996, 994, 992, 990, 987, 984, 981, 978, 974, 970, 965, 961, 956,
        951, 945, 939, 933, 927, 920, 913, 906, 898, 891, 882, 874, 866, 857, 848, 838, 829, 819,
        809,
        798, 788, 777, 766, 754, 743, 731, 719, 707, 694, 681, 669, 656, 642, 629, 615, 601, 587,
        573,
        559, 544, 529, 515, 500, 484, 469, 453, 438, 422, 406, 390, 374, 358, 342, 325, 309, 292,
        275,
        258, 241, 224, 207, 190, 173, 156, 139, 121, 104, 87, 69, 52, 34, 17, 0,
    ]
}
