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
}
