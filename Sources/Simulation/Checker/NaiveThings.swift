import Chain
import Ledger
import Primitives
import Trade
import Wire

/// Things, and in whose hands they are, in a plain dictionary.
///
/// - Source: rules T80 to T85 of trade; wallets of the simulator put things into boxes, and no box into
///   another, so that the bound on how high a pile gets does not matter here.
struct NaiveThings: Sendable {
    struct Thing: Sendable {
        var keeper: AccountID
        var box: Digest?
        var isActive = true
    }

    private(set) var things: [Digest: Thing] = [:]

    static func entryCount(of kind: Action.Kind) -> UInt64? {
        switch kind {
        case .beginItems(let kind): UInt64(kind.items.count)
        case .observeItems(let kind): UInt64(kind.items.count)
        case .handOverItems(let kind): UInt64(kind.items.count)
        case .endItems(let kind): UInt64(kind.items.count)
        case .joinItems(let kind): 2 + 2 * UInt64(kind.children.count)
        case .partItems(let kind): 2 + 2 * UInt64(kind.children.count)
        case .transformItems(let kind):
            UInt64(kind.inputs.count * kind.outputs.count + kind.outputs.count)
        default: nil
        }
    }

    /// - Returns: whether it may be so; `nil` when it is not about things.
    mutating func carryOut(
        _ kind: Action.Kind, by source: AccountID, _ entryCount: inout UInt64
    ) -> Bool? {
        switch kind {
        case .beginItems(let kind): return begin(kind.items, by: source, &entryCount)
        case .observeItems(let kind):
            return kind.items.allSatisfy { key in
                things[key]?.isActive == true && holder(of: key) == source
            }
        case .handOverItems(let kind):
            guard kind.items.allSatisfy({ isKept($0, by: source) }) else { return false }
            for key in kind.items { things[key]?.keeper = kind.receiver }
            return true
        case .endItems(let kind): return end(kind.items, by: source)
        case .joinItems(let kind):
            guard things[kind.parent]?.isActive == true, holder(of: kind.parent) == source,
                kind.children.allSatisfy({ isKept($0, by: source) })
            else { return false }
            for key in kind.children { things[key]?.box = kind.parent }
            return true
        case .partItems(let kind):
            guard let keeper = holder(of: kind.parent), keeper == source,
                kind.children.allSatisfy({ things[$0]?.box == kind.parent })
            else { return false }
            for key in kind.children {
                things[key]?.box = nil
                things[key]?.keeper = keeper
            }
            return true
        case .transformItems(let kind):
            return begin(kind.outputs, by: source, &entryCount) && end(kind.inputs, by: source)
        default: return nil
        }
    }

    private mutating func begin(
        _ births: [BeginItems.Birth], by source: AccountID, _ entryCount: inout UInt64
    ) -> Bool {
        guard births.allSatisfy({ things[$0.key] == nil }) else { return false }
        for birth in births { things[birth.key] = Thing(keeper: source) }
        entryCount += UInt64(births.count)
        return true
    }

    private mutating func end(_ keys: [Digest], by source: AccountID) -> Bool {
        guard keys.allSatisfy({ isKept($0, by: source) }) else { return false }
        for key in keys { things[key]?.isActive = false }
        return true
    }

    private func isKept(_ key: Digest, by source: AccountID) -> Bool {
        guard let thing = things[key] else { return false }
        return thing.isActive && thing.box == nil && thing.keeper == source
    }

    /// Who holds a thing, or the box that it lies in.
    private func holder(of key: Digest) -> AccountID? {
        guard let thing = things[key] else { return nil }
        guard let box = thing.box else { return thing.keeper }
        return things[box]?.keeper
    }

    func difference(from leaves: MemoryLeaves) throws -> String? {
        for key in things.keys.sorted() {
            let id = LeafID.record(RecordID(key, of: Item.self))
            guard let leaf = try NaiveLedger.read(RecordLeaf.self, id, leaves) else {
                return "thing \(key) is not in the state"
            }
            let item = try Item(wire: leaf.content)
            guard let thing = things[key], item.keeper == thing.keeper,
                item.parent == thing.box, (item.state == .active) == thing.isActive
            else { return "thing \(key) is somewhere else in the state" }
        }
        return nil
    }
}
