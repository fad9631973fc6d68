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

    /// From the innermost to the pledge.
    private let layers: [Digest]

    /// Derives the chain from a vote key, so that nothing more has to be kept.
    public init(_ key: SigningKey) {
        var layers = [Digest(hashing: key.seed.array, in: .onionSecret)]
        layers.reserveCapacity(Self.length + 1)
        for index in 0..<Self.length { layers.append(Self.cover(layers[index])) }
        self.layers = layers
    }

    /// The outermost layer, which a validator's record names.
    public var pledge: Digest { layers[Self.length] }

    /// The layer that another one covers; `nil` when that is none of this chain, or its innermost.
    public func layer(beneath outer: Digest) -> Digest? {
        guard let index = layers.lastIndex(of: outer), index > 0 else { return nil }
        return layers[index - 1]
    }

    /// What covers a layer.
    public static func cover(_ layer: Digest) -> Digest {
        let input = InlineArray<32, UInt8> { layer.bytes[$0] }
        return Digest(hashing: input.span, in: .onion)
    }
}
