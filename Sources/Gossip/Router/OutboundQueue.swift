import Primitives

/// A frame that waits to be sent.
struct OutboundFrame: Sendable {
    let bytes: [UInt8]
    let lane: GossipRouter.Lane
    /// The message in the frame, if it carries one.
    let id: MessageID?
}

/// What waits for one peer: control first, then our own messages, then other people's.
///
/// Its size is bounded in bytes. Frames are arrays shared by all queues that hold them, so the bound
/// is on what the peer may owe, not on copies. When it is full the oldest forwarded message goes.
///
/// - Source: design R14, `libp2p.md` 2.10 (bounded by bytes, control first); specification G23-G25.
struct OutboundQueue: Sendable {
    /// Bytes that wait for one peer.
    static let byteLimit = 4 << 20
    /// Bytes of control frames among them; a peer over it does not read.
    static let controlByteLimit = 256 << 10
    /// Bytes handed to the transport and not yet reported as sent.
    static let windowByteLimit = 512 << 10
    /// After this a forwarded message would come too late to be of use.
    static let forwardPatienceMilliseconds: UInt64 = 5_000

    enum Outcome: Equatable { case queued(dropped: Int), refused }

    private struct Entry: Sendable {
        let frame: OutboundFrame
        let since: Instant
    }

    private var lanes: [FirstInFirstOut<Entry>]
    private var laneBytes: [Int]
    private var inFlight = 0

    init() {
        lanes = GossipRouter.Lane.allCases.map { _ in FirstInFirstOut() }
        laneBytes = GossipRouter.Lane.allCases.map { _ in 0 }
    }

    /// Bytes that wait.
    var byteCount: Int { laneBytes.reduce(0, +) }

    var isEmpty: Bool { lanes.allSatisfy(\.isEmpty) }

    /// Adds a frame, if need be at the cost of the oldest forwarded ones.
    mutating func push(_ frame: OutboundFrame, now: Instant) -> Outcome {
        let size = frame.bytes.count
        let limit = frame.lane == .control ? Self.controlByteLimit : Self.byteLimit
        guard laneBytes[frame.lane.rawValue] + size <= limit || frame.lane == .forward else {
            return .refused
        }
        var dropped = 0
        while byteCount + size > Self.byteLimit, pop(.forward) != nil { dropped += 1 }
        guard byteCount + size <= Self.byteLimit + Self.controlByteLimit,
            frame.lane != .forward || byteCount + size <= Self.byteLimit
        else { return .refused }
        lanes[frame.lane.rawValue].append(Entry(frame: frame, since: now))
        laneBytes[frame.lane.rawValue] += size
        return .queued(dropped: dropped)
    }

    /// The next frame that the transport may have, the most urgent first.
    ///
    /// - Parameters:
    ///   - now: The clock.
    ///   - unwanted: Messages that the peer turned out to have; those of others are left out.
    ///   - dropped: Counts the frames that came too late.
    /// - Returns: `nil` when nothing waits or the transport's window is full.
    mutating func next(now: Instant, unwanted: UnwantedIDs, dropped: inout Int) -> OutboundFrame? {
        guard inFlight < Self.windowByteLimit else { return nil }
        for lane in GossipRouter.Lane.allCases {
            while let entry = pop(lane) {
                let age = now.milliseconds(since: entry.since)
                if lane == .forward, age > Self.forwardPatienceMilliseconds {
                    dropped += 1
                    continue
                }
                if lane == .forward, let id = entry.frame.id, unwanted.contains(id) { continue }
                inFlight += entry.frame.bytes.count
                return entry.frame
            }
        }
        return nil
    }

    mutating func flushed(_ byteCount: Int) { inFlight = max(0, inFlight - max(0, byteCount)) }

    private mutating func pop(_ lane: GossipRouter.Lane) -> Entry? {
        guard let entry = lanes[lane.rawValue].popFirst() else { return nil }
        laneBytes[lane.rawValue] -= entry.frame.bytes.count
        return entry
    }
}

/// A queue on an array: taking from the front costs nothing on average.
struct FirstInFirstOut<Element: Sendable>: Sendable {
    private var elements: [Element?] = []
    private var head = 0

    var isEmpty: Bool { head == elements.count }
    var count: Int { elements.count - head }

    var first: Element? { isEmpty ? nil : elements[head] }

    mutating func append(_ element: Element) { elements.append(element) }

    mutating func popFirst() -> Element? {
        guard head < elements.count else { return nil }
        let element = elements[head]
        elements[head] = nil
        head += 1
        if head == elements.count {
            elements.removeAll(keepingCapacity: elements.count < 1_024)
            head = 0
        } else if head > 64, head > elements.count / 2 {
            elements.removeFirst(head)
            head = 0
        }
        return element
    }
}
