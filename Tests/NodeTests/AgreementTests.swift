import Chain
import Ledger
import Leftovers
import Node
import Primitives
import Replica
import Testing
import Wire

@Suite("Four full nodes over loopback TCP", .serialized, .tidy)
struct AgreementTests {
    @Test("Four validators agree on blocks and execute a payment")
    func payment() async throws {
        var cluster = try Cluster()
        try await cluster.startAll()
        let wallet = AccountID(FixedBytes(repeating: 9))
        let payment = try cluster.payment(1, to: wallet, 1_250)
        try await cluster.wait("four nodes see each other") {
            for node in cluster.nodes where await node.status().peers < 3 { return false }
            return true
        }
        let clock = ContinuousClock.now
        let verdicts = await cluster.nodes[0].driver.submit([payment])
        #expect(verdicts[payment.id] == .accepted)
        let outcome = await cluster.nodes[3].board.outcome(of: payment.id, within: .seconds(20))
        print("final after", ContinuousClock.now - clock)
        #expect(outcome?.receipt.succeeded == true)
        try await cluster.wait("all nodes have the payment") {
            for node in cluster.nodes {
                guard var draft = try? await node.executor.draft() else { return false }
                let balance = draft.balance(BalanceID(wallet, cluster.euro))
                if balance?.amount != Amount(minorUnits: 1_250) { return false }
            }
            return true
        }
        await cluster.stop()
    }
}
