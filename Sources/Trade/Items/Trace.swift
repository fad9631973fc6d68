public import Ledger
public import Primitives
import Wire

/// A journal of an item whose completeness was proved: its steps from the first to the last.
public struct ItemJournal: Equatable, Sendable {
    public struct Entry: Hashable, Sendable {
        public let height: Height
        public let event: RecordEvent

        public init(height: Height, event: RecordEvent) {
            self.height = height
            self.event = event
        }
    }

    public let item: Item
    /// In order; the first has number 1.
    public let entries: [Entry]

    public init(item: Item, entries: [Entry]) {
        self.item = item
        self.entries = entries
    }
}

/// Everything that happened to an item, also while it lay in something else.
///
/// A machine: it says whose journals it needs, takes them in any order, and tells the history when it
/// has them all. It trusts nothing but journals whose completeness the caller has proved.
///
/// - Source: rule T84.
public struct Trace: Sendable {
    /// Things whose journals one trace reads; a pile has at most 8 levels, but a thing can have lain in
    /// many boxes one after the other.
    public static let journalLimit = 256
    /// Lines of one trace; boxes within boxes could multiply them without end.
    public static let lineLimit = 65_536

    /// One event of the history.
    public struct Line: Hashable, Sendable {
        /// Whose journal it is in: the item's own, or that of something around it.
        public let key: Digest
        /// Its number in that journal.
        public let number: UInt64
        /// Things between the item and the one that the event is about; zero for the item itself.
        public let level: Int
        public let height: Height
        public let event: RecordEvent
    }

    public let key: Digest
    private var journals: [Digest: ItemJournal] = [:]
    private var missing: [Digest]
    public private(set) var isOverLimit = false

    public init(of key: Digest) {
        self.key = key
        missing = [key]
    }

    /// Items whose journals are still to be read, in the order in which they were met.
    public var needed: [Digest] { missing }

    /// Takes a journal in; one that nobody asked for is ignored.
    public mutating func take(_ journal: ItemJournal, of key: Digest) {
        guard let index = missing.firstIndex(of: key) else { return }
        missing.remove(at: index)
        journals[key] = journal
        for stay in Self.stays(in: journal)
        where journals[stay.parent] == nil && !missing.contains(stay.parent) {
            guard journals.count + missing.count < Self.journalLimit else {
                isOverLimit = true
                return
            }
            missing.append(stay.parent)
        }
    }

    /// The item as it is now.
    public var item: Item? { journals[key]?.item }

    /// The items whose journals were read, ascending.
    public var sources: [Digest] { journals.keys.sorted() }

    /// The history in order of blocks; events of one block from the inside out.
    ///
    /// - Precondition: ``needed`` is empty.
    public var lines: [Line] {
        precondition(missing.isEmpty, "every journal was read")
        var lines: [Line] = []
        collect(Stay(parent: key, first: 0, end: nil, from: Height(0), until: nil), 0, &lines)
        return lines.sorted { left, right in
            (left.height, left.level, left.key, left.number)
                < (right.height, right.level, right.key, right.number)
        }
    }

    /// A time that a thing spent in another.
    private struct Stay {
        let parent: Digest
        /// Steps of the parent after this one are about the thing too.
        let first: UInt64
        /// Steps of the parent before this one; `nil` while it lies there.
        var end: UInt64?
        let from: Height
        var until: Height?
    }

    private static func stays(in journal: ItemJournal) -> [Stay] {
        var stays: [Stay] = []
        for entry in journal.entries {
            let event = entry.event
            guard let parent = event.other, event.code > 0, event.code < JoinItems.heightCode else {
                continue
            }
            if event.step == JoinItems.number {
                stays.append(
                    Stay(
                        parent: parent, first: event.code, end: nil, from: entry.height, until: nil)
                )
            } else if event.step == PartItems.number, let last = stays.indices.last {
                stays[last].end = event.code
                stays[last].until = entry.height
            }
        }
        return stays
    }

    /// Whether a step of a thing tells of something else that came into it or left it.
    private static func isOfContents(_ event: RecordEvent) -> Bool {
        (event.step == JoinItems.number || event.step == PartItems.number)
            && (event.code == 0 || event.code == JoinItems.heightCode)
    }

    private func collect(_ stay: Stay, _ level: Int, _ lines: inout [Line]) {
        guard level <= ItemLimits.depth, let journal = journals[stay.parent] else { return }
        for (index, entry) in journal.entries.enumerated() {
            let number = UInt64(index) + 1
            guard number > stay.first, stay.end.map({ number < $0 }) ?? true,
                entry.height >= stay.from, stay.until.map({ entry.height <= $0 }) ?? true,
                level == 0 || !Self.isOfContents(entry.event), lines.count < Self.lineLimit
            else { continue }
            lines.append(
                Line(
                    key: stay.parent, number: number, level: level, height: entry.height,
                    event: entry.event))
        }
        for outer in Self.stays(in: journal) {
            let from = max(stay.from, outer.from)
            let until = [stay.until, outer.until].compactMap { $0 }.min()
            guard until.map({ from <= $0 }) ?? true else { continue }
            collect(
                Stay(
                    parent: outer.parent, first: outer.first, end: outer.end, from: from,
                    until: until), level + 1, &lines)
        }
    }
}

/// Finds everything that lies in an item or was made of it, from proved journals (rule T87).
public struct RecallReach: Sendable {
    /// Items that one recall follows.
    public static let itemLimit = 65_536

    public let roots: [Digest]
    private var seen: Set<Digest> = []
    private var missing: [Digest]
    /// Items that were reached and are still there, with who has them; in order of key.
    public private(set) var holders: [(item: Digest, keeper: Digest, hasSeen: Bool)] = []
    public private(set) var isOverLimit = false

    public init(of roots: [Digest]) {
        self.roots = roots
        missing = roots
        seen = Set(roots)
    }

    /// Items whose journals are still to be read.
    public var needed: [Digest] { missing }

    /// Takes a journal in, and what the item's outermost surrounding says about its keeper.
    public mutating func take(
        _ journal: ItemJournal, of key: Digest, keptBy keeper: AccountID
    ) {
        guard let index = missing.firstIndex(of: key) else { return }
        missing.remove(at: index)
        if journal.item.state == .active {
            holders.append((key, Digest(keeper.bytes), journal.item.isRecallSeen))
        }
        var inside: Set<Digest> = []
        for event in journal.entries.map(\.event) {
            guard let other = event.other, event.code == 0 else { continue }
            switch event.step {
            case TransformItems.number where journal.item.state == .consumed:
                // The first step of an output names what it was made of, not what it became.
                if event != journal.entries.first?.event { visit(other) }
            case JoinItems.number: inside.insert(other)
            case PartItems.number: inside.remove(other)
            default: break
            }
        }
        for child in inside.sorted() { visit(child) }
    }

    private mutating func visit(_ key: Digest) {
        guard seen.count < Self.itemLimit else {
            isOverLimit = true
            return
        }
        if seen.insert(key).inserted { missing.append(key) }
    }
}
