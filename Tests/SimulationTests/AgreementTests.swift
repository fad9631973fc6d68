import Primitives
import Simulation
import Testing

@Suite("Agreement of whole nodes without faults")
struct AgreementTests {
    @Test("Four nodes in five cities make payments final", arguments: Seeds.chosen.prefix(2))
    func fourNodes(seed: UInt64) {
        let replay = Seeds.replay(seed, "AgreementTests")
        let cluster = Running.run(replay) {
            var cluster = Cluster(Scenario(validators: 4), seed: seed)
            cluster.run(untilMilliseconds: 20_000)
            return cluster
        }
        #expect(cluster.violations == [], replay)
        #expect(cluster.lowestHeight >= Height(30), replay)
        #expect(cluster.finalityMilliseconds.count >= 300, replay)
    }

    @Test("A leader that is known to be dead costs at most one hop")
    func knownDeadLeader() {
        let measurement = Measurement.knownDeadLeader()
        #expect(measurement.violations == [])
        #expect(measurement.duration.count == 1 && measurement.blockCount > 50)
        let holds = measurement.bounds.allSatisfy(\.holds)
        #expect(holds, "\(measurement)")
    }
}
