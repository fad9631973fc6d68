import Chain
import Ledger
import Primitives
import Testing

@Suite("Refunds")
struct RefundTests {
    typealias Net = TestNetwork

    private func paid(_ net: inout Net, _ amount: UInt64) throws -> PaymentID {
        let receipt = try net.send(Net.alice, Net.pay(Net.bob, amount, receipt: true))
        return try #require(receipt.payments.first)
    }

    private func refund(_ payment: PaymentID, _ amount: UInt64) -> Action.Kind {
        .refund(Refund(payment: payment, amount: units(amount)))
    }

    @Test("Refunds go back to the payer in the same asset, and never exceed what was paid")
    func partialRefunds() throws {
        var net = try Net()
        let payment = try paid(&net, 100)
        let before = try net.balance(Net.alice)
        #expect(try net.send(Net.bob, refund(payment, 60)).succeeded)
        #expect(try net.send(Net.bob, refund(payment, 41)).rejection == .refundExceedsPayment)
        #expect(try net.send(Net.bob, refund(payment, 40)).succeeded)
        #expect(try net.send(Net.bob, refund(payment, 1)).rejection == .refundExceedsPayment)
        #expect(try net.balance(Net.alice) == before + 100)
    }

    @Test("Two refunds in one transaction count together")
    func twoAtOnce() throws {
        var net = try Net()
        let payment = try paid(&net, 100)
        let receipt = try net.send(Net.bob, refund(payment, 60), refund(payment, 60))
        #expect(receipt.rejection == .refundExceedsPayment)
        #expect(try net.send(Net.bob, refund(payment, 100)).succeeded)
    }

    @Test("A refund whose sum overflows is refused")
    func overflow() throws {
        var net = try Net()
        let payment = try paid(&net, 100)
        #expect(try net.send(Net.bob, refund(payment, 1)).succeeded)
        #expect(try net.send(Net.bob, refund(payment, .max)).rejection == .refundExceedsPayment)
    }

    @Test("Only the recipient refunds, and only a payment that left a receipt")
    func parties() throws {
        var net = try Net()
        let payment = try paid(&net, 100)
        #expect(try net.send(Net.alice, refund(payment, 1)).rejection == .notRecipient)
        #expect(try net.send(Net.issuer, refund(payment, 1)).rejection == .notRecipient)
        let unknown = PaymentID(transaction: .zero, action: 0, output: 0)
        #expect(try net.send(Net.bob, refund(unknown, 1)).rejection == .unknownPayment)
    }

    @Test("A payer's policy does not stop his own money from coming back")
    func policy() throws {
        var net = try Net()
        let payment = try paid(&net, 100)
        let closed = SetReceivePolicy(senders: [Net.issuer.account])
        try net.send(Net.alice, .setReceivePolicy(closed))
        #expect(try net.send(Net.bob, refund(payment, 100)).succeeded)
    }

    @Test("The recipient closes a receipt at any time; the payer after a full refund or the term")
    func closing() throws {
        var net = try Net()
        let first = try paid(&net, 100)
        let close = Action.Kind.closeReceipt(CloseReceipt(payment: first))
        #expect(try net.send(Net.alice, close).rejection == .receiptOpen)
        #expect(try net.send(Net.issuer, close).rejection == .notParty)
        try net.send(Net.bob, refund(first, 100))
        #expect(try net.send(Net.alice, close).succeeded)
        #expect(try net.send(Net.alice, close).rejection == .unknownPayment)
        #expect(try net.pot().deposits == .zero)
        let second = try paid(&net, 10)
        #expect(
            try net.send(Net.bob, .closeReceipt(CloseReceipt(payment: second))).succeeded)
        let third = try paid(&net, 10)
        for _ in 0..<100 { try net.run([]) }
        #expect(try net.send(Net.alice, .closeReceipt(CloseReceipt(payment: third))).succeeded)
    }

    @Test("A refund to a payer who closed his balance opens it again at the refunder's cost")
    func reopened() throws {
        var net = try Net()
        let receipt = try net.send(
            Net.alice, Net.pay(Net.bob, 1_000_000, Net.dollar, receipt: true),
            .closeBalance(CloseBalance(asset: Net.dollar)))
        let payment = try #require(receipt.payments.first)
        #expect(try net.leaf(Net.alice, Net.dollar) == nil)
        #expect(try net.send(Net.bob, refund(payment, 5)).succeeded)
        #expect(try net.leaf(Net.alice, Net.dollar)?.deposit?.payer == Net.bob.account)
    }
}
