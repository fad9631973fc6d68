package import Wire

/// One frame of the gossip protocol, read with every count under a limit.
///
/// Unknown fields and unknown topics are skipped and never kept. Message data stays where it is in
/// the frame until something wants it.
///
/// - Source: `libp2p.md` 2.7, 2.8, 2.10; specification G5 to G8.
package struct Rpc: Sendable {
    /// Bytes of one frame.
    package static let byteLimit = 1 << 20
    /// Bytes of one message's data.
    package static let dataByteLimit = 512 << 10
    /// Bytes of all control messages of a frame, counted before any is read.
    package static let controlByteLimit = 64 << 10
    package static let subscriptionLimit = 128
    package static let messageLimit = 1_024
    /// GRAFT and PRUNE messages of a frame.
    package static let meshChangeLimit = 64
    /// Ids of one IHAVE or IWANT message that we write; so many fit the control bytes.
    package static let idLimit = 2_500
    /// Ids of one IDONTWANT message.
    package static let unwantedIDLimit = 100
    /// Peers recommended in one PRUNE.
    package static let recordLimit = 16

    package struct Subscription: Equatable, Sendable {
        package let topic: Int
        package let isJoin: Bool
    }

    package struct Message: Equatable, Sendable {
        package let topic: Int
        package let data: Range<Int>
        /// Whether the author's fields are all absent (StrictNoSign).
        package let isAnonymous: Bool
    }

    package struct Have: Equatable, Sendable {
        package let topic: Int
        package let ids: [MessageID]
    }

    package struct Prune: Equatable, Sendable {
        package let topic: Int
        package let backoffSeconds: UInt64?
        /// Where the recommended peers' signed records are in the frame.
        package let records: [Range<Int>]
    }

    package var subscriptions: [Subscription] = []
    package var messages: [Message] = []
    package var haves: [Have] = []
    package var wants: [MessageID] = []
    package var grafts: [Int] = []
    package var prunes: [Prune] = []
    package var unwanted: [[MessageID]] = []
    private var controlByteCount = 0
}

/// Why a frame was refused.
package enum RpcFault: Error, Equatable, Sendable {
    case malformed(WireError)
    case overLimit(count: Int, limit: Int)

    init(_ error: WireError) { self = .malformed(error) }
}

extension Rpc {
    /// Reads a frame.
    ///
    /// - Parameters:
    ///   - frame: The bytes without the length in front.
    ///   - topics: What exists; a place in this list stands for the topic.
    /// - Throws: ``RpcFault`` when the frame is malformed or has too much of anything.
    package init(frame: [UInt8], topics: [Topic]) throws(RpcFault) {
        try Self.check(frame.count, Self.byteLimit)
        let bytes = frame.span
        var reader = ForeignMessage(0..<frame.count)
        while let field = try Self.next(&reader, of: bytes) {
            switch field {
            case (1, .bytes(let range)): try readSubscription(range, of: bytes, topics)
            case (2, .bytes(let range)): try readMessage(range, of: bytes, topics)
            case (3, .bytes(let range)): try readControl(range, of: bytes, topics)
            default: continue
            }
        }
    }

    private static func check(_ count: Int, _ limit: Int) throws(RpcFault) {
        guard count <= limit else { throw .overLimit(count: count, limit: limit) }
    }

    static func next(
        _ reader: inout ForeignMessage, of bytes: Span<UInt8>
    ) throws(RpcFault) -> (number: UInt32, value: ForeignMessage.Value)? {
        do throws(WireError) { return try reader.next(of: bytes) } catch { throw RpcFault(error) }
    }

    private static func topic(_ range: Range<Int>, of bytes: Span<UInt8>, _ topics: [Topic]) -> Int?
    {
        topics.firstIndex { topic in
            topic.name.count == range.count
                && topic.name.indices.allSatisfy {
                    topic.name[$0] == bytes[range.lowerBound + $0]
                }
        }
    }

    private mutating func readSubscription(
        _ range: Range<Int>, of bytes: Span<UInt8>, _ topics: [Topic]
    ) throws(RpcFault) {
        var (isJoin, topic): (Bool, Int?) = (false, nil)
        var reader = ForeignMessage(range)
        while let field = try Self.next(&reader, of: bytes) {
            switch field {
            case (1, .number(let value)): isJoin = value != 0
            case (2, .bytes(let name)): topic = Self.topic(name, of: bytes, topics)
            default: continue
            }
        }
        guard let topic else { return }
        try Self.check(subscriptions.count + 1, Self.subscriptionLimit)
        subscriptions.append(Subscription(topic: topic, isJoin: isJoin))
    }

    private mutating func readMessage(
        _ range: Range<Int>, of bytes: Span<UInt8>, _ topics: [Topic]
    ) throws(RpcFault) {
        var (topic, data, isAnonymous): (Int?, Range<Int>, Bool) = (nil, 0..<0, true)
        var reader = ForeignMessage(range)
        while let field = try Self.next(&reader, of: bytes) {
            switch field {
            case (2, .bytes(let range)): data = range
            case (4, .bytes(let name)): topic = Self.topic(name, of: bytes, topics)
            case (1, .bytes), (3, .bytes), (5, .bytes), (6, .bytes): isAnonymous = false
            default: continue
            }
        }
        try Self.check(data.count, Self.dataByteLimit)
        guard let topic else { return }
        try Self.check(messages.count + 1, Self.messageLimit)
        messages.append(Message(topic: topic, data: data, isAnonymous: isAnonymous))
    }

    private mutating func readControl(
        _ range: Range<Int>, of bytes: Span<UInt8>, _ topics: [Topic]
    ) throws(RpcFault) {
        controlByteCount += range.count
        try Self.check(controlByteCount, Self.controlByteLimit)
        var reader = ForeignMessage(range)
        while let field = try Self.next(&reader, of: bytes) {
            switch field {
            case (1, .bytes(let range)):
                let (topic, ids) = try readIDs(range, of: bytes, idField: 2, topics)
                if let topic { haves.append(Have(topic: topic, ids: ids)) }
            case (2, .bytes(let range)):
                wants += try readIDs(range, of: bytes, idField: 1, topics).ids
            case (3, .bytes(let range)):
                guard let topic = try readTopic(range, of: bytes, topics) else { continue }
                try Self.check(grafts.count + 1, Self.meshChangeLimit)
                grafts.append(topic)
            case (4, .bytes(let range)): try readPrune(range, of: bytes, topics)
            case (5, .bytes(let range)):
                unwanted.append(try readIDs(range, of: bytes, idField: 1, topics).ids)
            default: continue
            }
        }
    }

    /// Reads a list of ids; those of a foreign length name nothing here and are left out.
    private func readIDs(
        _ range: Range<Int>, of bytes: Span<UInt8>, idField: UInt32, _ topics: [Topic]
    ) throws(RpcFault) -> (topic: Int?, ids: [MessageID]) {
        var topic: Int?
        var ids: [MessageID] = []
        var reader = ForeignMessage(range)
        while let field = try Self.next(&reader, of: bytes) {
            switch field {
            case (idField, .bytes(let id)):
                guard id.count == MessageID.byteCount else { continue }
                ids.append(MessageID(copying: bytes, from: id.lowerBound))
            case (1, .bytes(let name)): topic = Self.topic(name, of: bytes, topics)
            default: continue
            }
        }
        return (topic, ids)
    }

    private func readTopic(
        _ range: Range<Int>, of bytes: Span<UInt8>, _ topics: [Topic]
    ) throws(RpcFault) -> Int? {
        var topic: Int?
        var reader = ForeignMessage(range)
        while let field = try Self.next(&reader, of: bytes) {
            if case (1, .bytes(let name)) = field { topic = Self.topic(name, of: bytes, topics) }
        }
        return topic
    }

    private mutating func readPrune(
        _ range: Range<Int>, of bytes: Span<UInt8>, _ topics: [Topic]
    ) throws(RpcFault) {
        var (topic, backoff): (Int?, UInt64?) = (nil, nil)
        var records: [Range<Int>] = []
        var reader = ForeignMessage(range)
        while let field = try Self.next(&reader, of: bytes) {
            switch field {
            case (1, .bytes(let name)): topic = Self.topic(name, of: bytes, topics)
            case (2, .bytes(let peer)):
                guard let record = try readRecord(peer, of: bytes) else { continue }
                // More than anyone may recommend: the rest is not looked at.
                if records.count < Self.recordLimit { records.append(record) }
            case (3, .number(let seconds)): backoff = seconds
            default: continue
            }
        }
        guard let topic else { return }
        try Self.check(prunes.count + 1, Self.meshChangeLimit)
        prunes.append(Prune(topic: topic, backoffSeconds: backoff, records: records))
    }

    private func readRecord(
        _ range: Range<Int>, of bytes: Span<UInt8>
    ) throws(RpcFault) -> Range<Int>? {
        var record: Range<Int>?
        var reader = ForeignMessage(range)
        while let field = try Self.next(&reader, of: bytes) {
            if case (2, .bytes(let range)) = field { record = range }
        }
        return record
    }
}
