import Gossip
import Primitives
import Replica
import Transport
import Wire

/// Who is connected, and which of them are full nodes; turns the host's events into the replica's.
struct PeerRoster: Sendable {
    struct Entry: Sendable {
        let direction: Direction
        let remote: Multiaddr
        /// The replica knows the peer.
        var isAnnounced = false
        var info: PeerInfo?
    }

    private let consensusName: String
    private(set) var entries: [PeerID: Entry] = [:]

    init(consensusName: String) { self.consensusName = consensusName }

    mutating func connected(_ peer: PeerID, _ direction: Direction, _ remote: Multiaddr) {
        entries[peer] = Entry(direction: direction, remote: remote)
    }

    /// - Returns: what the replica is to be told.
    mutating func disconnected(_ peer: PeerID) -> [Replica.Event] {
        guard let entry = entries.removeValue(forKey: peer), entry.isAnnounced else { return [] }
        return [.disconnected(peer.name)]
    }

    mutating func identified(_ peer: PeerID, _ info: PeerInfo) -> [Replica.Event] {
        entries[peer]?.info = info
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

    /// Only full nodes open the streams of full nodes, so a message is as good as identify.
    mutating func received(_ batch: MessageBatch) -> [Replica.Event] {
        guard let channel = Protocols.channel(of: batch.protocolID) else { return [] }
        return announce(batch.peer)
            + [.received(batch.peer.name, channel, frames: batch.frames)]
    }

    private mutating func announce(_ peer: PeerID) -> [Replica.Event] {
        guard var entry = entries[peer], !entry.isAnnounced,
            let place = entry.remote.place ?? NetworkPlace(ip: [127, 0, 0, 1])
        else { return [] }
        entry.isAnnounced = true
        entries[peer] = entry
        return [
            .connected(
                peer.name,
                PeerLink(isOutbound: entry.direction == .outbound, place: place))
        ]
    }
}

extension PeerID {
    var name: PeerName { PeerName(key) }

    init(_ name: PeerName) { self.init(name.key) }
}

extension Multiaddr {
    /// Where the address lies; `nil` for a name that was not looked up.
    var place: NetworkPlace? {
        switch host {
        case .ip4(let bytes): NetworkPlace(ip: bytes.array)
        case .ip6(let bytes): NetworkPlace(ip: bytes.array)
        case .name: nil
        }
    }
}
