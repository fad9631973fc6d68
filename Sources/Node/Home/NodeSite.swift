import Chain
import Primitives

/// What a running node knows of its home: read once, and held until it stops.
struct NodeSite: Sendable {
    let home: Home
    let configuration: Configuration
    let keys: NodeKeys
    let genesis: Genesis
    /// Hash of the genesis document: the network's name.
    let chain: Digest
    let lock: HomeLock

    init(_ home: Home) throws(HomeError) {
        self.home = home
        configuration = try home.configuration()
        lock = try home.lock()
        keys = try home.keys()
        let file = try home.genesis()
        genesis = try file.decoded
        chain = file.digest
    }
}
