import Chain
import Ledger
import Primitives
import Testing
import Wire

@Suite("Laws over random walks")
struct PropertyTests {
    typealias Net = TestNetwork

    /// Draws actions of every kind, sensible and not.
    struct Walk {
        var random: Chance
        var payments: [PaymentID] = []
        let people: [SigningKey] =
            [Net.issuer, Net.alice, Net.bob, Net.carol] + (40..<44).map { .numbered($0) }

        mutating func person() -> SigningKey {
            people.randomElement(using: &random) ?? Net.alice
        }

        mutating func amount() -> Amount {
            let scale = UInt64.random(in: 0...14, using: &random)
            return units(UInt64.random(in: 1...(1 << scale), using: &random))
        }

        mutating func kind() -> Action.Kind {
            let asset = Bool.random(using: &random) ? Net.pound : Net.dollar
            let other = person().account
            switch Int.random(in: 0..<13, using: &random) {
            case 0: return .mint(Mint(asset: asset, recipient: other, amount: amount()))
            case 1: return .burn(Burn(asset: asset, amount: amount()))
            case 2:
                let isFrozen = Int.random(in: 0..<6, using: &random) == 0
                return .freeze(Freeze(asset: asset, holder: other, isFrozen: isFrozen))
            case 3: return .clawback(Clawback(asset: asset, holder: other, amount: amount()))
            case 4: return .closeBalance(CloseBalance(asset: asset))
            case 5:
                let isEmpty = Bool.random(using: &random)
                return .setReceivePolicy(
                    SetReceivePolicy(maximum: isEmpty ? .zero : units(9_000)))
            case 6, 7:
                let payment =
                    payments.randomElement(using: &random)
                    ?? PaymentID(transaction: .zero, action: 0, output: 0)
                return Bool.random(using: &random)
                    ? .refund(Refund(payment: payment, amount: amount()))
                    : .closeReceipt(CloseReceipt(payment: payment))
            default:
                let outputs = (0..<Int.random(in: 1...3, using: &random)).map { _ in
                    Payment.Output(
                        recipient: person().account, amount: amount(),
                        leavesReceipt: Bool.random(using: &random))
                }
                return .payment(Payment(asset: asset, outputs: outputs))
            }
        }

        mutating func transaction(in net: Net, _ used: inout [AccountID: UInt64]) throws
            -> Transaction
        {
            let sender = person()
            var signers = [sender]
            func sign(_ key: SigningKey) {
                if !signers.contains(where: { $0 === key }) { signers.append(key) }
            }
            let actions = (0..<Int.random(in: 1...3, using: &random)).map { _ in
                let kind = kind()
                let source = kind.number == 5 || kind.number == 7 ? Net.issuer : person()
                guard Int.random(in: 0..<3, using: &random) == 0, source !== sender else {
                    return Action(kind)
                }
                sign(source)
                return Action(kind, from: source.account)
            }
            let sponsor = person()
            let isSponsored = sponsor !== sender && Bool.random(using: &random)
            if isSponsored { sign(sponsor) }
            let next = try net.nextSequence(sender.account).number
            let sequence = next + used[sender.account, default: 0]
            return Transaction(
                signing: try net.body(
                    sender, actions, sequence: Sequence(sequence), limit: 300,
                    sponsor: isSponsored ? sponsor : nil),
                with: signers, scheme: .simulated)
        }
    }

    @Test(
        "Money, sequences, journals and roots hold through any mix",
        arguments: 0..<12 as Range<UInt64>)
    func randomWalk(seed: UInt64) throws {
        var net = try Net(epochLength: 5)
        var walk = Walk(random: Chance(seed: seed))
        var succeeded = 0
        for _ in 0..<40 {
            var used: [AccountID: UInt64] = [:]
            var candidates: [Transaction] = []
            for _ in 0..<6 {
                let transaction = try walk.transaction(in: net, &used)
                used[transaction.body.account, default: 0] += 1
                candidates.append(transaction)
            }
            let slot = ProposalSlot(
                view: View(1), parentView: View(0), time: Timestamp(0), leader: Seat(0))
            let built = try net.state.build(
                after: net.state.final.digest, slot, candidates: candidates, reading: net.leaves)
            let block = built.block
            #expect(try Block(wire: block.wire) == block, "seed \(seed)")
            let outcome = try net.state.execute(block, scheme: .simulated, reading: net.leaves)
            try Invariants.check(LedgerStep(block, outcome, before: net.leaves))
            _ = try net.state.finalize(block.digest)
            net.leaves.apply(outcome.updates)
            walk.payments += outcome.receipts.flatMap(\.payments)
            succeeded += outcome.receipts.count { $0.succeeded }
        }
        #expect(succeeded > 20, "seed \(seed): the walk gets somewhere")
    }

    @Test("Independent payments give one state in any order", arguments: 0..<8 as Range<UInt64>)
    func commuting(seed: UInt64) throws {
        var random = Chance(seed: seed)
        let net = try Net(deposit: 0)
        let payers = [Net.issuer, Net.alice, Net.bob] + Net.operators
        let transactions = try payers.enumerated().map { index, payer in
            let recipient = SigningKey.numbered(UInt32(200 + index))
            return try net.transaction(payer, [Net.pay(recipient, 10, Net.dollar)])
        }
        var one = net
        var two = net
        let forwards = try one.run(transactions)
        let shuffled = try two.run(transactions.shuffled(using: &random))
        #expect(forwards.updates == shuffled.updates, "seed \(seed)")
        #expect(forwards.stateRoot == shuffled.stateRoot, "seed \(seed)")
    }

    @Test("A law that is broken is found")
    func brokenLaws() throws {
        let net = try Net()
        let block = try net.block([net.transaction(Net.alice, [Net.pay(Net.bob, 5)])])
        var copy = net
        let outcome = try copy.run(block: block)
        // On the leaves before it every law holds; on other leaves each law finds its breach.
        try Invariants.check(LedgerStep(block, outcome, before: net.leaves))
        for law in Invariants.all {
            #expect(throws: LawBreach.self, "\(law)") {
                try law.check(LedgerStep(block, outcome, before: law.breaking(net.leaves)))
            }
        }
    }
}

extension Invariant {
    /// Leaves on which a payment from Alice to Bob breaks this law.
    fileprivate static func breaking(_ leaves: MemoryLeaves) -> MemoryLeaves {
        let alice = TestNetwork.alice.account
        let purse = LeafID.balance(BalanceID(alice, TestNetwork.pound))
        let id: LeafID
        let value: [UInt8]?
        switch self {
        case is AmountsInRange.Type: (id, value) = (.asset(TestNetwork.pound), nil)
        case is SequenceStrict.Type:
            (id, value) = (.account(alice), AccountLeaf(sequence: Sequence(5)).wire)
        case is TreeEqualsRebuild.Type: (id, value) = (.policy(alice), PolicyLeaf().wire)
        default: (id, value) = (purse, BalanceLeaf(amount: units(7)).wire)
        }
        var broken = leaves
        broken.apply([LeafUpdate(id: id, key: id.key, value: value)])
        return broken
    }
}
