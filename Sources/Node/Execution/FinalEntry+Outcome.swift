import Chain
import Consensus
import Ledger
import Primitives
import StateTree
import Wire

extension FinalEntry {
    /// What the chain store keeps of a block that was executed.
    ///
    /// The history holds the headers up to and with this one; `historyStart` is where the nodes begin
    /// that its header adds.
    init(
        _ outcome: BlockOutcome, history: HistoryRange, historyStart: UInt64,
        finalization: Finalization?
    ) {
        let height = outcome.header.height
        self.init(
            height: height, header: outcome.header.wire,
            record: FinalRecord(
                digest: outcome.digest, stateRoot: outcome.stateRoot,
                receiptsRoot: outcome.receiptsRoot, history: history),
            finalization: finalization?.wire,
            delta: Delta(outcome.updates.map { LeafRecord(key: $0.key, value: $0.value) }),
            historyStart: historyStart, historyNodes: outcome.historyNodes,
            receipts: ReceiptList(outcome.receipts).wire,
            journal: JournalRecords(
                outcome.events.entries.map { entry in
                    JournalEntry(
                        leaf: entry.leaf, number: entry.number, height: height,
                        event: outcome.events.bytes(of: entry))
                }),
            sets: outcome.epochEnd.map { end in
                [
                    (end.nextEpoch, end.validators.set), (end.nextEpoch.next, end.following.set),
                ]
            } ?? [])
    }
}
