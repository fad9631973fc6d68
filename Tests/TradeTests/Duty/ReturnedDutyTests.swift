import Primitives
import Testing
import Trade

@Suite("Duty of returned lines")
struct ReturnedDutyTests {
    @Test("Pro rata, rounded half up; the last unit takes the remainder")
    func rounding() throws {
        var line = ReturnedDuty(charged: Amount(minorUnits: 100), bought: 3)
        var back: [UInt64] = []
        for _ in 0..<3 {
            back.append(try line.refund(for: 1).minorUnits)
            line = try line.returning(1)
        }
        #expect(back == [33, 33, 34])
        let half = ReturnedDuty(charged: Amount(minorUnits: 5), bought: 2)
        #expect(try half.refund(for: 1) == Amount(minorUnits: 3))
        #expect(try half.returning(1).refund(for: 1) == Amount(minorUnits: 2))
    }

    @Test(
        "However a line is returned, all its duty comes back and no more",
        arguments: 0..<64 as Range<UInt64>)
    func conservation(seed: UInt64) throws {
        var state = seed &+ 9
        func next(_ limit: UInt64) -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return (state >> 20) % limit
        }
        let charged = Amount(minorUnits: next(100_000))
        var line = ReturnedDuty(charged: charged, bought: 1 + next(40))
        while line.returned < line.bought {
            let quantity = 1 + next(line.bought - line.returned)
            line = try line.returning(quantity)
            #expect(line.refunded <= charged, "seed \(seed)")
        }
        #expect(line.refunded == charged, "seed \(seed)")
    }

    @Test("A replayed or excessive return is refused with what is left")
    func refusals() {
        let line = ReturnedDuty(
            charged: Amount(minorUnits: 90), bought: 3, returned: 2,
            refunded: Amount(minorUnits: 60))
        #expect(throws: ReturnedDuty.Refusal.moreThanBought(left: 1)) { try line.refund(for: 2) }
        #expect(throws: ReturnedDuty.Refusal.badQuantity) { try line.refund(for: 0) }
        let none = ReturnedDuty(charged: .zero, bought: 0)
        #expect(throws: ReturnedDuty.Refusal.badQuantity) { try none.refund(for: 1) }
        let torn = ReturnedDuty(
            charged: Amount(minorUnits: 1), bought: 2, refunded: Amount(minorUnits: 2))
        #expect(throws: ReturnedDuty.Refusal.overRefunded) { try torn.refund(for: 1) }
    }

    @Test("The largest duty of the largest line is divided without overflow")
    func extremes() throws {
        let line = ReturnedDuty(
            charged: Amount(minorUnits: .max), bought: ReturnedDuty.quantityLimit)
        let most = try line.refund(for: ReturnedDuty.quantityLimit - 1)
        #expect(most.minorUnits == 18_446_744_073_692_774_399)
    }
}
