import Primitives

extension Cluster {
    /// Takes a node down before it has ever run, so that it joins late, from genesis.
    public mutating func holdBack(_ node: Int) { crash(node) }

    /// Starts a node that is down, at once.
    public mutating func letIn(_ node: Int) { restart(node) }
}
