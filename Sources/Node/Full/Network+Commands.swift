import Gossip
import Primitives
package import Transport

// What an operator can ask of the connections: `argosy net`.

extension Network {
    /// The longest ban that a person can give.
    static let banSecondLimit: UInt64 = 366 * 24 * 3_600

    /// Answers a command about connections.
    ///
    /// - Precondition: it is one.
    func answer(_ request: ControlRequest) throws(FailureAnswer) -> ControlAnswer {
        switch request {
        case .addPeer(let address): try add(address)
        case .dropPeer(let peer): try drop(peer)
        case .banPeer(let peer, let seconds): try ban(peer, seconds: seconds)
        case .unbanPeer(let peer): try unban(peer)
        case .bans: return .bans(bans)
        case .status, .network, .submit, .account, .balance, .assets, .asset, .history, .proof,
            .trace, .traceFile, .record, .attachment, .credit, .transaction, .peers, .evidence,
            .doctor, .stop:
            preconditionFailure("this command is not about connections")
        }
        return .done
    }

    /// Keeps a peer connected.
    private func add(_ text: String) throws(FailureAnswer) {
        guard let address = Multiaddr(text), let peer = address.bootstrapPeer else {
            throw FailureAnswer(
                "malformed",
                "`\(text.prefix(400))` is not an address with a peer id, like "
                    + "/ip4/203.0.113.7/tcp/9100/p2p/12D3KooW….")
        }
        guard peer.name != host.id.name else {
            throw FailureAnswer("own", "That is this node itself.")
        }
        let (hasRoom, isBanned) = plan.read { planner in
            (
                planner.canKeepMore || planner.kept.contains(peer.name),
                planner.bans.isBanned(peer.name, now: Clocks.wall)
            )
        }
        guard hasRoom else {
            throw FailureAnswer("full", "As many peers are kept as can be; drop one first.")
        }
        guard !isBanned else {
            throw FailureAnswer(
                "banned", "The peer is banned; lift the ban with `argosy net unban`.")
        }
        handle(.commanded(.add(peer.name, address: peer.address)))
    }

    /// Ends the connection to a peer, and keeps it no longer.
    private func drop(_ text: String) throws(FailureAnswer) {
        let name = try Self.name(text)
        guard plan.read({ $0.holds(name) || $0.kept.contains(name) }) else {
            throw FailureAnswer("not_connected", "There is no connection to that peer.")
        }
        handle(.commanded(.drop(name)))
    }

    private func ban(_ text: String, seconds: UInt64) throws(FailureAnswer) {
        let name = try Self.name(text)
        guard name != host.id.name else {
            throw FailureAnswer("own", "That is this node itself.")
        }
        guard (1...Self.banSecondLimit).contains(seconds) else {
            throw FailureAnswer("out_of_range", "A ban lasts from a second to 366 days.")
        }
        handle(.commanded(.ban(name, milliseconds: seconds * 1_000)))
    }

    private func unban(_ text: String) throws(FailureAnswer) {
        let name = try Self.name(text)
        guard plan.read({ $0.bans.isBanned(name, now: Clocks.wall) }) else {
            throw FailureAnswer("not_banned", "That peer is not banned.")
        }
        handle(.commanded(.unban(name)))
    }

    /// The bans in force, the one that ends first coming first.
    private var bans: [BanAnswer] {
        let now = Clocks.wall
        return plan.read { $0.bans.bans }.filter { $0.end > now }.map {
            BanAnswer(peer: "\(PeerID($0.peer))", until: $0.end.milliseconds)
        }
    }

    /// The peers of a roster, in the order of their ids.
    func answers(
        _ entries: [PeerID: PeerRoster.Entry], height: (PeerName) -> Height?
    ) -> [PeerAnswer] {
        let kept = plan.read { $0.kept }
        return entries.sorted { $0.key < $1.key }.map { peer, entry in
            let role: PeerAnswer.Role =
                switch entry.role {
                case .full: .full
                case .light: .light
                case nil: .unknown
                }
            return PeerAnswer(
                peer: "\(peer)", address: "\(entry.remote)",
                outbound: entry.direction == .outbound, role: role, kept: kept.contains(peer.name),
                height: (height(peer.name) ?? entry.height).number)
        }
    }

    private static func name(_ text: String) throws(FailureAnswer) -> PeerName {
        guard let peer = PeerID(text) else {
            throw FailureAnswer(
                "malformed", "`\(text.prefix(100))` is not a peer id like 12D3KooW….")
        }
        return peer.name
    }
}

/// How many connections a node has, and whether it has those that it wants.
public struct ConnectionCounts: Sendable {
    public let outbound: Int
    public let inbound: Int
    /// Connections of light nodes among the inbound ones.
    public let light: Int
    /// Peers in the address book.
    public let known: Int
    /// As many outbound connections as wanted, or nobody left to dial.
    public let isAtTarget: Bool
}

extension Network {
    var counts: ConnectionCounts {
        plan.read { planner in
            let peers = planner.peers
            return ConnectionCounts(
                outbound: planner.outboundCount,
                inbound: peers.count { !$0.connection.isOutbound },
                light: peers.count {
                    !$0.connection.isOutbound && $0.connection.role == .light
                },
                known: planner.book.count, isAtTarget: planner.isAtTarget(wall: Clocks.wall))
        }
    }

    /// Takes the network away from the node, or gives it back; for tests.
    func cut(_ isCut: Bool) {
        plan.setCut(isCut)
        guard isCut else { return }
        for name in plan.read({ $0.peers.map(\.name) }) { host.disconnect(PeerID(name)) }
    }
}

extension FullNode {
    /// How many connections there are, and whether they are those that the node wants.
    public var connections: ConnectionCounts { network.counts }

    /// What the transport has counted.
    package func statistics() async -> HostStatistics { await network.host.statistics() }

    /// Takes the network away from the node, or gives it back.
    package func cut(_ isCut: Bool) { network.cut(isCut) }
}
