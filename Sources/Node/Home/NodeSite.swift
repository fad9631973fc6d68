import Chain
import Primitives

/// Whom to dial first in this run, besides those that the configuration names.
public struct MoreBootstrap: Sendable {
    /// Multiaddresses with peer ids.
    public var addresses: [String]
    /// Absolute paths of signed lists.
    public var lists: [String]

    public init(addresses: [String] = [], lists: [String] = []) {
        self.addresses = addresses
        self.lists = lists
    }
}

/// What a running node knows of its home: read once, and held until it stops.
struct NodeSite: Sendable {
    let home: Home
    let configuration: Configuration
    let keys: NodeKeys
    let genesis: Genesis
    /// Hash of the genesis document: the network's name.
    let chain: Digest
    let lock: HomeLock
    let clock: LedgerClock

    init(_ home: Home, more: MoreBootstrap) throws(HomeError) {
        self.home = home
        var configuration = try home.configuration()
        configuration.bootstrap += more.addresses
        configuration.bootstrapLists += more.lists
        self.configuration = configuration
        lock = try home.lock()
        keys = try home.keys()
        let file = try home.genesis()
        genesis = try file.decoded
        chain = file.digest
        guard configuration.clockRate == 1 || genesis.network == .local else {
            lock.release()
            throw .malformed(
                path: home.configurationPath, line: 0,
                reason: "`clock-rate` is for local networks only")
        }
        clock = LedgerClock(origin: genesis.time, rate: configuration.clockRate)
    }
}
