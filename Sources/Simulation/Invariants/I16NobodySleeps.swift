import Consensus
import Primitives
import Replica

/// I16: no node stays in a view without a timer that leads out of it.
///
/// The timers are the view's own: whether something is due, the leader's, the view's, and the one
/// that says a word again. That a node tells its peers where it is, time and again, does not count.
enum NobodySleeps {
    static let name: StaticString = "I16"

    /// Looks at a node after its agreement was woken, when the timers that ran out are done with.
    static func check(_ node: SimulatedNode, at now: Instant) -> String? {
        guard let replica = node.replica, !node.phase.isHalted else { return nil }
        let vigil = replica.vigil
        guard !vigil.isOver else { return nil }
        guard let timer = vigil.viewTimer ?? (vigil.mayVote ? nil : vigil.standstill) else {
            return "view \(vigil.view) has no timer, and nothing leads out of it"
        }
        let pace = node.configuration.pace
        guard timer <= now.advanced(milliseconds: max(pace.heartbeat, pace.backoffLimit)) else {
            return "view \(vigil.view) waits for longer than any timer may be"
        }
        // A timer that has run out already is looked at in the next millisecond.
        guard let wake = vigil.wake, wake <= max(timer, now.advanced(milliseconds: 1)),
            node.wakes[.consensus(replica.epoch.epoch)] != nil
        else { return "nobody wakes view \(vigil.view) when its timer runs out" }
        return nil
    }
}

extension Phase {
    var isHalted: Bool {
        if case .halted = self { true } else { false }
    }
}

extension Cluster {
    /// Looks whether an honest node that was just woken will wake again.
    mutating func checkVigil(of node: Int) {
        guard isHonest(node) else { return }
        let now = nodes[node].clock.read(at: record.now).instant
        if let sleep = NobodySleeps.check(nodes[node], at: now) {
            report("\(NobodySleeps.name)", "node \(node): \(sleep)")
        }
    }
}
