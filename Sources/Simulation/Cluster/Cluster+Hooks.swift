import Chain
public import Consensus
import Ledger
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
        let reading = channel == .consensus ? read(frame, by: sender) : FrameReading()
        agenda.schedule(
            .frame(
                from: sender, to: receiver, connection: links.connection(sender, receiver),
                channel, frame, votes: reading.votes),
            at: record.now)
    }

    public func isConnected(_ one: Int, _ other: Int) -> Bool { links.connection(one, other) != 0 }

    /// Transactions in a node's mempool.
    public func pendingCount(of node: Int) -> Int { nodes[node].replica?.pendingCount ?? 0 }

    /// Bytes that all nodes have sent.
    public var sentByteCount: UInt64 { record.sentByteCount }

    /// Of these, what passing on the words of others costs (rule C27).
    public var relayByteCount: UInt64 { record.relayByteCount }

    /// Syncs of all nodes' disks: of votes, and of the chain.
    public var voteSyncCount: UInt64 { nodes.reduce(0) { $0 + $1.syncCounts.votes } }
    public var chainSyncCount: UInt64 { nodes.reduce(0) { $0 + $1.syncCounts.chain } }

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

extension Cluster {
    /// Views that a node keeps track of.
    public func trackedViewCount(of node: Int) -> Int {
        nodes[node].replica?.holdings.views ?? 0
    }

    /// The seat of a founding validator.
    public func seat(of node: Int) -> Seat? {
        founding.seat(of: founding.voteKeys[node].publicKey)
    }

    /// Who votes in the epoch that a node is in.
    public func validatorSet(of node: Int) -> ValidatorSet? { nodes[node].replica?.epoch.set }

    /// Seats against which the certificates of honest nodes are a proof; only where a fork is
    /// expected.
    public var guiltyByCertificates: [Seat] { record.accounts?.guilty ?? [] }

    /// From the first proof of each broken rule to the final block with it.
    ///
    /// - Unit: milliseconds.
    public var evidenceMilliseconds: [UInt64] { record.evidenceDelays }

    public var repeatedEvidenceCount: Int { record.repeatedEvidenceCount }

    /// How far a final block was ever dated ahead of the true time.
    ///
    /// - Unit: milliseconds.
    public var farthestAheadMilliseconds: UInt64 { record.farthestAhead }

    /// Hands a node a transaction that names the validators of the epoch after next.
    public mutating func submitValidators(
        weights: [Int: UInt64], approvedBy approvers: [Int], at node: Int
    ) {
        let records = weights.keys.map { founding.record(of: $0, weight: weights[$0] ?? 0) }
            .sorted { $0.key < $1.key }
        let owners = approvers.map { founding.operatorKeys[$0] }
        let change = ChangeValidators(
            records: records, approvers: owners.map { AccountID($0.publicKey) }.sorted())
        let transaction = wallets.govern(change, with: owners)
        if nodes[node].isUp, isHonest(node) {
            record.submissions.hand(
                transaction, to: node, life: nodes[node].life, isRepeated: false)
        }
        deliver(.submitted([transaction], Ticket(.max)), to: node)
    }
}
