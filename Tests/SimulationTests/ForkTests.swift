import Simulation
import Testing

@Suite("Networks in which more than a third signs twice")
struct ForkTests {
    @Test("A fork is proved, and once the cut is healed an honest node halts or names the guilty")
    func trials() {
        let trials = ForkTrials(seeds: 1...6)
        #expect(trials.isClean, "\(trials)")
    }
}
