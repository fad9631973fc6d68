package import Gossip
import Primitives
package import Transport

/// Where this node can be reached, as far as it knows: what the operator says, else where it
/// listens, else what peers see.
///
/// A node that listens at every address of its machine does not know which of them others use. The
/// peers that it dialled tell it; one inside a site or on this machine is believed, of global
/// addresses two of different groups, so that nobody can make it name a stranger's.
package struct OwnAddresses: Sendable {
    /// Peers whose word is remembered; the oldest goes.
    package static let witnessLimit = 16
    package static let witnessesWanted = 2

    private struct Witness: Sendable {
        let group: NetworkGroup
        let seen: Multiaddr.Host
    }

    private let named: [Multiaddr]
    private var bound: [Multiaddr] = []
    private var witnesses: [Witness] = []

    package init(named: [Multiaddr]) { self.named = named.map(\.withoutPeer) }

    package mutating func listens(at address: Multiaddr) { bound.append(address) }

    /// Where the node listens, with its peer id.
    package var listening: [Multiaddr] { bound }

    /// What a peer that we dialled says of us.
    ///
    /// - Returns: Whether ``known`` changed.
    package mutating func observed(_ address: Multiaddr, by group: NetworkGroup) -> Bool {
        guard named.isEmpty, bound.contains(where: \.isUnspecified) else { return false }
        let before = known
        witnesses.removeAll { $0.group == group }
        witnesses.append(Witness(group: group, seen: address.host))
        if witnesses.count > Self.witnessLimit { witnesses.removeFirst() }
        return known != before
    }

    /// What is told to others, at most as many as a signed record holds.
    package var known: [Multiaddr] {
        guard named.isEmpty else { return Array(named.prefix(SignedPeerRecord.addressLimit)) }
        var found = bound.filter { !$0.isUnspecified }.map(\.withoutPeer)
        for port in bound.filter(\.isUnspecified).compactMap(\.port) {
            var tried: [Multiaddr] = []
            for witness in witnesses {
                guard let address = Multiaddr(witness.seen, port: port), !tried.contains(address)
                else { continue }
                tried.append(address)
                let count = witnesses.count { $0.seen == witness.seen }
                let isNear = address.place.reach != .global
                if count >= (isNear ? 1 : Self.witnessesWanted) { found.append(address) }
            }
        }
        return Array(found.prefix(SignedPeerRecord.addressLimit))
    }
}
