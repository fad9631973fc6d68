import Chain
import Foundation
import Ledger
import Leftovers
import LightClient
import Node
import Primitives
import Testing
import Wire

@Suite("A light node among four full nodes", .serialized, .tidy)
struct LightNodeTests {
    @Test("Payments, balances, statements and proof files are proved, not reported")
    func wallet() async throws {
        var cluster = try Cluster()
        try await cluster.startAll()
        let home = try Home.create(
            at: Leftovers.directory(),
            configuration: Configuration(
                role: .light, bootstrap: cluster.nodes.flatMap { $0.addresses.map { "\($0)" } }),
            genesis: GenesisFile(cluster.genesis))
        let light = try LightNode.tidy(home)
        try await light.start()
        #expect(await light.connected(to: 2, within: .seconds(10)))
        let treasury = AccountID(cluster.treasury.publicKey)
        let shop = AccountID(FixedBytes(repeating: 9))

        var payments: [PaymentID] = []
        for sequence in 1...5 as ClosedRange<UInt64> {
            let payment = try cluster.payment(sequence, to: shop, 100 * sequence)
            let outcome = try await light.submit(payment)
            #expect(outcome.receipt.succeeded)
            #expect(outcome.isReceiptProved)
            payments += outcome.receipt.payments
            print("proved final after", outcome.duration)
        }
        #expect(try await light.sequence(of: treasury).sequence == Sequence(5))
        let balance = try await light.balance(shop, cluster.euro)
        #expect(balance.leaf?.amount == Amount(minorUnits: 1_500))
        let nobody = AccountID(FixedBytes(repeating: 10))
        #expect(try await light.balance(nobody, cluster.euro).leaf == nil)
        let lines = try await light.statement(shop, cluster.euro)
        #expect(lines.filter { $0.event.kind == .received }.count == 5)

        let (file, receipt) = try await light.proofFile(payments[2])
        #expect(receipt.amount == Amount(minorUnits: 300))
        await light.stop()
        await cluster.stop()
        try checkProof(file, cluster)
    }

    /// With every node stopped: accepted as it is, refused after any single byte is changed.
    private func checkProof(_ file: ProofFile, _ cluster: Cluster) throws {
        let trusted = [try cluster.genesis.anchor.digest]
        let bytes = file.wire
        print("proof file of", bytes.count, "bytes")
        #expect(bytes.count <= 6 * 1_024)
        let finding = try ProofFile(wire: bytes).check(trusting: trusted, scheme: .ed25519)
        #expect(finding.header.chain == cluster.genesis.digest)
        for index in stride(from: 0, to: bytes.count, by: 7) {
            var forged = bytes
            forged[index] ^= 1
            #expect(throws: (any Error).self) {
                try ProofFile(wire: forged).check(trusting: trusted, scheme: .ed25519)
            }
        }
    }

    @Test("A light node that knows one address keeps three connections, also when one node goes")
    func connections() async throws {
        var cluster = try Cluster()
        try await cluster.startAll()
        let first = try #require(cluster.nodes.first?.addresses.first)
        let home = try Home.create(
            at: Leftovers.directory(),
            configuration: Configuration(role: .light, bootstrap: ["\(first)"]),
            genesis: GenesisFile(cluster.genesis))
        let light = try LightNode.tidy(home)
        try await light.start()
        try await cluster.wait("three full nodes are connected") {
            light.connections.outbound == 3
        }
        #expect(await light.connected(to: 3, within: .seconds(5)))
        let peers = await light.status().peers
        #expect(peers == 3)
        await cluster.stop(0)
        try await cluster.wait("another takes the place of the first") {
            light.connections.outbound == 3
        }
        await light.stop()
        await cluster.stop()
    }

    @Test("A sequence that was used is refused with its reason")
    func refusal() async throws {
        var cluster = try Cluster()
        try await cluster.startAll()
        let home = try Home.create(
            at: Leftovers.directory(),
            configuration: Configuration(
                role: .light, bootstrap: cluster.nodes.flatMap { $0.addresses.map { "\($0)" } }),
            genesis: GenesisFile(cluster.genesis))
        let light = try LightNode.tidy(home)
        try await light.start()
        #expect(await light.connected(to: 2, within: .seconds(10)))
        let shop = AccountID(FixedBytes(repeating: 9))
        _ = try await light.submit(try cluster.payment(1, to: shop, 5))
        let again = try cluster.payment(1, to: shop, 6)
        var refusal: Rejection?
        do throws(LightNodeError) { _ = try await light.submit(again) } catch {
            if case .refused(let rejection) = error { refusal = rejection }
        }
        #expect(refusal == .sequenceUsed)
        await light.stop()
        await cluster.stop()
    }
}
