import Primitives
import Simulation
import Testing

@Suite("Whole nodes with faults at random")
struct CampaignTests {
    @Test(
        "A small campaign breaks no law and ends with equal states: 300 seeds",
        arguments: [0, 1, 2, 3])
    func small(part: Int) {
        for (index, seed) in Seeds.many.enumerated() where index % 4 == part {
            let report = Running.campaign(seed, "CampaignTests", .small)
            #expect(report.violations == [], Seeds.replay(seed, "CampaignTests"))
        }
    }

    @Test("A campaign breaks no law and ends with equal states", arguments: Seeds.chosen)
    func full(seed: UInt64) {
        let report = Running.campaign(seed, "CampaignTests")
        #expect(report.violations == [], Seeds.replay(seed, "CampaignTests"))
    }

    @Test("The same seed gives the same history", arguments: Seeds.chosen.prefix(4))
    func determinism(seed: UInt64) {
        let histories = (0..<2).map { _ in
            Running.campaign(seed, "CampaignTests", .small).history
        }
        #expect(histories[0] == histories[1], Seeds.replay(seed, "CampaignTests"))
    }
}
