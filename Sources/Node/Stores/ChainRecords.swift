public import Primitives
public import StateTree
public import Wire

/// What the chain store keeps of a final block beside its bytes.
public struct FinalRecord: Hashable, Sendable, WireCodable {
    public let digest: Digest
    /// Root of the state after the block.
    public let stateRoot: Digest
    public let receiptsRoot: Digest
    /// The headers up to and with this one.
    public let history: HistoryRange

    public init(
        digest: Digest, stateRoot: Digest, receiptsRoot: Digest, history: HistoryRange
    ) {
        self.digest = digest
        self.stateRoot = stateRoot
        self.receiptsRoot = receiptsRoot
        self.history = history
    }

    public init(from bytes: Span<UInt8>, at cursor: inout WireCursor) throws(WireError) {
        digest = try cursor.fixed(1, "digest", of: bytes)
        stateRoot = try cursor.fixed(2, "state_root", of: bytes)
        receiptsRoot = try cursor.fixed(3, "receipts_root", of: bytes)
        history = try cursor.message(4, "history", of: bytes)
    }

    public func encode(into writer: inout WireWriter) {
        writer.fixed(1, digest)
        writer.fixed(2, stateRoot)
        writer.fixed(3, receiptsRoot)
        writer.message(4, history)
    }
}

/// One leaf that a block changed: its new value, or that it is gone.
public struct LeafRecord: Hashable, Sendable, WireCodable {
    public let key: LeafKey
    public let value: [UInt8]?

    public init(key: LeafKey, value: [UInt8]?) {
        self.key = key
        self.value = value
    }

    public init(from bytes: Span<UInt8>, at cursor: inout WireCursor) throws(WireError) {
        key = try cursor.fixed(1, "key", of: bytes)
        let kept = try cursor.bytes(2, "value", limit: StateTree.valueByteLimit, of: bytes)
        let start = cursor.offset
        let isGone = try cursor.bool(3, "gone", of: bytes)
        guard !isGone || kept.isEmpty else { throw WireError(.invalid, at: start) }
        value = isGone ? nil : kept
    }

    public func encode(into writer: inout WireWriter) {
        writer.fixed(1, key)
        writer.bytes(2, value ?? [])
        writer.bool(3, value == nil)
    }

    public var change: LeafChange { LeafChange(key: key, value: value) }
}

/// The leaves that one block changed, in ascending order of key.
public struct Delta: Hashable, Sendable, WireCodable {
    /// More than the fullest block can change.
    public static let leafLimit = 1 << 20

    public let leaves: [LeafRecord]

    public init(_ leaves: [LeafRecord]) { self.leaves = leaves }

    public init(from bytes: Span<UInt8>, at cursor: inout WireCursor) throws(WireError) {
        leaves = try cursor.messages(1, "leaves", limit: Self.leafLimit, of: bytes)
    }

    public func encode(into writer: inout WireWriter) { writer.messages(1, leaves) }
}

/// One entry of a journal, as statements are made from it.
public struct JournalEntry: Hashable, Sendable, WireCodable {
    public static let eventByteLimit = 1_024

    /// The leaf that holds the journal's count and head.
    public let leaf: LeafKey
    public let number: UInt64
    public let height: Height
    /// The event's canonical bytes.
    public let event: [UInt8]

    public init(leaf: LeafKey, number: UInt64, height: Height, event: [UInt8]) {
        self.leaf = leaf
        self.number = number
        self.height = height
        self.event = event
    }

    public init(from bytes: Span<UInt8>, at cursor: inout WireCursor) throws(WireError) {
        leaf = try cursor.fixed(1, "leaf", of: bytes)
        number = try cursor.uint64(2, "number", of: bytes)
        height = Height(try cursor.uint64(3, "height", of: bytes))
        event = try cursor.bytes(4, "event", limit: Self.eventByteLimit, of: bytes)
    }

    public func encode(into writer: inout WireWriter) {
        writer.fixed(1, leaf)
        writer.uint64(2, number)
        writer.uint64(3, height.number)
        writer.bytes(4, event)
    }
}

/// The journal entries of one block.
public struct JournalRecords: Hashable, Sendable, WireCodable {
    public let entries: [JournalEntry]

    public init(_ entries: [JournalEntry]) { self.entries = entries }

    public init(from bytes: Span<UInt8>, at cursor: inout WireCursor) throws(WireError) {
        entries = try cursor.messages(1, "entries", limit: Delta.leafLimit, of: bytes)
    }

    public func encode(into writer: inout WireWriter) { writer.messages(1, entries) }
}

/// Where a transaction stands in the chain, and what became of it.
public struct TransactionPlace: Hashable, Sendable, WireCodable {
    public let height: Height
    public let index: UInt32

    public init(height: Height, index: UInt32) {
        self.height = height
        self.index = index
    }

    public init(from bytes: Span<UInt8>, at cursor: inout WireCursor) throws(WireError) {
        height = Height(try cursor.uint64(1, "height", of: bytes))
        index = try cursor.uint32(2, "index", of: bytes)
    }

    public func encode(into writer: inout WireWriter) {
        writer.uint64(1, height.number)
        writer.uint32(2, index)
    }
}
