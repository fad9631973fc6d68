import Consensus
import Foundation
import Primitives
import Storage
import Wire

extension VoteStore {
    /// What is wrong with the log, in a few words; `nil` when it is whole.
    ///
    /// A log that is not whole may have lost a vote, so nobody may vote by it.
    func damage() -> String? {
        do throws(StorageError) {
            return try store.read { view throws(StorageError) in
                var found = VoteSeal()
                var highest: HighWater?
                try view.forEach(in: VoteTables.records) { key, record in
                    found.add(record, at: key.first, key.second)
                    if case .voted(let vote) = record {
                        highest = highest.map { max($0, HighWater(vote)) } ?? HighWater(vote)
                    }
                    return .more
                }
                let mark = try view.value(VoteTables.row, in: VoteTables.marks)
                let instance = try view.value(VoteTables.row, in: VoteTables.instance)
                _ = try view.value(VoteTables.row, in: VoteTables.lost)
                guard let seal = try view.value(VoteTables.row, in: VoteTables.seals) else {
                    return found == VoteSeal() && mark == nil ? nil : "its seal is missing"
                }
                guard seal == found else {
                    return "\(found.recordCount) records where \(seal.recordCount) were written, "
                        + "or other ones"
                }
                if instance == nil { return "it does not say whose it is" }
                if let highest, mark.map({ $0 < highest }) ?? true {
                    return "its mark of the last vote is missing or old"
                }
                return nil
            }
        } catch { return error.description }
    }

    /// The last epoch in which this node must not vote, when a log was lost.
    func lostEpoch() throws(StorageError) -> Epoch? {
        try store.read { view throws(StorageError) in
            try view.value(VoteTables.row, in: VoteTables.lost).map { Epoch($0) }
        }
    }

    /// Notes in a fresh log that an earlier one was lost, and until when nobody votes by this one.
    func noteLoss(through epoch: Epoch) throws(StorageError) {
        try store.write { update throws(StorageError) in
            try update.put(epoch.number, at: VoteTables.row, in: VoteTables.lost)
        }
    }
}
