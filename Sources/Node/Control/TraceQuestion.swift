import Ledger
import LightClient
import Primitives
import Trade
import Wire

/// Everything that happened to an item, also while it lay in something else.
public struct TraceAnswer: Codable, Sendable, Equatable {
    public var item: String
    public var maker: String
    public var keeper: String
    /// `active`, `consumed` or `ended`.
    public var state: String
    /// What it lies in; empty when in nothing.
    public var parent: String
    public var claims: UInt64
    /// Who claimed it first; empty when nobody has.
    public var claimant: String
    public var alarms: UInt64
    /// Hash of the newest recall notice; empty when there is none.
    public var recall: String
    /// The block after which this was all.
    public var height: UInt64
    /// Journals whose completeness was checked.
    public var journals: Int
    public var lines: [TraceLine]
}

/// One event of an item's history.
public struct TraceLine: Codable, Sendable, Equatable {
    /// Things between the item and the one that the event is about; 0 for the item itself.
    public var level: Int
    public var key: String
    public var number: UInt64
    public var height: UInt64
    /// Milliseconds since 1970.
    public var time: UInt64
    /// `began`, `observed`, `joined`, `parted`, `transformed`, `ended`, `handedOver`, `claimed`,
    /// `error`, `recalled`, `recallSeen`.
    public var kind: String
    public var actor: String
    /// CBV hash of the event, or hash of a notice.
    public var event: String
    public var other: String
    /// The step cannot be true of one thing: a second claim, an impossible journey.
    public var alarm: Bool
}

extension StateView {
    /// Reads, checks and joins the journals of an item and of everything that it lay in.
    func trace(_ text: String) async throws -> TraceAnswer {
        let key: Digest = try Self.read(text, "an item")
        var trace = Trace(of: key)
        var height = Height(0)
        while let next = trace.needed.first {
            let id = LeafID.record(RecordID(next, of: Item.self))
            let (leaf, at) = try await look(at: id, as: RecordLeaf.self)
            guard let leaf else {
                throw FailureAnswer("unknown", "The network knows no item of that name.")
            }
            let events = try await journal(id, leaf.journal)
            trace.take(try ItemJournal(of: leaf, events), of: next)
            height = max(height, at)
        }
        guard !trace.isOverLimit, let item = trace.item else {
            throw FailureAnswer(
                "limit", "The item lay in more than \(Trace.journalLimit) others.")
        }
        return TraceAnswer(trace, item, at: height)
    }
}

extension ItemJournal {
    /// Reads an item's record and its journal, whose completeness the caller has checked.
    ///
    /// - Throws: ``Wire/WireError`` when either is none that this program knows.
    init(of record: RecordLeaf, _ events: [JournalEvent]) throws(WireError) {
        var entries: [Entry] = []
        for event in events {
            entries.append(
                Entry(height: event.height, event: try RecordEvent(wire: event.event)))
        }
        self.init(item: try Item(wire: record.content), entries: entries)
    }
}

extension TraceAnswer {
    init(_ trace: Trace, _ item: Item, at height: Height) {
        self.init(
            item: trace.key.hex, maker: item.maker.hex, keeper: item.keeper.hex,
            state: "\(item.state)", parent: item.parent?.hex ?? "", claims: item.claims,
            claimant: item.claimant?.hex ?? "", alarms: item.alarms,
            recall: item.recall?.hex ?? "", height: height.number,
            journals: trace.sources.count, lines: trace.lines.map { TraceLine($0) })
    }
}

extension TraceLine {
    init(_ line: Trace.Line) {
        let event = line.event
        self.init(
            level: line.level, key: line.key.hex, number: line.number,
            height: line.height.number, time: event.time.milliseconds,
            kind: Self.word(event.step), actor: event.actor.hex,
            event: event.subject?.hex ?? "", other: event.other?.hex ?? "",
            alarm: Self.isAlarm(event))
    }

    private static func word(_ step: UInt32) -> String {
        switch step {
        case BeginItems.number: "began"
        case ObserveItems.number: "observed"
        case JoinItems.number: "joined"
        case PartItems.number: "parted"
        case TransformItems.number: "transformed"
        case EndItems.number: "ended"
        case HandOverItems.number: "handedOver"
        case ClaimItem.number: "claimed"
        case DeclareError.number: "error"
        case RecallItems.number: "recalled"
        case AcknowledgeRecall.number: "recallSeen"
        default: "step \(step)"
        }
    }

    private static func isAlarm(_ event: RecordEvent) -> Bool {
        switch event.step {
        case ObserveItems.number: event.code == ObserveItems.impossibleCode
        case ClaimItem.number: event.code > 1
        default: false
        }
    }
}
