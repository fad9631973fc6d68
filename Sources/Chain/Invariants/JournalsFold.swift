import Ledger
import Primitives
import Wire

/// The events of a block, folded into the journals before it, give the journals after it; and each
/// event tells the balance as it was then (rule L15).
public enum JournalsFold: Invariant {
    public static func check(_ step: LedgerStep) throws(LawBreach) {
        var folded: [JournalID: JournalHead] = [:]
        var amounts: [JournalID: Amount] = [:]
        for entry in step.events.entries {
            let before = try head(of: entry.journal, in: step.before)
            var journal = folded[entry.journal] ?? before.journal
            // A balance that was closed and came back begins anew.
            if entry.number == 1 { journal = JournalHead() }
            guard entry.number == journal.count + 1 else {
                throw LawBreach("\(entry.journal) skips to \(entry.number)")
            }
            let bytes = step.events.bytes(of: entry)
            let (digest, amount) = try read(bytes, of: entry)
            journal.append(event: digest, at: step.height)
            folded[entry.journal] = journal
            amounts[entry.journal] = amount
        }
        for update in step.updates {
            let id: JournalID
            switch update.id {
            case .balance(let balance): id = .balance(balance)
            case .asset(let asset): id = .asset(asset)
            case .record(let record): id = .record(record)
            default: continue
            }
            guard update.value != nil else { continue }
            let (journal, amount) = try head(of: id, in: step.after)
            let before = try head(of: id, in: step.before)
            guard journal == folded[id] ?? before.journal else {
                throw LawBreach("the events of \(id) do not fold to its journal")
            }
            guard amount == amounts[id] ?? before.amount else {
                throw LawBreach("\(id) changed without an event")
            }
        }
    }

    /// The hash of an event, and the balance that it tells; a record has none.
    private static func read(
        _ bytes: [UInt8], of entry: EventLog.Entry
    ) throws(LawBreach) -> (Digest, Amount) {
        do {
            if case .record = entry.journal {
                return (try RecordEvent(wire: bytes).digest, .zero)
            }
            let event = try LedgerEvent(wire: bytes)
            return (event.digest, event.balance)
        } catch {
            throw LawBreach("event \(entry.number) of \(entry.journal) cannot be read")
        }
    }

    private static func head(
        of id: JournalID, in leaves: some LeafSource
    ) throws(LawBreach) -> (journal: JournalHead, amount: Amount) {
        do {
            guard let bytes = try leaves.leaf(id.leaf.key) else { return (JournalHead(), .zero) }
            switch id {
            case .balance:
                let leaf = try BalanceLeaf(wire: bytes)
                return (leaf.journal, leaf.amount)
            case .asset:
                let leaf = try AssetLeaf(wire: bytes)
                return (leaf.journal, leaf.supply)
            case .record:
                return (try RecordLeaf(wire: bytes).journal, .zero)
            }
        } catch { throw LawBreach("\(id) cannot be read: \(error)") }
    }
}
