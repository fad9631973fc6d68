import Simulation
import Testing

/// Seeds that once found a bug, run again for ever.
@Suite("Seeds that found something")
struct KeptSeedTests {
    @Test(
        """
        275, 285: a node that was behind let an honest peer go as a liar, since five of its \
        answers had come late
        """,
        arguments: [275, 285] as [UInt64])
    func lateAnswers(seed: UInt64) {
        var campaign = Campaign(seed: seed)
        #expect(campaign.run().violations == [], Seeds.replay(seed, "KeptSeedTests"))
    }
}
