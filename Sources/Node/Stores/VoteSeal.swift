import Consensus
import Primitives
import Wire

/// What the vote log holds, in one record that is written together with every change of it: a record
/// that is missing, old or wrong does not go unnoticed (rule N16).
struct VoteSeal: Hashable, Sendable, WireCodable {
    private(set) var recordCount: UInt64 = 0
    /// Of the first eight bytes of the hashes of all records, with their places.
    private(set) var sum: UInt64 = 0

    init() {}

    mutating func add(_ record: VoteRecord, at epoch: Epoch, _ number: UInt64) {
        recordCount &+= 1
        sum &+= Self.share(of: record, at: epoch, number)
    }

    mutating func remove(_ record: VoteRecord, at epoch: Epoch, _ number: UInt64) {
        recordCount &-= 1
        sum &-= Self.share(of: record, at: epoch, number)
    }

    private static func share(
        of record: VoteRecord, at epoch: Epoch, _ number: UInt64
    ) -> UInt64 {
        let place = epoch.number.keyBytes + number.keyBytes
        let digest = Digest(hashing: place + record.wire, in: .record)
        return (0..<8).reduce(0) { $0 << 8 | UInt64(digest.bytes[$1]) }
    }

    init(from bytes: Span<UInt8>, at cursor: inout WireCursor) throws(WireError) {
        recordCount = try cursor.uint64(1, "record_count", of: bytes)
        sum = try cursor.uint64(2, "sum", of: bytes)
    }

    func encode(into writer: inout WireWriter) {
        writer.uint64(1, recordCount)
        writer.uint64(2, sum)
    }
}
