import Chain
import Consensus
import Foundation
import Gossip
import Logging
import Primitives
import Storage
import Transport

extension Doctor {
    /// Makes the data of a home whole again, as far as it can be, and says what was done.
    ///
    /// Votes are never made up: a damaged log is set aside, and the node does not vote in the epochs
    /// that it may have voted in. What is lost of the chain is fetched from peers and checked, or
    /// computed anew; the state always follows from the chain.
    ///
    /// - Returns: One fact for each step, and at last how the home stands.
    public static func repair(_ home: Home) async -> [DoctorFact] {
        guard home.hasNetwork else { return await examine(home) }
        var facts: [DoctorFact] = []
        do {
            let lock = try home.lock()
            defer { lock.release() }
            let file = try home.genesis()
            let genesis = try GenesisState(try file.decoded)
            let peers = PeerFetch(
                try home.keys(), chain: file.digest,
                addresses: try addresses(home))
            var repair = Repair(home: home, network: file.digest, genesis: genesis, peers: peers)
            do {
                try await repair.run()
                await peers.close()
            } catch {
                await peers.close()
                facts = repair.facts
                throw error
            }
            facts = repair.facts
        } catch { return facts + [DoctorFact("data", .bad, "\(error)")] }
        return facts + (await examine(home))
    }
}

extension Doctor {
    /// Whom a home knows: the operator's list first, then the book of peers, the latest known first.
    private static func addresses(_ home: Home) throws(HomeError) -> [Multiaddr] {
        let listed = try home.configuration().bootstrap.compactMap { Multiaddr($0) }
        var seen = Set(listed.compactMap(\.peer))
        // A book that is damaged is put aside when the node starts; here the list has to do.
        let book = (try? PeerFile.read(home))?.peers.entries ?? []
        let known = book.sorted { $0.history.succeeded > $1.history.succeeded }
            .compactMap { entry -> Multiaddr? in
                let peer = PeerID(entry.name)
                guard seen.insert(peer).inserted,
                    var address = entry.addresses.lazy.compactMap({ Multiaddr(bytes: $0.bytes) })
                        .first
                else { return nil }
                address.peer = peer
                return address
            }
        return listed + known
    }
}

/// One repair of one home, which no node runs on.
private struct Repair {
    let home: Home
    let network: Digest
    let genesis: GenesisState
    let peers: PeerFetch
    var facts: [DoctorFact] = []

    mutating func run() async throws {
        let isSet = try setVotesAside()
        let chain = try await mendChain()
        if isSet { try await noteLostVotes(chain) }
        try renewState()
    }

    /// Moves a directory out of the way, under a name that is free.
    private func setAside(_ directory: String) throws -> String {
        var number = 1
        while Files.exists("\(directory).damaged-\(number)") { number += 1 }
        let aside = "\(directory).damaged-\(number)"
        try FileManager.default.moveItem(atPath: directory, toPath: aside)
        try Files.makeDirectory(directory)
        return aside
    }

    // MARK: Votes

    private mutating func setVotesAside() throws -> Bool {
        let reason: String
        do throws(StorageError) {
            let store = try Stores.votes(home, network)
            guard let damage = VoteStore(store, markPath: home.markPath).damage() else {
                return false
            }
            reason = damage
        } catch {
            guard error.isDamage else { throw error }
            reason = error.description
        }
        let aside = try setAside(home.votesDirectory)
        facts.append(DoctorFact("votes", .warning, "\(reason): set aside as \(aside)"))
        return true
    }

    /// Nobody votes in an epoch of which a vote may be lost.
    private mutating func noteLostVotes(_ chain: ChainStore) async throws {
        let votes = VoteStore(try Stores.votes(home, network), markPath: home.markPath)
        var lost = try votes.highWater()?.epoch ?? Epoch(0)
        if let head = try chain.head(), let bytes = try chain.header(at: head.height) {
            let header = try ChainStore.decode(BlockHeader.self, bytes, ChainTables.headers.name)
            lost = max(lost, header.endsEpoch ? header.epoch.next : header.epoch)
        }
        // The chain may have lost its end too, so one more for good measure.
        lost = lost.next
        try votes.noteLoss(through: lost)
        facts.append(
            DoctorFact(
                "votes", .warning,
                "this node observes, and votes again in epoch \(lost.next)"))
    }

    // MARK: Chain

    private mutating func mendChain() async throws -> ChainStore {
        let chain = ChainStore(try openChain())
        let inspection = try ChainInspection(genesis, chain)
        guard !inspection.findings.isEmpty else {
            try removeStrays(chain)
            return chain
        }
        var mender = ChainMender(genesis, chain, peers: peers)
        do throws(StorageError) { try await mender.mend(inspection.findings) } catch {
            facts += mender.facts
            throw error
        }
        facts += mender.facts
        try removeStrays(chain)
        return chain
    }

    /// A damaged file may have given records back that its last state had removed.
    private mutating func removeStrays(_ chain: ChainStore) throws {
        let count = try chain.removeStrays()
        guard count > 0 else { return }
        facts.append(
            DoctorFact("chain", .good, "\(count) records that belong to no final block removed"))
    }

    /// Opens the store; when its file is damaged, a fresh one with the records that are sound.
    private mutating func openChain() throws -> Store {
        do throws(StorageError) {
            let faults = try PageAudit.examine(home.chainDirectory, .allRecords)
            if faults.isEmpty { return try Stores.chain(home, network) }
        } catch {
            guard error.isDamage else { throw error }
        }
        let aside = try setAside(home.chainDirectory)
        let store = try Stores.chain(home, network)
        let count = try store.salvage(from: aside)
        facts.append(
            DoctorFact(
                "chain", .good,
                "its file is damaged: \(count) sound records were taken over, and the file set "
                    + "aside as \(aside)"))
        return store
    }

    // MARK: State

    /// Empties the state when it is not what the chain says, so that the node builds it anew.
    private mutating func renewState() throws {
        let store = try Stores.state(home, network)
        if store.opening == .emptied {
            facts.append(DoctorFact("state", .good, "damaged, and built anew from the chain"))
        }
        let state = StateStore(store)
        guard try !state.hasWholeIndexes() else { return }
        try state.clearIndexes()
        facts.append(DoctorFact("state", .good, "indexes built anew from the chain"))
    }
}
