public import Ledger
public import Primitives

/// Things named by one action: a bound on what it costs to apply.
public enum ItemLimits {
    public static let thingCount = 64
    /// Pairs of used and new things of one transformation.
    public static let pairCount = 256
    /// A piece in a box on a pallet in a container on a ship is five.
    public static let depth = 8
}

extension Draft {
    public mutating func item(_ key: Digest) throws(Rejection) -> Item {
        guard let item = record(key, as: Item.self) else { throw .unknownRecord }
        return item
    }

    /// The outermost thing around an item, itself if it lies in nothing.
    mutating func outermost(of item: Item) throws(Rejection) -> Item {
        var outer = item
        for _ in 0..<ItemLimits.depth {
            guard let parent = outer.parent else { return outer }
            outer = try self.item(parent)
        }
        guard outer.parent == nil else { throw .wrongState }
        return outer
    }

    /// An active item that this account may write about (rule T82).
    ///
    /// That is the keeper of the outermost thing around it, or an account that its maker attests as
    /// carrier, customs, inspector or warehouse.
    mutating func writable(_ key: Digest, by account: AccountID) throws(Rejection) -> Item {
        let item = try self.item(key)
        guard item.state == .active else { throw .wrongState }
        if try outermost(of: item).keeper == account { return item }
        // Whoever made a thing and gave it away has no more say about it than others.
        guard account != item.maker else { throw .notEntitled }
        for role in [Role.carrier, .customs, .inspector, .warehouse]
        where isAttested(account, as: role, byAnyOf: [item.maker]) { return item }
        throw .notEntitled
    }

    /// An active item that lies in nothing and that this account keeps.
    mutating func kept(_ key: Digest, by account: AccountID) throws(Rejection) -> Item {
        let item = try self.item(key)
        guard item.state == .active, item.parent == nil else { throw .wrongState }
        guard item.keeper == account else { throw .notEntitled }
        return item
    }

    /// Makes room for the levels of a child in everything around its new parent.
    ///
    /// - Throws: ``Rejection/wrongState`` when the child is around its parent, or the pile gets too deep.
    mutating func raise(_ parent: Digest, over child: Digest, levels: UInt32, _ step: RecordStep)
        throws(Rejection)
    {
        var needed = levels + 1
        var key = parent
        for depth in 0..<ItemLimits.depth {
            guard key != child, needed <= UInt32(ItemLimits.depth) else { throw .wrongState }
            var outer = try item(key)
            let isHigher = outer.levels < needed
            if isHigher { outer.levels = needed }
            // The parent's journal says what came in; those around it only that they became higher.
            let isParent = depth == 0
            if isParent || isHigher {
                try update(
                    outer, at: key,
                    RecordStep(
                        step.step, by: step.actor, subject: step.subject, other: step.other,
                        code: isParent ? 0 : JoinItems.heightCode))
            }
            guard let next = outer.parent else { return }
            key = next
            needed += 1
        }
        throw .wrongState
    }

    /// Steps of an item's journal so far.
    mutating func stepCount(of key: Digest) -> UInt64 {
        journal(of: RecordID(key, of: Item.self))?.count ?? 0
    }
}

extension [Digest] {
    /// Whether a list of things may stand in an action: some, not too many, each once, ascending.
    var isThingList: Bool {
        !isEmpty && count <= ItemLimits.thingCount && isStrictlyAscending
    }
}
