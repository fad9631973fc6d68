import Foundation
import Node
import Primitives
import Testing

@Suite("The time of the ledger")
struct LedgerClockTests {
    private static let origin = Timestamp(1_700_000_000_000)

    @Test("At rate one it is the time of day, before and after the origin")
    func plain() {
        let clock = LedgerClock(origin: Self.origin, rate: 1)
        for wall in [Timestamp(0), Self.origin, Self.origin.adding(5_000)] {
            #expect(clock.reading(of: wall) == wall)
        }
    }

    @Test("A faster one starts at the origin and passes so many seconds in one")
    func fast() {
        let clock = LedgerClock(origin: Self.origin, rate: 600)
        #expect(clock.reading(of: Self.origin) == Self.origin)
        #expect(clock.reading(of: Self.origin.adding(1_000)) == Self.origin.adding(600_000))
        #expect(clock.reading(of: Timestamp(7)) == Timestamp(7), "time never goes back to it")
        #expect(clock.reading(of: Timestamp(.max)) == Timestamp(.max), "and never runs over")
    }

    @Test("A rate is kept by the settings, and one out of range is refused with its line")
    func setting() throws {
        let configuration = Configuration(role: .validator, clockRate: 600)
        #expect(try Configuration(parsing: configuration.text) == configuration)
        #expect(!Configuration(role: .full).text.contains("clock-rate"))
        for wrong in ["0", "3601", "fast", "-1"] {
            #expect {
                try Configuration(parsing: "role = full\nclock-rate = \(wrong)")
            } throws: { error in
                guard case .malformed(_, 2, _)? = error as? HomeError else { return false }
                return true
            }
        }
    }
}
