import Wire

/// A validator's chain of hashes, opened from its end to its start, one layer an epoch.
///
/// The end is pledged before anybody knows what others will open; nobody but the owner can open a
/// layer, and the owner can open no other. So the layers of many give a number that none chose.
///
/// - Source: rule P14; hash onions as commit and reveal, the reference's section 1.9.
public struct RevealChain: Sendable {
    /// Layers of a chain, and so epochs that it lasts: eleven years of days.
    public static let length = 4_096

    private let secret: Digest
    /// The outermost layer, which a validator's record names.
    public let pledge: Digest

    /// Derives the chain from a vote key, so that nothing more has to be kept.
    public init(_ key: SigningKey) {
        secret = Digest(hashing: key.seed.array, in: .onionSecret)
        var layer = secret
        for _ in 0..<Self.length { layer = Self.cover(layer) }
        pledge = layer
    }

    /// The layer that another one covers; `nil` when that is none of this chain, or its innermost.
    public func layer(beneath outer: Digest) -> Digest? {
        var layer = secret
        for _ in 0..<Self.length {
            let next = Self.cover(layer)
            if next == outer { return layer }
            layer = next
        }
        return nil
    }

    /// What covers a layer.
    public static func cover(_ layer: Digest) -> Digest {
        Digest(hashing: layer.bytes.array, in: .onion)
    }
}
