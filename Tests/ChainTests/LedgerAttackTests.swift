import Chain
import Ledger
import Primitives
import StateTree
import Testing
import Wire

@Suite("Attacks on arithmetic and ledger rules")
struct LedgerAttackTests {
    typealias Net = TestNetwork

    @Test("Attack 19: outputs whose sum passes 64 bits are refused, and nothing traps")
    func overflowingSum() throws {
        var net = try Net()
        let outputs = [UInt64.max, 2].map {
            Payment.Output(recipient: Net.bob.account, amount: units($0))
        }
        let transaction = try net.transaction(
            Net.alice, [.payment(Payment(asset: Net.pound, outputs: outputs))])
        #expect(try net.verdict(transaction) == .rejected(.amountOverflow))
        #expect(
            try net.fault([transaction]) == .invalid(.transaction(index: 0, .amountOverflow)))
        // Minus one, as two's complement writes it.
        #expect(try net.send(Net.alice, Net.pay(Net.bob, .max)).rejection == .balanceShort)
        let zero = try net.transaction(Net.alice, [Net.pay(Net.bob, 0)])
        #expect(try net.verdict(zero) == .rejected(.amountZero))
        let spread = (0..<3).map { _ in Net.pay(Net.bob, .max / 2) }
        let three = try net.transaction(Net.alice, spread)
        #expect(try net.verdict(three) == .rejected(.balanceShort))
    }

    @Test("Attack 20: money is not spent twice inside a transaction, a block or the pool")
    func doubleSpend() throws {
        var net = try Net()
        let receipt = try net.send(
            Net.alice, Net.pay(Net.bob, 600_000), Net.pay(Net.carol, 600_000))
        #expect(receipt.rejection == .balanceShort)
        let first = try net.transaction(Net.alice, [Net.pay(Net.bob, 1)])
        #expect(try net.fault([first, first]) == .invalid(.transaction(index: 1, .sequenceUsed)))
        let second = try net.transaction(Net.alice, [Net.pay(Net.carol, 1)])
        #expect(try net.fault([first, second]) == .invalid(.transaction(index: 1, .sequenceUsed)))
        try net.run([first])
        #expect(try net.verdict(second) == .rejected(.sequenceUsed))
    }

    @Test("Attack 21: a payment to oneself changes nothing; closing twice in a block fails")
    func selfPayment() throws {
        var net = try Net()
        let receipt = try net.send(Net.alice, Net.pay(Net.alice, 500))
        #expect(receipt.succeeded)
        #expect(try net.balance(Net.alice) == 1_000_000 - receipt.fee.minorUnits)
        let burn = Action.Kind.burn(Burn(asset: Net.dollar, amount: units(1_000_000)))
        let close = Action.Kind.closeBalance(CloseBalance(asset: Net.dollar))
        let next = try net.nextSequence(Net.alice.account)
        let outcome = try net.run([
            net.transaction(Net.alice, [burn, close]),
            net.transaction(Net.alice, [close], sequence: next.next),
        ])
        #expect(outcome.receipts.map(\.rejection) == [nil, .unknownBalance])
    }

    @Test("Attack 22: balances read before are not stale in later actions of any transaction")
    func staleCopies() throws {
        var net = try Net(deposit: 0)
        let body = try net.body(
            Net.alice,
            [
                Action(Net.pay(Net.carol, 10, Net.dollar)),
                Action(Net.pay(Net.bob, 4, Net.dollar), from: Net.carol.account),
                Action(Net.pay(Net.carol, 1, Net.dollar), from: Net.bob.account),
                Action(Net.pay(Net.alice, 7, Net.dollar), from: Net.carol.account),
            ])
        let transaction = Transaction(signing: body, with: [Net.alice, Net.bob, Net.carol])
        #expect(try net.run([transaction]).receipts[0].succeeded)
        #expect(try net.balance(Net.carol, Net.dollar) == 0)
        #expect(try net.balance(Net.alice, Net.dollar) == 999_997)
        #expect(try net.balance(Net.bob, Net.dollar) == 1_000_003)
    }

    @Test("Attack 24 and 25: prices of zero and of the largest number neither trap nor wrap")
    func extremePrices() throws {
        var free = try Net(price: 0, deposit: 0)
        #expect(try free.send(Net.alice, Net.pay(Net.bob, 1)).fee == .zero)
        let dear = try Net(price: .max, deposit: .max)
        let transaction = try dear.transaction(
            Net.alice, [Net.pay(Net.carol, 1)], limit: .max)
        #expect(try dear.verdict(transaction) == .rejected(.feeNotCovered))
        let schedule = FeeSchedule(
            parameters: dear.genesis.parameters, load: Load(factor: 64, fullness: 1_000))
        #expect(schedule.fee(weight: .max, at: 0) == nil)
        #expect(schedule.fee(weight: 1, at: 0) != nil)
        var deposits = try Net(price: 1, deposit: .max / 2)
        let receipt = try deposits.run([
            deposits.transaction(
                Net.alice, (80..<84).map { Net.pay(.numbered($0), 1) }, limit: .max)
        ]).receipts[0]
        #expect(receipt.rejection == .depositNotCovered)
    }

    @Test("Attack 26: a payment id that names something else fails alike, read before or not")
    func wrongKindOfId() throws {
        var net = try Net()
        let refunds = [Net.pound.bytes, Net.alice.account.bytes].map {
            Action.Kind.refund(Refund(payment: PaymentID($0), amount: units(1)))
        }
        for refund in refunds {
            #expect(try net.send(Net.alice, refund).rejection == .unknownPayment)
            let warm = try net.send(Net.alice, Net.pay(Net.alice, 1), refund)
            #expect(warm.rejection == .unknownPayment)
        }
    }

    @Test("Attack 27: a sponsor who did not sign is charged nothing")
    func unwillingSponsor() throws {
        var net = try Net()
        let body = try net.body(Net.alice, [Action(Net.pay(Net.bob, 1))], sponsor: Net.issuer)
        let transaction = Transaction(signing: body, with: [Net.alice])
        #expect(try net.verdict(transaction) == .rejected(.signatureMissing))
        #expect(
            try net.fault([transaction]) == .invalid(.transaction(index: 0, .signatureMissing)))
        #expect(try net.balance(Net.issuer) == 1_000_000)
    }

    @Test("Attack 28: no action changes another account's signers or policy without its signature")
    func foreignAccount() throws {
        let net = try Net()
        let kinds: [Action.Kind] = [
            .setSigners(SetSigners(authority: nil)), .setReceivePolicy(SetReceivePolicy()),
            .closeBalance(CloseBalance(asset: Net.pound)), Net.pay(Net.alice, 1),
        ]
        for kind in kinds {
            let body = try net.body(Net.alice, [Action(kind, from: Net.bob.account)])
            let verdict = try net.verdict(Transaction(signing: body, with: [Net.alice]))
            #expect(verdict == .rejected(.signatureMissing))
        }
    }

    @Test("Attack 29: frozen money moves by no path")
    func frozenPaths() throws {
        var net = try Net()
        let payment = try #require(
            try net.send(Net.alice, Net.pay(Net.bob, 100, receipt: true)).payments.first)
        let policy = SetReceivePolicy(maximum: units(100_000))
        try net.send(Net.bob, .setReceivePolicy(policy))
        func freeze(_ holder: SigningKey, _ isFrozen: Bool) -> Action.Kind {
            .freeze(Freeze(asset: Net.pound, holder: holder.account, isFrozen: isFrozen))
        }
        try net.send(Net.issuer, freeze(Net.bob, true))
        // Receiving, minting, and anything that Bob signs: he cannot even pay the fee.
        #expect(try net.send(Net.alice, Net.pay(Net.bob, 1)).rejection == .balanceFrozen)
        let mint = Mint(asset: Net.pound, recipient: Net.bob.account, amount: units(1))
        #expect(try net.send(Net.issuer, .mint(mint)).rejection == .balanceFrozen)
        let fee = try net.transaction(Net.bob, [Net.pay(Net.alice, 1, Net.dollar)])
        #expect(try net.fault([fee]) == .invalid(.transaction(index: 0, .feeNotCovered)))
        // With a sponsor the fee is paid, and Bob's pounds still do not move.
        let frozen: [Action.Kind] = [
            Net.pay(Net.alice, 1), .refund(Refund(payment: payment, amount: units(1))),
            .burn(Burn(asset: Net.pound, amount: units(1))),
        ]
        for kind in frozen {
            let body = try net.body(Net.bob, [Action(kind)], sponsor: Net.alice)
            let outcome = try net.run([Transaction(signing: body, with: [Net.alice, Net.bob])])
            #expect(outcome.receipts[0].rejection == .balanceFrozen)
        }
        // A refund to a frozen payer, and a deposit that would come back to a frozen payer.
        let lift = try net.body(
            Net.bob, [Action(.setReceivePolicy(SetReceivePolicy()))], sponsor: Net.alice)
        let lifted = try net.run([Transaction(signing: lift, with: [Net.alice, Net.bob])])
        #expect(lifted.receipts[0].rejection == .depositUnreturnable)
        try net.send(Net.issuer, freeze(Net.bob, false), freeze(Net.alice, true))
        let refund = Action.Kind.refund(Refund(payment: payment, amount: units(1)))
        #expect(try net.send(Net.bob, refund).rejection == .balanceFrozen)
    }

    @Test("Attack 30: a transaction takes effect at most once, for ever")
    func replay() throws {
        var net = try Net()
        let failing = try net.transaction(Net.alice, [Net.pay(Net.carol, 2_000_000)])
        #expect(try net.run([failing]).receipts[0].rejection == .balanceShort)
        try net.send(Net.issuer, Net.pay(Net.alice, 1_000_000))
        #expect(try net.fault([failing]) == .invalid(.transaction(index: 0, .sequenceUsed)))
        let body = try net.body(Net.alice, [Action(Net.pay(Net.bob, 1))], expiry: 3)
        let late = Transaction(signing: body, with: [Net.alice])
        #expect(net.state.final.header.height == Height(2))
        #expect(try net.verdict(late) == .admitted(late.body.demands))
        try net.run([])
        #expect(try net.verdict(late) == .rejected(.expired))
        #expect(try net.fault([late]) == .invalid(.transaction(index: 0, .expired)))
        // The account emptied itself and came back: its sequence stayed.
        let next = try net.nextSequence(Net.alice.account)
        #expect(next == Sequence(2))
    }

    @Test("Attack 31: updates and receipts do not depend on the order of a table")
    func order() throws {
        let runs = try (0..<4).map { _ in
            var net = try Net()
            let outcome = try net.run([
                net.transaction(Net.alice, (60..<70).map { Net.pay(.numbered($0), 5) }),
                net.transaction(Net.bob, (65..<75).map { Net.pay(.numbered($0), 5) }),
            ])
            #expect(outcome.updates.map(\.key) == outcome.updates.map(\.key).sorted())
            return [outcome.stateRoot, outcome.receiptsRoot, outcome.digest]
        }
        #expect(Set(runs).count == 1)
    }

    @Test("Attack 32: a state that was stored and read back gives the same next block")
    func restored() throws {
        var net = try Net()
        try net.send(Net.alice, Net.pay(Net.bob, 9))
        let tip = net.state.final
        let leaves = net.leaves.sorted.map {
            Leaf(key: $0.key, hash: StateTree.leafHash($0.key, value: $0.value))
        }
        var again = net
        again.state = ChainState(
            chain: net.state.chain,
            final: ChainState.Tip(
                header: tip.header, tree: StateTree(sorted: leaves), history: tip.history,
                receiptsRoot: tip.receiptsRoot))
        let block = try net.block([net.transaction(Net.bob, [Net.pay(Net.alice, 3)])])
        #expect(try net.run(block: block).stateRoot == again.run(block: block).stateRoot)
    }

    @Test("Attack 74: a flood of dust accounts costs its sender a deposit each")
    func dust() throws {
        var net = try Net(deposit: 20)
        let outputs = (0..<64 as Range<UInt8>).map {
            Payment.Output(
                recipient: AccountID(Digest(hashing: [$0], in: .key).bytes), amount: units(1))
        }
        let flood = try net.transaction(
            Net.alice, [.payment(Payment(asset: Net.pound, outputs: outputs))], limit: 5_000)
        #expect(try net.run([flood]).receipts[0].succeeded)
        #expect(try net.pot().deposits == units(64 * 20))
    }
}
