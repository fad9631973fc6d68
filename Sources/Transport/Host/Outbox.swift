import Synchronization

/// Messages that wait for one peer, by protocol, each protocol within its own limit.
///
/// Filled from any thread, emptied on the event loop.
final class Outbox: Sendable {
    private struct Waiting {
        var frame: [UInt8]
        var isKept: Bool
    }

    private struct Lane {
        var waiting = FirstInFirstOut<Waiting>()
        var byteCount = 0
        var droppedCount: UInt64 = 0
    }

    private struct State {
        var lanes: [Lane]
        var isScheduled = false
        var isClosed = false
    }

    private let rows: [StreamProtocol]
    private let state: Mutex<State>

    init(_ rows: [StreamProtocol]) {
        self.rows = rows
        state = Mutex(State(lanes: rows.map { _ in Lane() }))
    }

    /// Queues a message.
    ///
    /// - Returns: what happened, and whether the event loop must be told.
    func push(_ frame: [UInt8], _ id: ProtocolID, isKept: Bool) -> (SendResult, Bool) {
        let row = rows[Int(id.number)]
        guard frame.count <= row.frameByteLimit else { return (.tooLong, false) }
        return state.withLock { state in
            guard !state.isClosed else { return (.notConnected, false) }
            let index = Int(id.number)
            var dropped = 0
            while state.lanes[index].byteCount + frame.count > row.queueByteLimit {
                guard row.overflow == .dropOldest,
                    let oldest = state.lanes[index].waiting.remove(firstWhere: { !$0.isKept })
                else {
                    state.lanes[index].droppedCount += 1
                    return (.full, false)
                }
                state.lanes[index].byteCount -= oldest.frame.count
                state.lanes[index].droppedCount += 1
                dropped += 1
            }
            state.lanes[index].waiting.append(Waiting(frame: frame, isKept: isKept))
            state.lanes[index].byteCount += frame.count
            let mustTell = !state.isScheduled
            state.isScheduled = true
            return (dropped == 0 ? .queued : .queuedInsteadOf(messageCount: dropped), mustTell)
        }
    }

    /// The protocols with something to send; the next message tells the event loop again.
    func takeSignal() -> [ProtocolID] {
        state.withLock { state in
            state.isScheduled = false
            return rows.filter { !state.lanes[Int($0.id.number)].waiting.isEmpty }.map(\.id)
        }
    }

    /// Takes messages until `room` bytes are filled; at least one, when there is room at all.
    func take(_ id: ProtocolID, room: Int) -> [[UInt8]] {
        guard room > 0 else { return [] }
        return state.withLock { state in
            var frames: [[UInt8]] = []
            var byteCount = 0
            while byteCount < room, let next = state.lanes[Int(id.number)].waiting.popFirst() {
                byteCount += next.frame.count
                frames.append(next.frame)
            }
            state.lanes[Int(id.number)].byteCount -= byteCount
            return frames
        }
    }

    /// Drops what waits for a protocol that the peer does not speak.
    ///
    /// - Returns: The bytes that were dropped.
    func clear(_ id: ProtocolID) -> Int {
        state.withLock { state in
            let index = Int(id.number)
            state.lanes[index].droppedCount += UInt64(state.lanes[index].waiting.count)
            state.lanes[index].waiting.removeAll()
            defer { state.lanes[index].byteCount = 0 }
            return state.lanes[index].byteCount
        }
    }

    func close() {
        state.withLock { state in
            state.isClosed = true
            for index in state.lanes.indices { state.lanes[index].waiting.removeAll() }
        }
    }

    /// Messages dropped so far, by protocol.
    var droppedCounts: [ProtocolID: UInt64] {
        state.withLock { state in
            var counts: [ProtocolID: UInt64] = [:]
            for row in rows { counts[row.id] = state.lanes[Int(row.id.number)].droppedCount }
            return counts
        }
    }
}
