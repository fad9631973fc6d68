public import Primitives
public import Wire

/// A channel of gossip.
///
/// Only topics from the list that a router was made with exist for it (specification G2).
public struct Topic: Hashable, Comparable, Sendable {
    public static let nameByteLimit = 128

    public let name: [UInt8]

    /// - Precondition: the name has 1 to ``nameByteLimit`` bytes.
    public init(name: [UInt8]) {
        precondition(
            (1...Self.nameByteLimit).contains(name.count), "a topic name has 1 to 128 bytes")
        self.name = name
    }

    /// The topic of one purpose in one network: `/trade/<8 hexadecimal digits>/<purpose>/1`.
    ///
    /// - Source: `libp2p.md` 5.3: the genesis digest keeps networks apart.
    public init(genesis: Digest, purpose: StaticString) {
        self.init(name: Array("/trade/\(genesis.hex.prefix(8))/\(purpose)/1".utf8))
    }

    /// Batches of transactions; see ``TransactionBatch``.
    public static func transactions(genesis: Digest) -> Topic {
        Topic(genesis: genesis, purpose: "transactions")
    }

    public static func < (left: Topic, right: Topic) -> Bool {
        left.name.lexicographicallyPrecedes(right.name)
    }
}

/// What names a message everywhere: a hash of its topic and its data.
///
/// - Shape: 20 bytes.
/// - Source: design R13: first 20 bytes of SHA-256(u32le topic length ‖ topic ‖ data).
public struct MessageID: FixedWireForm, Comparable, CustomStringConvertible {
    public static let byteCount = 20

    public let bytes: FixedBytes<20>

    public init(_ bytes: FixedBytes<20>) { self.bytes = bytes }

    public init(topic: Topic, data: [UInt8]) { self.init(topic: topic, data: data.span) }

    init(topic: Topic, data: Span<UInt8>) {
        var start: [UInt8] = []
        start.reserveCapacity(4 + topic.name.count)
        let length = UInt32(topic.name.count)
        for shift in 0..<4 { start.append(UInt8(truncatingIfNeeded: length >> (8 * shift))) }
        start.append(contentsOf: topic.name)
        let hash = Sha256.hash(start.span, data)
        bytes = FixedBytes(InlineArray { hash[$0] })
    }

    public init(copying bytes: Span<UInt8>, from offset: Int) {
        self.bytes = FixedBytes(copying: bytes, from: offset)
    }

    public func append(to output: inout [UInt8]) { bytes.append(to: &output) }

    public static func < (left: MessageID, right: MessageID) -> Bool { left.bytes < right.bytes }

    public var description: String { Hex.encode(bytes.array) }
}
