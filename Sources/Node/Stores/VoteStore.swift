public import Consensus
import Foundation
public import Primitives
public import Storage
import Synchronization
import Wire

enum VoteTables {
    /// Records in the order in which they were written, by epoch.
    static let records = Table<KeyPair<Epoch, UInt64>, VoteRecord>("records")
    static let marks = Table<UInt8, HighWater>("marks")
    static let instance = Table<UInt8, Digest>("instance")
    static let seals = Table<UInt8, VoteSeal>("seals")
    /// The last epoch in which this node does not vote, since a log of it was lost.
    static let lost = Table<UInt8, UInt64>("lost")

    static let names = [records.name, marks.name, instance.name, seals.name, lost.name]
    static let row: UInt8 = 1
}

/// The vote log: synced before anything that rests on it is sent (rule N11).
///
/// The mark of the last vote is kept here and, a little later, in a file beside the key, so that a
/// log that was lost or restored from a backup is noticed.
public final class VoteStore: Sendable {
    let store: Store
    private let markPath: String
    /// Views between two walks over the log.
    private static let forgetViewCount: UInt64 = 256
    private let forgotten = Mutex((epoch: Epoch(0), view: View(0)))

    public init(_ store: Store, markPath: String) {
        self.store = store
        self.markPath = markPath
    }

    /// Appends records in one synced transaction.
    public func append(_ records: [VoteRecord], epoch: Epoch) throws(StorageError) {
        try store.write { update throws(StorageError) in
            let last = try update.last(in: VoteTables.records, .first(epoch))
            var number = last?.key.second ?? 0
            var mark = try update.value(VoteTables.row, in: VoteTables.marks)
            var seal = try update.value(VoteTables.row, in: VoteTables.seals) ?? VoteSeal()
            for record in records {
                number += 1
                try update.put(record, at: KeyPair(epoch, number), in: VoteTables.records)
                seal.add(record, at: epoch, number)
                guard let vote = record.ownVote else { continue }
                let reached = HighWater(vote)
                mark = mark.map { max($0, reached) } ?? reached
            }
            if let mark { try update.put(mark, at: VoteTables.row, in: VoteTables.marks) }
            try update.put(seal, at: VoteTables.row, in: VoteTables.seals)
        }
    }

    /// The records of an epoch, in the order in which they were written.
    public func records(of epoch: Epoch) throws(StorageError) -> [VoteRecord] {
        try store.read { view throws(StorageError) in
            try view.entries(in: VoteTables.records, .first(epoch), limit: .max).map(\.value)
        }
    }

    /// The records of later epochs, each in the order in which they were written.
    func records(after epoch: Epoch) throws(StorageError) -> [Epoch: [VoteRecord]] {
        let entries = try store.read { view throws(StorageError) in
            try view.entries(in: VoteTables.records, .from(KeyPair(epoch.next, 0)), limit: .max)
        }
        return Dictionary(grouping: entries, by: \.key.first).mapValues { $0.map(\.value) }
    }

    /// The records of all epochs.
    func allRecords() throws(StorageError) -> [VoteRecord] {
        try store.read { view throws(StorageError) in
            try view.entries(in: VoteTables.records, limit: .max).map(\.value)
        }
    }

    /// Drops what a restart can do without, and keeps nullifications, by which forks are attributed.
    ///
    /// It walks the log, so it waits until many views have passed.
    func forget(_ epoch: Epoch, below view: View) throws(StorageError) {
        let isDue = forgotten.withLock { last in
            guard last.epoch != epoch || view.number >= last.view.number + Self.forgetViewCount
            else { return false }
            last = (epoch, view)
            return true
        }
        guard isDue else { return }
        try store.write { update throws(StorageError) in
            let entries = try update.entries(
                in: VoteTables.records, .below(KeyPair(epoch.next, 0)), limit: .max)
            var seal = try update.value(VoteTables.row, in: VoteTables.seals) ?? VoteSeal()
            for (key, record) in entries
            where key.first < epoch || record.isObsolete(finalized: view) {
                if case .certified(let certificate) = record, certificate.kind == .nullify {
                    continue
                }
                try update.remove(key, in: VoteTables.records)
                seal.remove(record, at: key.first, key.second)
            }
            try update.put(seal, at: VoteTables.row, in: VoteTables.seals)
        }
    }

    /// The highest vote that either place remembers.
    public func highWater() throws(StorageError) -> HighWater? {
        let held = try store.read { view throws(StorageError) in
            try view.value(VoteTables.row, in: VoteTables.marks)
        }
        let beside = (try? Files.text(markPath, limit: 256))
            .flatMap { Hex.decode(String($0.trimmingPrefix("mark = ").prefix { $0 != "\n" })) }
            .flatMap { try? HighWater(wire: $0) }
        guard let held else { return beside }
        return beside.map { max($0, held) } ?? held
    }

    /// Writes the mark beside the key; called every few seconds and when the node stops.
    public func saveMark() throws {
        let held = try store.read { view throws(StorageError) in
            try view.value(VoteTables.row, in: VoteTables.marks)
        }
        guard let held else { return }
        try Files.write(
            Array("mark = \(Hex.encode(held.wire))\n".utf8), to: markPath, secret: true)
    }

    /// Whether nothing was ever written here.
    func isNew() throws(StorageError) -> Bool {
        try store.read { view throws(StorageError) in
            try view.value(VoteTables.row, in: VoteTables.instance) == nil
        }
    }

    /// Whether the log was written on this machine, in this file and with this key; a copied
    /// directory was not.
    ///
    /// The first call on a fresh log takes the log for this machine.
    public func isOurs(_ key: PublicKey) throws(StorageError) -> Bool {
        let instance = instance(key)
        return try store.write { update throws(StorageError) in
            if let held = try update.value(VoteTables.row, in: VoteTables.instance) {
                return held == instance
            }
            try update.put(instance, at: VoteTables.row, in: VoteTables.instance)
            return true
        }
    }

    /// Takes the log over for this machine, once the node has listened for its own signatures.
    public func takeOver(_ key: PublicKey) throws(StorageError) {
        let instance = instance(key)
        try store.write { update throws(StorageError) in
            try update.put(instance, at: VoteTables.row, in: VoteTables.instance)
        }
    }

    /// Makes a fresh log nobody's: it takes the place of one that was lost.
    func disown() throws(StorageError) {
        try store.write { update throws(StorageError) in
            try update.put(.zero, at: VoteTables.row, in: VoteTables.instance)
        }
    }

    /// Names machine, file and key: a copy on the same machine is another file.
    private func instance(_ key: PublicKey) -> Digest {
        let machine = (try? Files.read("/etc/machine-id", limit: 256)) ?? []
        let file = Files.number(of: store.directory + "/data.mdb") ?? 0
        let number = (0..<8).map { UInt8(truncatingIfNeeded: file >> (8 * $0)) }
        return Digest(hashing: machine + key.bytes.array + number, in: .record)
    }
}
