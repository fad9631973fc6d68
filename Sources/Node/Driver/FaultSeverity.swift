import Gossip
import Replica

extension DisconnectReason {
    /// How long a fault is remembered: bytes that no honest program sends an hour, lies a day.
    var severity: ConnectionPlanner.Severity {
        switch self {
        case .malformed: .major
        case .otherChain, .tooManyPeers, .badGossip, .lied(.height): .minor
        case .lied(.finalization), .lied(.block), .lied(.vote): .grave
        }
    }
}
