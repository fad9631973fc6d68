import Primitives
import Wire

/// Writes the messages of gossipsub.
///
/// Frames come without the length in front, which belongs to the stream.
///
/// - Source: `Proto/rpc.proto`, `libp2p.md` 2.7.
package struct RpcWriter {
    private enum Field {
        static let subscription: UInt32 = 1
        static let publish: UInt32 = 2
        static let control: UInt32 = 3
    }

    private init() {}

    /// All subscriptions in one frame, as the first frame of a stream has them.
    package static func subscriptions(_ topics: [Topic], isJoin: Bool) -> [UInt8] {
        var frame = ForeignWriter()
        for topic in topics {
            var inner = ForeignWriter()
            // Written also when false: the field has no default that both sides agree on.
            inner.number(1, isJoin ? 1 : 0)
            inner.bytes(2, topic.name)
            frame.bytes(Field.subscription, inner.output)
        }
        return frame.output
    }

    /// One message without author, number or signature (StrictNoSign).
    package static func publish(_ data: [UInt8], on topic: Topic) -> [UInt8] {
        let topicSize = 1 + Varint.byteCount(UInt64(topic.name.count)) + topic.name.count
        let dataSize = 1 + Varint.byteCount(UInt64(data.count)) + data.count
        let inner = topicSize + dataSize
        var frame = ForeignWriter(reserving: 1 + Varint.byteCount(UInt64(inner)) + inner)
        frame.header(Field.publish, byteCount: inner)
        frame.bytes(2, data)
        frame.bytes(4, topic.name)
        return frame.output
    }

    /// Control messages, in as many frames as the limit on control bytes asks for.
    static func control(_ draft: ControlDraft) -> [[UInt8]] {
        var parts: [[UInt8]] = []
        func add(_ field: UInt32, _ write: (inout ForeignWriter) -> Void) {
            var inner = ForeignWriter()
            write(&inner)
            var part = ForeignWriter()
            part.bytes(field, inner.output)
            parts.append(part.output)
        }
        for have in draft.haves {
            for ids in have.ids.chunked(by: Rpc.idLimit) {
                add(1) { inner in
                    inner.bytes(1, have.topic.name)
                    inner.ids(2, ids)
                }
            }
        }
        for ids in draft.wants.chunked(by: Rpc.idLimit) { add(2) { $0.ids(1, ids) } }
        for topic in draft.grafts { add(3) { $0.bytes(1, topic.name) } }
        for prune in draft.prunes { add(4) { write(prune, to: &$0) } }
        for ids in draft.unwanted.chunked(by: Rpc.unwantedIDLimit) { add(5) { $0.ids(1, ids) } }
        return frames(of: parts)
    }

    private static func write(_ prune: ControlDraft.Prune, to inner: inout ForeignWriter) {
        inner.bytes(1, prune.topic.name)
        for record in prune.records {
            var peer = ForeignWriter()
            peer.bytes(1, record.peer.libp2pBytes)
            peer.bytes(2, record.envelope)
            inner.bytes(2, peer.output)
        }
        inner.number(3, prune.backoffSeconds)
    }

    private static func frames(of parts: [[UInt8]]) -> [[UInt8]] {
        var frames: [[UInt8]] = []
        var body: [UInt8] = []
        for part in parts {
            if !body.isEmpty, body.count + part.count > Rpc.controlByteLimit {
                frames.append(frame(control: body))
                body = []
            }
            body.append(contentsOf: part)
        }
        if !body.isEmpty { frames.append(frame(control: body)) }
        return frames
    }

    private static func frame(control body: [UInt8]) -> [UInt8] {
        var frame = ForeignWriter()
        frame.bytes(Field.control, body)
        return frame.output
    }
}

extension ForeignWriter {
    fileprivate mutating func ids(_ field: UInt32, _ ids: some Collection<MessageID>) {
        for id in ids { bytes(field, id.bytes.array) }
    }
}

extension Array {
    /// The array in parts of at most `count` elements.
    func chunked(by count: Int) -> [ArraySlice<Element>] {
        stride(from: 0, to: self.count, by: count).map {
            self[$0..<Swift.min($0 + count, self.count)]
        }
    }
}
