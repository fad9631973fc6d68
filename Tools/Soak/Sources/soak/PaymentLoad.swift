import Chain
import Foundation
import Ledger
import Node
import Primitives
import Synchronization
import Wire

/// Payments that never end: each sender hands a few in, waits until they are final, and goes on;
/// what a dying node has lost is handed in again elsewhere.
final class PaymentLoad: Sendable {
    /// Payments of one sender that are under way.
    static let windowCount: UInt64 = 6

    private let homes: [Home]
    private let genesis: Genesis
    private let asset: AssetID
    private let senders: [SigningKey]
    private let isStopping = Mutex(false)
    private let count = Mutex<UInt64>(0)

    init(_ network: LocalNetwork) {
        homes = network.homes
        genesis = network.genesis
        asset = network.asset
        senders = network.senders
    }

    /// Payments that a node has shown as final.
    var finalCount: UInt64 { count.withLock { $0 } }

    func stop() { isStopping.withLock { $0 = true } }

    func run() async {
        await withTaskGroup(of: Void.self) { group in
            for index in senders.indices { group.addTask { await self.pay(index) } }
        }
    }

    private func pay(_ index: Int) async {
        let key = senders[index]
        let recipient = AccountID(senders[(index + 1) % senders.count].publicKey)
        var done: UInt64 = 0
        var turn = index
        while !isStopping.withLock({ $0 }) {
            let client = ControlClient(homes[turn % homes.count])
            for sequence in done + 1...done + Self.windowCount {
                let bytes = payment(key, to: recipient, Sequence(sequence)).bytes
                _ = try? await client.request(
                    .submit(transaction: Hex.encode(bytes), wait: false))
            }
            let deadline = ContinuousClock.now + .seconds(4)
            let goal = done + Self.windowCount
            while ContinuousClock.now < deadline, !isStopping.withLock({ $0 }) {
                try? await Task.sleep(for: .milliseconds(150))
                let answer = try? await client.request(
                    .account(account: AccountID(key.publicKey).hex))
                guard case .account(let account)? = answer else { break }
                let reached = account.sequence
                if reached > done {
                    count.withLock { $0 += reached - done }
                    done = reached
                }
                if done >= goal { break }
            }
            // A node that is down, or slow, loses its turn.
            if done < goal { turn += 1 }
        }
    }

    private func payment(
        _ key: SigningKey, to recipient: AccountID, _ sequence: Sequence
    ) -> Transaction {
        let output = Payment.Output(
            recipient: recipient, amount: Amount(minorUnits: 1), reference: nil,
            leavesReceipt: false)
        return Transaction(
            signing: Body(
                chain: genesis.digest, account: AccountID(key.publicKey), sequence: sequence,
                expiry: Height(100_000_000), feeAsset: asset,
                feeLimit: Amount(minorUnits: 1_000),
                actions: [Action(.payment(Payment(asset: asset, outputs: [output])))]),
            with: [key])
    }
}
