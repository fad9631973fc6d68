import Gossip
import Primitives
import Synchronization
import Transport

/// The one owner of the planner: a call is finished before the next one begins.
///
/// A lock and not an actor, since the host asks on its event loop, at once, whether it may accept a
/// connection.
final class ConnectionPlan: Sendable {
    private struct State {
        var planner: ConnectionPlanner
        /// For tests: the node has no network.
        var isCut = false
    }

    private let state: Mutex<State>

    init(_ planner: ConnectionPlanner) { state = Mutex(State(planner: planner)) }

    /// Takes the next event; the caller carries the effects out.
    func handle(_ event: ConnectionPlanner.Event) -> [ConnectionPlanner.Effect] {
        state.withLock { state in
            state.planner.handle(event, now: Clocks.instant, wall: Clocks.wall)
        }
    }

    /// Looks at the planner.
    func read<Value: Sendable>(_ look: (ConnectionPlanner) -> Value) -> Value {
        state.withLock { look($0.planner) }
    }

    func setCut(_ isCut: Bool) { state.withLock { $0.isCut = isCut } }

    /// Whether a connection may be opened: asked when a socket is accepted, and after the handshake
    /// with the peer's name.
    func admits(_ remote: Multiaddr, _ peer: PeerID?, _ direction: Transport.Direction) -> Bool {
        state.withLock { state in
            if state.isCut { return false }
            if let peer { return state.planner.admits(peer.name, wall: Clocks.wall) }
            return direction == .outbound || state.planner.admits(remote.place)
        }
    }

    /// Whether the peer has a place here.
    func holds(_ peer: PeerName) -> Bool { state.withLock { $0.planner.holds(peer) } }
}

extension Multiaddr {
    /// Where the address lies.
    var place: NetworkPlace {
        let bytes = withoutPeer.bytes
        return NetworkPlace(multiaddr: bytes) ?? NetworkPlace(named: bytes)
    }
}
