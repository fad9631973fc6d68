import Primitives
import Simulation
import Testing

@Suite("Whole nodes with a traitor among them")
struct TraitorTests {
    @Test(
        "One traitor of any kind among four breaks nothing and stops nothing",
        arguments: TraitorKind.allCases)
    func one(kind: TraitorKind) {
        var scenario = Scenario(validators: 4)
        scenario.traitors = [1: kind]
        var cluster = Cluster(scenario, seed: 1)
        cluster.run(untilMilliseconds: 30_000)
        #expect(cluster.violations == [], "\(kind)")
        #expect(cluster.lowestHeight > Height(12), "\(kind)")
        #expect(cluster.finalityMilliseconds.count > 100, "\(kind)")
    }

    @Test(
        "Attack 43: a validator that signs twice is named by evidence in a final block",
        arguments: [TraitorKind.equivocatingLeader, .nullifiesToo])
    func evidence(kind: TraitorKind) {
        var scenario = Scenario(validators: 4)
        scenario.traitors = [2: kind]
        var cluster = Cluster(scenario, seed: 3)
        cluster.run(untilMilliseconds: 30_000)
        #expect(cluster.violations == [])
        #expect(!cluster.evidence.isEmpty)
        #expect(cluster.finalEvidenceCount > 0)
    }

    @Test("Attack 43: one validator on two hosts forks nothing and stops nothing")
    func twins() {
        for seed in 0..<3 as Range<UInt64> {
            var scenario = Scenario(validators: 4)
            scenario.followerCount = 1
            scenario.twins = [4: 1]
            var cluster = Cluster(scenario, seed: seed)
            cluster.run(untilMilliseconds: 20_000)
            #expect(cluster.violations == [], "seed \(seed)")
            #expect(cluster.lowestHeight > Height(20), "seed \(seed)")
        }
    }
}
