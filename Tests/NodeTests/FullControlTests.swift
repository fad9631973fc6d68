import Chain
import Ledger
import Leftovers
import LightClient
import Node
import Primitives
import Testing
import Wire

@Suite("Commands to a running full node", .serialized, .tidy)
struct FullControlTests {
    @Test("Each verb is answered from the final state")
    func verbs() async throws {
        var cluster = try Cluster(epochLength: 6)
        try await cluster.startAll()
        let client = ControlClient(cluster.homes[1])
        let shop = AccountID(FixedBytes(repeating: 9))
        var payments: [String] = []
        for sequence in 1...8 as ClosedRange<UInt64> {
            let payment = try cluster.payment(sequence, to: shop, 250)
            let request = ControlRequest.submit(
                transaction: Hex.encode(payment.bytes), wait: true)
            guard case .submitted(let answer) = try await client.request(request) else {
                throw FailureAnswer("test", "another answer")
            }
            #expect(answer.outcome == .applied)
            payments += answer.payments
        }
        try await balances(client, cluster, shop)
        try await proof(client, cluster, payments[3])
        guard case .doctor(let facts) = try await client.request(.doctor),
            case .peers(let peers) = try await client.request(.peers),
            case .status(let status) = try await client.request(.status)
        else { throw FailureAnswer("test", "another answer") }
        #expect(facts.allSatisfy { $0.verdict != .bad }, "\(facts)")
        #expect(peers.count == 3)
        #expect(peers.allSatisfy { $0.height > 0 && $0.role == .full }, "\(peers)")
        #expect(status.word == "synced")
        #expect(status.epoch >= 1)
        await #expect(throws: FailureAnswer.self) {
            try await client.request(.balance(account: "00", asset: "zz"))
        }
        #expect(try await client.request(.stop) == .done)
        try await cluster.wait("the node stops") { await !client.isRunning }
        await cluster.stop()
    }

    private func balances(
        _ client: ControlClient, _ cluster: Cluster, _ shop: AccountID
    ) async throws {
        guard case .assets(let assets) = try await client.request(.assets) else {
            throw FailureAnswer("test", "another answer")
        }
        #expect(assets.map(\.code) == ["EURX"])
        #expect(assets.allSatisfy { $0.paysFees })
        let asset = cluster.euro.hex
        guard
            case .balance(let balance) = try await client.request(
                .balance(account: shop.hex, asset: asset)),
            case .history(let page) = try await client.request(
                .history(account: shop.hex, asset: asset, from: 1, limit: 100))
        else { throw FailureAnswer("test", "another answer") }
        #expect(balance.amount == "2000")
        #expect(page.entries.count == Int(page.count))
        #expect(page.entries.last?.balance == "2000")
    }

    /// The full node's proof file stands on its own, over epochs too.
    private func proof(
        _ client: ControlClient, _ cluster: Cluster, _ payment: String
    ) async throws {
        guard case .proof(let answer) = try await client.request(.proof(payment: payment)),
            let bytes = Hex.decode(answer.file)
        else { throw FailureAnswer("test", "another answer") }
        let finding = try ProofFile(wire: bytes).check(
            trusting: [try cluster.genesis.anchor.digest], scheme: .ed25519)
        #expect(finding.header.height.number == answer.height)
    }
}
