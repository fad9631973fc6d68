import Replica

/// I16: no node stays in a view without a timer that leads out of it.
enum NobodySleeps {
    static let name: StaticString = "I16"

    /// Looks at a node that is up, when its last event has been handled.
    static func check(_ node: SimulatedNode) -> String? {
        guard node.isUp, !node.phase.isHalted, !node.wakes.keys.contains(where: \.isConsensus)
        else { return nil }
        return "agreement has no timer and may sleep for ever"
    }
}

extension Phase {
    var isHalted: Bool {
        if case .halted = self { true } else { false }
    }
}

extension TimerName {
    var isConsensus: Bool {
        guard case .consensus = self else { return false }
        return true
    }
}
