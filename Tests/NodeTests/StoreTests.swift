import Chain
import Consensus
import Foundation
import Ledger
import Node
import Primitives
import Storage
import Testing
import Wire

@Suite("The vote log")
struct VoteStoreTests {
    private func vote(_ view: UInt64, _ key: SigningKey) -> Vote {
        let bytes = VoteSubject.nullify.signedBytes(
            chain: .zero, epoch: Epoch(0), view: View(view))
        return Vote(
            epoch: Epoch(0), view: View(view), subject: .nullify, seat: Seat(0),
            signature: key.sign(bytes))
    }

    @Test("Attack 51: the mark beside the key outlives the log")
    func mark() throws {
        let home = try freshHome()
        let key = SigningKey(seed: FixedBytes(repeating: 3))
        let vote = vote(7, key)
        do {
            let stores = try Stores(home, chain: .zero)
            let votes = VoteStore(stores.votes, markPath: home.markPath)
            #expect(try votes.isOurs(key.publicKey))
            try votes.append([.voted(vote)], epoch: Epoch(0))
            #expect(try votes.records(of: Epoch(0)) == [.voted(vote)])
            #expect(try votes.highWater() == HighWater(vote))
            try votes.saveMark()
        }
        try FileManager.default.removeItem(atPath: home.votesDirectory)
        try FileManager.default.createDirectory(
            atPath: home.votesDirectory, withIntermediateDirectories: true)
        let stores = try Stores(home, chain: .zero)
        let votes = VoteStore(stores.votes, markPath: home.markPath)
        #expect(try votes.records(of: Epoch(0)).isEmpty)
        #expect(try votes.highWater() == HighWater(vote))
    }

    @Test("A log that was copied to another voter is not taken for its own")
    func copied() throws {
        let home = try freshHome()
        let stores = try Stores(home, chain: .zero)
        let votes = VoteStore(stores.votes, markPath: home.markPath)
        let (first, second) = (
            SigningKey(seed: FixedBytes(repeating: 3)).publicKey,
            SigningKey(seed: FixedBytes(repeating: 4)).publicKey
        )
        #expect(try votes.isOurs(first))
        #expect(try votes.isOurs(first))
        #expect(try !votes.isOurs(second))
    }
}
