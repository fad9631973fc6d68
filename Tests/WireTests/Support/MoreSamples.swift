import Chain
import Consensus
import Decoders
import Gossip
import Ledger
import LightClient
import Node
import Primitives
import Testing
import Trade
import Wire

/// Values of messages that no sample of a decoder holds, and that chance does not make.
enum MoreSamples {
    static func all() throws -> [(name: String, bytes: [UInt8])] {
        try ledger() + light() + [("argosy.gossip.SavedPeers", try peers().wire)]
    }

    private static let account = AccountID(FixedBytes(repeating: 3))

    private static func ledger() throws -> [(name: String, bytes: [UInt8])] {
        let code = try #require(AssetCode("EUR"))
        let place = try #require(Location("CNSHA"))
        let seed = try SealedSeed(
            FixedBytes(repeating: 1), passphrase: [2], salt: FixedBytes(repeating: 3),
            nonce: FixedBytes(repeating: 4), cost: SealedSeed.Cost(passes: 1, kibibytes: 8))
        return [
            (
                "argosy.ledger.AssetLeaf",
                AssetLeaf(
                    issuer: account, code: code, decimals: 2, powers: [.mint],
                    supply: Amount(minorUnits: 300)
                ).wire
            ),
            (
                "argosy.trade.ReturnLabel",
                ReturnLabel(payer: account, amount: Amount(minorUnits: 7)).wire
            ),
            (
                "argosy.trade.Tender",
                Tender(
                    place: place, parcel: 12, weight: 500, seal: .zero, time: Timestamp(9)
                ).wire
            ),
            ("argosy.SealedSeed", seed.wire),
        ]
    }

    private static func light() throws -> [(name: String, bytes: [UInt8])] {
        let files = try #require(Decoder.all.first { $0.name == "proof-file" })
        let answers = try #require(Decoder.all.first { $0.name == "light-response" })
        let file = try ProofFile(wire: try #require(files.samples.first))
        var ancestor: HistoricHeader?
        for sample in answers.samples {
            if case .ancestor(let header) = try LightResponse(wire: sample) { ancestor = header }
        }
        let finalized = file.leaf.finalized
        let events = [JournalEvent(event: [1, 2], height: Height(9))]
        let trace = TraceFile(
            anchor: file.anchor, steps: file.steps, item: .zero,
            parts: [
                TraceFile.Part(finalized: finalized, proof: file.leaf.proof, events: events),
                TraceFile.Part(finalized: nil, proof: file.leaf.proof, events: []),
            ])
        return [
            (
                "argosy.light.Conflict",
                Conflict(first: finalized, second: finalized, ancestor: ancestor).wire
            ),
            ("argosy.node.TraceFile", trace.wire),
        ]
    }

    private static func peers() throws -> SavedPeers {
        let own = PeerName(SigningKey(seed: FixedBytes(repeating: 1)).publicKey)
        let other = PeerName(SigningKey(seed: FixedBytes(repeating: 2)).publicKey)
        let address: [UInt8] = [4, 50, 1, 1, 1, 6, 15, 161]
        let group = try #require(NetworkPlace(multiaddr: address)).group
        var (book, chance) = (AddressBook(own: own, key: FixedBytes(repeating: 5)), Chance(seed: 1))
        book.add(
            other, at: [try #require(BookAddress(address, group: group))], sequence: 4,
            source: group, now: Timestamp(77), using: &chance)
        var bans = BanList()
        bans.ban(own, host: FixedBytes(repeating: 6), until: Timestamp(1_000))
        return SavedPeers(
            entries: book.saved, bans: bans, anchors: [other],
            kept: [BootstrapList.Peer(name: other, address: address)])
    }
}
