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
        cluster.run(untilMilliseconds: 15_000)
        #expect(cluster.violations == [], "\(kind)")
        #expect(cluster.lowestHeight > Height(5), "\(kind)")
        #expect(cluster.finalityMilliseconds.count > 30, "\(kind)")
    }

    @Test(
        "Attack 43: a validator that signs twice is named by evidence in a final block",
        arguments: [TraitorKind.equivocatingLeader, .nullifiesToo])
    func evidence(kind: TraitorKind) {
        var scenario = Scenario(validators: 4)
        scenario.traitors = [2: kind]
        var cluster = Cluster(scenario, seed: 3)
        cluster.run(untilMilliseconds: 15_000)
        #expect(cluster.violations == [])
        #expect(!cluster.evidence.isEmpty)
        #expect(cluster.finalEvidenceCount > 0)
    }

    @Test("Attack 43: one validator on two hosts forks nothing and stops nothing")
    func twins() {
        for seed in 0..<2 as Range<UInt64> {
            var scenario = Scenario(validators: 4)
            scenario.followerCount = 1
            scenario.twins = [4: 1]
            var cluster = Cluster(scenario, seed: seed)
            cluster.run(untilMilliseconds: 12_000)
            #expect(cluster.violations == [], "seed \(seed)")
            #expect(cluster.lowestHeight > Height(10), "seed \(seed)")
        }
    }

    @Test("A node that joins late from a forger and three honest nodes gets the true chain")
    func lateFromForger() {
        var scenario = Scenario(validators: 4)
        scenario.followerCount = 1
        scenario.traitors = [0: .forger]
        var cluster = Cluster(scenario, seed: 5)
        cluster.holdBack(4)
        cluster.run(untilMilliseconds: 10_000)
        let height = cluster.lowestHeight
        cluster.letIn(4)
        cluster.run(untilMilliseconds: 25_000)
        #expect(cluster.violations == [])
        #expect(cluster.height(of: 4) > height)
    }
}
