import Chain
public import Consensus
public import Primitives
public import Replica
import Wire

extension Cluster {
    /// Takes a node down before it has ever run, so that it joins late, from genesis.
    public mutating func holdBack(_ node: Int) { crash(node) }

    /// Starts a node that is down, at once.
    public mutating func letIn(_ node: Int) { restart(node) }
}

extension Cluster {
    /// Puts a frame on the wire in a node's name, as if its operator had changed the software.
    public mutating func inject(
        _ frame: [UInt8], on channel: Channel, from sender: Int, to receiver: Int
    ) {
        agenda.schedule(
            .frame(
                from: sender, to: receiver, connection: links.connection(sender, receiver),
                channel, frame),
            at: record.now)
    }

    public func isConnected(_ one: Int, _ other: Int) -> Bool { links.connection(one, other) != 0 }

    /// Transactions in a node's mempool.
    public func pendingCount(of node: Int) -> Int { nodes[node].replica?.pendingCount ?? 0 }

    /// Bytes that all nodes have sent.
    public var sentByteCount: UInt64 { record.sentByteCount }

    /// The last final block of a node, by height counted from 1; `nil` when it has none there.
    public func finalHeader(of node: Int, at height: Height) -> BlockHeader? {
        let chain = nodes[node].disk.chain
        guard height.number >= 1, height.number <= UInt64(chain.count) else { return nil }
        return chain[Int(height.number) - 1].block.header
    }

    /// A finalization that a node has stored, the newest.
    public func finalization(of node: Int) -> Finalization? {
        nodes[node].disk.chain.last { $0.finalization != nil }?.finalization
    }
}

extension Cluster {
    /// The node that leads the view after the one in which the newest final block was proposed.
    public var nextLeader: Int? {
        guard let terms = nodes.lazy.compactMap({ $0.replica?.epoch }).first else { return nil }
        let schedule = LeaderSchedule(set: terms.set, seed: terms.seed)
        let seat = schedule[record.finalView.next.next]
        return founding.voteKeys.firstIndex { terms.set.seat(of: $0.publicKey) == seat }
    }
}
