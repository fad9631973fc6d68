import Primitives
import Testing

@Suite("Chance")
struct ChanceTests {
    @Test("The same seed gives the same numbers")
    func repeats() {
        var (first, second) = (Chance(seed: 7), Chance(seed: 7))
        for _ in 0..<100 { #expect(first.next() == second.next()) }
    }
}
