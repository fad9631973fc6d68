public import Primitives
public import Storage

/// The three environments of a node, each with its own promise about the disk (design R9).
public struct Stores: Sendable {
    public let votes: Store
    public let chain: Store
    public let state: Store

    /// Opens or makes all three for one network.
    ///
    /// - Throws: ``StorageError/wrongNetwork(directory:)`` when the data is another network's,
    ///   ``StorageError/damaged(directory:first:)`` when votes or chain are not what was written.
    public init(_ home: Home, chain digest: Digest) throws(StorageError) {
        votes = try Self.votes(home, digest)
        chain = try Self.chain(home, digest)
        state = try Self.state(home, digest)
    }

    static func votes(_ home: Home, _ digest: Digest) throws(StorageError) -> Store {
        try Store(
            directory: home.votesDirectory, tables: VoteTables.names,
            options: Store.Options(
                durability: .everyCommit, network: digest.bytes, audit: .allRecords))
    }

    /// Blocks have pages of their own and are checked when they are read.
    static func chain(_ home: Home, _ digest: Digest) throws(StorageError) -> Store {
        try Store(
            directory: home.chainDirectory, tables: ChainTables.names,
            options: Store.Options(
                durability: .everyCommit, network: digest.bytes, audit: .smallRecords))
    }

    /// A damaged state is emptied, since the chain gives it again.
    static func state(_ home: Home, _ digest: Digest) throws(StorageError) -> Store {
        try Store(
            directory: home.stateDirectory, tables: StateTables.names,
            options: Store.Options(
                durability: .explicit, network: digest.bytes, audit: .allRecords))
    }
}
