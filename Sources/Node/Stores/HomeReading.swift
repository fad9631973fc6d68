public import Consensus
import Foundation
public import Primitives
import Storage
import Wire

/// What a home's stores hold, read from a copy while no node runs on it.
///
/// For those who watch over a node from outside: nothing in the home is changed, not even the marks
/// that tell how its last owner ended.
public struct HomeReading: Sendable {
    /// A vote that the node signed, or that a certificate in its log shows.
    public struct Cast: Hashable, Sendable {
        public let epoch: Epoch
        public let view: View
        public let seat: Seat
        public let subject: VoteSubject

        public var mark: HighWater { HighWater(epoch: epoch, view: view, kind: subject.kind) }
        var slot: Slot { Slot(epoch: epoch, view: view) }

        init(_ vote: Vote) {
            (epoch, view, seat, subject) = (vote.epoch, vote.view, vote.seat, vote.subject)
        }
    }

    /// Votes that the node itself signed.
    public let ownVotes: Set<Cast>
    /// Votes of others in certificates.
    public let seenVotes: Set<Cast>
    public let highWater: HighWater?
    /// The newest view whose finalization is in the log.
    private let finalized: Slot?
    /// Of the first own vote that is left.
    private let oldest: Slot?
    /// The last final height.
    public let head: Height
    /// Name and state root of each final block.
    public let blocks: [Height: FinalRecord]

    /// Reads the stores of a home, or another directory with `votes` and `chain` in it.
    ///
    /// - Parameters:
    ///   - home: Where the stores lie.
    ///   - data: Instead of the home's own data.
    /// - Throws: ``StorageError`` and ``RecoveryError`` when a store is not whole.
    public init(_ home: Home, data: String? = nil) throws {
        let copy = FileManager.default.temporaryDirectory.path + "/argosy-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: copy) }
        let source = data ?? home.dataDirectory
        for name in ["votes", "chain"] {
            try Files.makeDirectory(copy + "/" + name)
            for file in ["data.mdb", "session"] where Files.exists("\(source)/\(name)/\(file)") {
                try FileManager.default.copyItem(
                    atPath: "\(source)/\(name)/\(file)", toPath: "\(copy)/\(name)/\(file)")
            }
        }
        let options = Store.Options(durability: .everyCommit, audit: .allRecords)
        let votes = VoteStore(
            try Store(directory: copy + "/votes", tables: VoteTables.names, options: options),
            markPath: copy + "/none")
        if let damage = votes.damage() { throw RecoveryError.votes(reason: damage) }
        let chain = ChainStore(
            try Store(directory: copy + "/chain", tables: ChainTables.names, options: options))
        if let lack = try chain.shortfall() { throw RecoveryError.incomplete(reason: lack) }
        var own: Set<Cast> = []
        var seen: Set<Cast> = []
        var finalized: Slot?
        for record in try votes.allRecords() {
            switch record {
            case .proposed(let proposal): own.insert(Cast(proposal.vote))
            case .voted(let vote): own.insert(Cast(vote))
            case .certified(let certificate):
                for vote in certificate.votes { seen.insert(Cast(vote)) }
                guard certificate.kind == .finalize else { continue }
                finalized = max(finalized ?? certificate.slot, certificate.slot)
            case .accepted, .rejected: break
            }
        }
        (ownVotes, seenVotes, highWater) = (own, seen, try votes.highWater())
        (self.finalized, oldest) = (finalized, own.map(\.slot).min())
        head = try chain.head()?.height ?? Height(0)
        blocks = try chain.records()
    }

    /// Whether the log may have held a vote of its node and dropped it: only what lies below a
    /// finalization that it holds, and below all own votes that are left.
    public func mayHaveForgotten(_ cast: Cast) -> Bool {
        guard let finalized, cast.slot < finalized else { return false }
        return oldest.map { cast.slot < $0 } ?? true
    }
}
