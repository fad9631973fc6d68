public import Primitives
public import Wire

/// What a validator has opened of its chain so far.
public struct RevealLeaf: LeafValue {
    /// The chain's end, by which a new chain is told from the old one.
    public let pledge: Digest
    /// The innermost layer that is open.
    public let layer: Digest
    /// The epoch in which it was opened.
    public let epoch: Epoch

    public init(pledge: Digest, layer: Digest, epoch: Epoch) {
        self.pledge = pledge
        self.layer = layer
        self.epoch = epoch
    }

    public init(from bytes: Span<UInt8>, at cursor: inout WireCursor) throws(WireError) {
        pledge = try cursor.fixed(1, "pledge", of: bytes)
        layer = try cursor.fixed(2, "layer", of: bytes)
        epoch = Epoch(try cursor.uint64(3, "epoch", of: bytes))
    }

    public func encode(into writer: inout WireWriter) {
        writer.fixed(1, pledge)
        writer.fixed(2, layer)
        writer.uint64(3, epoch.number)
    }
}

/// The seeds of this epoch and the next, and what becomes the one after.
public struct SeedLeaf: LeafValue {
    public var current = Digest.zero
    public var next = Digest.zero
    /// Of the layers that were opened in this epoch, in order of blocks.
    public var mix = Digest.zero

    public init() {}

    public init(from bytes: Span<UInt8>, at cursor: inout WireCursor) throws(WireError) {
        current = try cursor.fixed(1, "current", of: bytes)
        next = try cursor.fixed(2, "next", of: bytes)
        mix = try cursor.fixed(3, "mix", of: bytes)
    }

    public func encode(into writer: inout WireWriter) {
        writer.fixed(1, current)
        writer.fixed(2, next)
        writer.fixed(3, mix)
    }
}
