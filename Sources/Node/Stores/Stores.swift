public import Primitives
public import Storage

/// The three environments of a node, each with its own promise about the disk (design R9).
public struct Stores: Sendable {
    public let votes: Store
    public let chain: Store
    public let state: Store

    /// Opens or makes all three for one network.
    ///
    /// - Throws: ``StorageError/wrongNetwork(directory:)`` when the data is another network's.
    public init(_ home: Home, chain digest: Digest) throws(StorageError) {
        let synced = Store.Options(durability: .everyCommit, network: digest.bytes)
        votes = try Store(
            directory: home.votesDirectory, tables: VoteTables.names, options: synced)
        chain = try Store(
            directory: home.chainDirectory, tables: ChainTables.names, options: synced)
        state = try Store(
            directory: home.stateDirectory, tables: StateTables.names,
            options: Store.Options(durability: .explicit, network: digest.bytes))
    }
}
