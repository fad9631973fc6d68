import Consensus
import Gossip
import Primitives
import Wire

extension Replica {
    mutating func connect(_ name: PeerName, _ link: PeerLink) {
        guard name != configuration.name, let number = peers.add(name, link) else {
            return emit(.disconnect(name, .tooManyPeers))
        }
        for epoch in engines.epochs { input(.connected(number), for: epoch) }
        gossip(.connected(name, link))
        repair(.connected(name))
        tellStatus(to: [name])
    }

    mutating func disconnect(_ name: PeerName) {
        guard let number = peers.remove(name) else { return }
        for epoch in engines.epochs { input(.disconnected(number), for: epoch) }
        gossip(.disconnected(name))
        repair(.disconnected(name))
        if sync.ask?.peer == name { sync.ask = nil }
    }

    /// Lets a peer go for what it did; the world closes the connection and remembers why.
    mutating func drop(_ name: PeerName, _ reason: DisconnectReason) {
        guard peers.contains(name) else { return }
        emit(.disconnect(name, reason))
        disconnect(name)
    }

    mutating func receive(_ frames: [[UInt8]], on channel: Channel, from name: PeerName) {
        for frame in frames {
            // It may have been let go for an earlier frame.
            guard peers.contains(name) else { return }
            guard frame.count <= channel.frameByteLimit else {
                return drop(name, .malformed(channel))
            }
            switch channel {
            case .consensus: receiveConsensus(frame, from: name)
            case .status: receiveStatus(frame, from: name)
            case .sync: receiveSync(frame, from: name)
            case .gossip: gossip(.received(name, frame))
            case .repair: repair(.received(name, frame))
            }
        }
    }

    // MARK: Status

    mutating func beatStatus() {
        wake(.status, afterMilliseconds: Self.statusMilliseconds)
        tellStatus(to: peers.names)
        tellReadiness()
        updatePhase()
    }

    mutating func tellStatus(to names: [PeerName]) {
        guard !names.isEmpty else { return }
        let status = StatusMessage(
            chain: configuration.chain, epoch: engines.terms.epoch, finalHeight: final.durable,
            pendingCount: UInt32(clamping: pool.count))
        emit(.send(names, .status, frame: status.wire))
    }

    private mutating func receiveStatus(_ bytes: [UInt8], from name: PeerName) {
        guard let status = try? StatusMessage(wire: bytes) else {
            return drop(name, .malformed(.status))
        }
        guard status.chain == configuration.chain else { return drop(name, .otherChain) }
        guard let peer = peers[name] else { return }
        // What goes back was overtaken on its way. A lie is not taken back either: the peer is asked
        // for what it claimed (attack 72).
        guard status.finalHeight > peer.finalHeight else { return }
        peers.update(name) { $0.finalHeight = status.finalHeight }
    }
}
