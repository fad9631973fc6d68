import Chain
import Ledger
import Primitives
import Testing
import Wire

@Suite("Payments")
struct PaymentTests {
    typealias Net = TestNetwork

    @Test("A payment moves exactly its amount, and the payer pays the posted fee besides")
    func payment() throws {
        var net = try Net()
        let receipt = try net.send(Net.alice, Net.pay(Net.bob, 250))
        #expect(receipt.succeeded)
        #expect(receipt.fee > .zero)
        #expect(try net.balance(Net.bob) == 1_000_250)
        #expect(try net.balance(Net.alice) == 1_000_000 - 250 - receipt.fee.minorUnits)
        #expect(try net.pot().fees == receipt.fee)
    }

    @Test("One action pays many, each with a reference, all or nobody")
    func manyOutputs() throws {
        var net = try Net(deposit: 0)
        let reference = FixedBytes<8>(repeating: 7)
        let outputs = (100..<164).map {
            Payment.Output(
                recipient: SigningKey.numbered($0).account, amount: units(UInt64($0)),
                reference: reference)
        }
        #expect(
            try net.send(Net.alice, .payment(Payment(asset: Net.pound, outputs: outputs)))
                .succeeded)
        #expect(try net.balance(.numbered(130)) == 130)
        let tooMuch = outputs.map {
            Payment.Output(recipient: $0.recipient, amount: units(20_000))
        }
        let failed = try net.send(Net.alice, .payment(Payment(asset: Net.pound, outputs: tooMuch)))
        #expect(failed.rejection == .balanceShort)
        #expect(try net.balance(.numbered(130)) == 130)
    }

    @Test("A failed transaction pays its fee, takes its sequence and changes nothing else")
    func failurePays() throws {
        var net = try Net()
        let receipt = try net.send(
            Net.alice, Net.pay(Net.bob, 10), Net.pay(Net.carol, 5_000_000))
        #expect(receipt.rejection == .balanceShort)
        #expect(receipt.failedAction == 1)
        #expect(try net.balance(Net.alice) == 1_000_000 - receipt.fee.minorUnits)
        #expect(try net.balance(Net.bob) == 1_000_000)
        #expect(try net.nextSequence(Net.alice.account) == Sequence(2))
        #expect(try net.send(Net.alice, Net.pay(Net.bob, 10)).succeeded)
    }

    @Test("The creator of a balance pays its deposit, and gets it back when the balance closes")
    func deposits() throws {
        var net = try Net()
        let paid = try net.send(Net.alice, Net.pay(Net.carol, 300))
        #expect(try net.pot().deposits == units(5))
        #expect(try net.balance(Net.alice) == 1_000_000 - 300 - paid.fee.minorUnits - 5)
        #expect(try net.leaf(Net.carol)?.deposit?.payer == Net.alice.account)
        // Dollars cannot pay the fee, so Carol sends all but the fee back and lets Bob sponsor.
        let before = try net.balance(Net.alice)
        let body = try net.body(
            Net.carol,
            [
                Action(Net.pay(Net.bob, 300)),
                Action(.closeBalance(CloseBalance(asset: Net.pound))),
            ], sponsor: Net.bob)
        let outcome = try net.run([Transaction(signing: body, with: [Net.carol, Net.bob])])
        #expect(outcome.receipts[0].succeeded)
        #expect(try net.leaf(Net.carol) == nil)
        #expect(try net.balance(Net.alice) == before + 5)
        #expect(try net.pot().deposits == .zero)
    }

    @Test("A balance that holds something cannot be closed")
    func closing() throws {
        var net = try Net()
        let close = Action.Kind.closeBalance(CloseBalance(asset: Net.dollar))
        #expect(try net.send(Net.alice, close).rejection == .balanceNotEmpty)
        let burn = Action.Kind.burn(Burn(asset: Net.dollar, amount: units(1_000_000)))
        #expect(try net.send(Net.alice, burn, close).succeeded)
        #expect(try net.leaf(Net.alice, Net.dollar) == nil)
        #expect(try net.send(Net.alice, close).rejection == .unknownBalance)
    }

    @Test("A deposit above what the fee limit leaves fails the transaction")
    func depositLimit() throws {
        var net = try Net(deposit: 600)
        let receipt = try net.send(
            Net.alice, Net.pay(.numbered(90), 1), Net.pay(.numbered(91), 1))
        #expect(receipt.rejection == .depositNotCovered)
        #expect(receipt.failedAction == 2)
        #expect(try net.balance(.numbered(90)) == 0)
    }

    @Test(
        "A recipient's policy refuses assets, senders and amounts; lifting it returns the deposit")
    func policy() throws {
        var net = try Net()
        let policy = SetReceivePolicy(
            assets: [Net.pound], senders: [Net.alice.account], maximum: units(100))
        #expect(try net.send(Net.bob, .setReceivePolicy(policy)).succeeded)
        #expect(try net.pot().deposits == units(5))
        #expect(try net.send(Net.alice, Net.pay(Net.bob, 1, Net.dollar)).rejection == .assetRefused)
        #expect(try net.send(Net.issuer, Net.pay(Net.bob, 1)).rejection == .senderRefused)
        #expect(try net.send(Net.alice, Net.pay(Net.bob, 101)).rejection == .amountRefused)
        #expect(try net.send(Net.alice, Net.pay(Net.bob, 100)).succeeded)
        #expect(try net.send(Net.bob, .setReceivePolicy(SetReceivePolicy())).succeeded)
        #expect(try net.pot().deposits == .zero)
        #expect(try net.send(Net.issuer, Net.pay(Net.bob, 1)).succeeded)
    }

    @Test("A sponsor who signs pays fee and deposits; one who does not sign pays nothing")
    func sponsor() throws {
        var net = try Net()
        let body = try net.body(Net.alice, [Action(Net.pay(Net.carol, 7))], sponsor: Net.bob)
        let alone = Transaction(signing: body, with: [Net.alice])
        #expect(
            try net.fault([alone]) == .invalid(.transaction(index: 0, .signatureMissing)))
        let receipt = try net.run([Transaction(signing: body, with: [Net.alice, Net.bob])])
            .receipts[0]
        #expect(receipt.succeeded)
        #expect(try net.balance(Net.alice) == 1_000_000 - 7)
        #expect(try net.balance(Net.bob) == 1_000_000 - receipt.fee.minorUnits - 5)
        #expect(try net.leaf(Net.carol)?.deposit?.payer == Net.bob.account)
    }

    @Test("Two sources swap in one transaction only when both sign")
    func swap() throws {
        var net = try Net()
        let body = try net.body(
            Net.alice,
            [
                Action(Net.pay(Net.bob, 40)),
                Action(Net.pay(Net.alice, 50, Net.dollar), from: Net.bob.account),
            ])
        #expect(
            try net.fault([Transaction(signing: body, with: [Net.alice])])
                == .invalid(.transaction(index: 0, .signatureMissing)))
        #expect(
            try net.run([Transaction(signing: body, with: [Net.alice, Net.bob])])
                .receipts[0].succeeded)
        #expect(try net.balance(Net.alice, Net.dollar) == 1_000_050)
    }

    @Test("An account of three keys with threshold two needs two of them, and no third")
    func multipleSigners() throws {
        var net = try Net()
        let keys = (50..<53).map { SigningKey.numbered($0) }
        let signers = keys.map { Signer(key: $0.publicKey, weight: 1) }.sorted { $0.key < $1.key }
        #expect(
            try net.send(
                Net.alice,
                .setSigners(SetSigners(authority: Authority(threshold: 2, signers: signers)))
            ).succeeded)
        let body = try net.body(Net.alice, [Action(Net.pay(Net.bob, 1))])
        func reason(_ keys: [SigningKey]) throws -> AdmissionVerdict {
            try net.verdict(Transaction(signing: body, with: keys))
        }
        #expect(try reason([Net.alice]) == .rejected(.signatureMissing))
        #expect(try reason([keys[0]]) == .rejected(.signatureMissing))
        #expect(try reason(keys) == .rejected(.signatureSurplus))
        #expect(try reason([keys[0], keys[1], Net.alice]) == .rejected(.signatureSurplus))
        #expect(
            try net.run([Transaction(signing: body, with: [keys[2], keys[0]])]).receipts[0]
                .succeeded)
        // Back to the founding key.
        let back = try net.body(Net.alice, [Action(.setSigners(SetSigners(authority: nil)))])
        try net.run([Transaction(signing: back, with: [keys[0], keys[1]])])
        #expect(try net.send(Net.alice, Net.pay(Net.bob, 1)).succeeded)
    }
}
