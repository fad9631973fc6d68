/// How far a light node believes.
///
/// - Source: `consensus.md` 2.2 and 2.4.
public struct LightPolicy: Hashable, Sendable {
    /// An anchor older than this proves nothing: validators that left may have their stake back.
    ///
    /// - Unit: milliseconds; 14 days, two thirds of the time for which stake is held.
    public var trustingPeriod: UInt64 = 14 * 86_400_000
    /// How far a header's clock may be ahead of ours.
    ///
    /// - Unit: milliseconds.
    public var drift: UInt64 = 10_000
    /// Independent full nodes that are asked for the head.
    public var sourceCount = 2

    public init() {}
}
