import Chain
import Consensus

/// A whole node without the world.
///
/// It owns agreement, the mempool, gossip and catch-up of one node. Disk, network, execution and
/// time are effects out and events in; production and the simulator drive the same machine, and it
/// cannot tell them apart.
///
/// - Source: design section 2; rules in this module's specification.
public struct Replica: Sendable {
    let configuration: ReplicaConfiguration
    let recovered: RecoveredState

    /// Makes a node from what its disk held.
    public init(_ configuration: ReplicaConfiguration, recovered: RecoveredState) {
        self.configuration = configuration
        self.recovered = recovered
    }
}
