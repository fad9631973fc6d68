public import Ledger
public import Primitives
public import Wire

/// Puts things into another: EPCIS aggregation or association with action ADD.
///
/// The step in the journal of what goes in names what it went into and how many steps that one had:
/// from there on its steps are about both (rule T84).
public struct JoinItems: ActionKind {
    public static let number: UInt32 = 82
    /// In the code of a step: something came in further down, and the pile has more levels now.
    public static let heightCode: UInt64 = .max

    public let event: Digest
    public let parent: Digest
    /// Ascending.
    public let children: [Digest]

    public init(event: Digest, parent: Digest, children: [Digest]) {
        self.event = event
        self.parent = parent
        self.children = children
    }

    public init(from bytes: Span<UInt8>, at cursor: inout WireCursor) throws(WireError) {
        event = try cursor.fixed(1, "event", of: bytes)
        parent = try cursor.fixed(2, "parent", of: bytes)
        children = try cursor.fixedList(3, "children", limit: ItemLimits.thingCount, of: bytes)
    }

    public func encode(into writer: inout WireWriter) {
        writer.fixed(1, event)
        writer.fixed(2, parent)
        writer.fixedList(3, children)
    }

    public var entryCount: Int { 2 + 2 * children.count }

    public func check() throws(Rejection) {
        guard children.isThingList, !children.contains(parent) else { throw .malformed }
    }

    public func apply(to draft: inout Draft, by source: AccountID) throws(Rejection) {
        let outer = try draft.item(parent)
        guard outer.state == .active else { throw .wrongState }
        guard try draft.outermost(of: outer).keeper == source else { throw .notEntitled }
        for key in children {
            var child = try draft.kept(key, by: source)
            try draft.raise(
                parent, over: key, levels: child.levels,
                RecordStep(Self.number, by: source, subject: event, other: key))
            child.parent = parent
            try draft.update(
                child, at: key,
                RecordStep(
                    Self.number, by: source, subject: event, other: parent,
                    code: draft.stepCount(of: parent)))
        }
    }
}

/// Takes things out of another: EPCIS aggregation or association with action DELETE.
public struct PartItems: ActionKind {
    public static let number: UInt32 = 83

    public let event: Digest
    public let parent: Digest
    /// Ascending.
    public let children: [Digest]

    public init(event: Digest, parent: Digest, children: [Digest]) {
        self.event = event
        self.parent = parent
        self.children = children
    }

    public init(from bytes: Span<UInt8>, at cursor: inout WireCursor) throws(WireError) {
        event = try cursor.fixed(1, "event", of: bytes)
        parent = try cursor.fixed(2, "parent", of: bytes)
        children = try cursor.fixedList(3, "children", limit: ItemLimits.thingCount, of: bytes)
    }

    public func encode(into writer: inout WireWriter) {
        writer.fixed(1, event)
        writer.fixed(2, parent)
        writer.fixedList(3, children)
    }

    public var entryCount: Int { 2 + 2 * children.count }

    public func check() throws(Rejection) {
        guard children.isThingList else { throw .malformed }
    }

    public func apply(to draft: inout Draft, by source: AccountID) throws(Rejection) {
        let outer = try draft.item(parent)
        let keeper = try draft.outermost(of: outer).keeper
        guard keeper == source else { throw .notEntitled }
        for key in children {
            var child = try draft.item(key)
            guard child.parent == parent else { throw .wrongState }
            try draft.update(
                try draft.item(parent), at: parent,
                RecordStep(Self.number, by: source, subject: event, other: key))
            child.parent = nil
            // Whoever was handed the box was handed what lay in it.
            child.keeper = keeper
            try draft.update(
                child, at: key,
                RecordStep(
                    Self.number, by: source, subject: event, other: parent,
                    code: draft.stepCount(of: parent)))
        }
    }
}
