import Gossip
import Primitives
import Replica
import Transport
import Wire

/// Who is connected, and which of them are full nodes; turns the host's events into the replica's.
struct PeerRoster: Sendable {
    struct Entry: Sendable {
        let direction: Transport.Direction
        let remote: Multiaddr
        /// What the peer said that it is.
        var role: PeerLink.Role?
        /// The replica knows the peer.
        var isAnnounced = false
        var info: PeerInfo?
        /// The height that it told last, for a light node's roster.
        var height = Height(0)
    }

    private let consensusName: String
    private(set) var entries: [PeerID: Entry] = [:]

    init(consensusName: String) { self.consensusName = consensusName }

    mutating func connected(
        _ peer: PeerID, _ direction: Transport.Direction, _ remote: Multiaddr
    ) {
        entries[peer] = Entry(direction: direction, remote: remote)
    }

    /// - Returns: what the replica is to be told.
    mutating func disconnected(_ peer: PeerID) -> [Replica.Event] {
        guard let entry = entries.removeValue(forKey: peer), entry.isAnnounced else { return [] }
        return [.disconnected(peer.name)]
    }

    /// What a peer is that speaks these protocols: whoever takes part in gossip is a full node.
    func role(_ info: PeerInfo) -> PeerLink.Role {
        let names = info.protocolNames
        return names.contains(consensusName)
            || names.contains { $0.hasPrefix(Protocols.gossipPrefix) } ? .full : .light
    }

    /// Notes what a peer is, once it has its place.
    mutating func identified(_ peer: PeerID, _ info: PeerInfo) -> [Replica.Event] {
        guard var entry = entries[peer] else { return [] }
        (entry.info, entry.role) = (info, role(info))
        entries[peer] = entry
        guard info.protocolNames.contains(consensusName) else { return [] }
        var events = announce(peer)
        if let envelope = info.signedPeerRecord,
            let record = SignedPeerRecord(envelope: envelope), record.isValid(),
            record.peer == peer.name
        {
            events.append(.identified(peer.name, record))
        }
        return events
    }

    /// Whether messages of full nodes are taken from this peer: not from one that said that it is
    /// something else.
    func takesMessages(of peer: PeerID) -> Bool {
        entries[peer].map { $0.role != .light } ?? false
    }

    /// Whether the peer has yet to say what it is.
    func isNew(_ peer: PeerID) -> Bool { entries[peer].map { $0.role == nil } ?? false }

    /// Only full nodes open the streams of full nodes, so a message is as good as identify.
    mutating func received(_ batch: MessageBatch) -> [Replica.Event] {
        guard let channel = Protocols.channel(of: batch.protocolID) else { return [] }
        if entries[batch.peer]?.role == nil { entries[batch.peer]?.role = .full }
        return announce(batch.peer)
            + [.received(batch.peer.name, channel, frames: batch.frames)]
    }

    private mutating func announce(_ peer: PeerID) -> [Replica.Event] {
        guard var entry = entries[peer], !entry.isAnnounced else { return [] }
        entry.isAnnounced = true
        entries[peer] = entry
        return [
            .connected(
                peer.name,
                PeerLink(isOutbound: entry.direction == .outbound, place: entry.remote.place))
        ]
    }
}
