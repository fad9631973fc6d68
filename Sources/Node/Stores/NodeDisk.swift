import Primitives
import Storage

/// The stores of a full node, by what they hold.
struct NodeDisk: Sendable {
    let stores: Stores
    let chain: ChainStore
    let state: StateStore
    /// What the state store's indexes hold, with what is not yet written.
    let index: StateIndex
    let votes: VoteStore

    init(_ site: NodeSite) throws(StorageError) {
        stores = try Stores(site.home, chain: site.chain)
        chain = ChainStore(stores.chain)
        state = StateStore(stores.state)
        index = StateIndex(state)
        votes = VoteStore(stores.votes, markPath: site.home.markPath)
    }
}
