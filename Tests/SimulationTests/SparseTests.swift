import Primitives
import Simulation
import Testing

/// Validators of which none is connected to a quorum: what one says reaches the others by hops.
@Suite("Agreement in a sparse graph")
struct SparseTests {
    private static func ring(_ count: Int) -> [Scenario.Link] {
        (0..<count).map { Scenario.Link($0, ($0 + 1) % count) }
    }

    private static func line(_ count: Int) -> [Scenario.Link] { Array(ring(count).dropLast()) }

    @Test("Seven validators in a ring agree", arguments: Seeds.chosen.prefix(2))
    func ring(seed: UInt64) { check(Self.ring(7), lossPerMille: 0, blocks: 20, seed: seed) }

    @Test(
        "Seven validators in a ring agree although frames are lost",
        arguments: Seeds.chosen.prefix(2))
    func lossyRing(seed: UInt64) { check(Self.ring(7), lossPerMille: 50, blocks: 10, seed: seed) }

    @Test(
        "Seven validators in a line agree although frames are lost",
        arguments: Seeds.chosen.prefix(2))
    func lossyLine(seed: UInt64) { check(Self.line(7), lossPerMille: 20, blocks: 10, seed: seed) }

    @Test("Leaves of a star agree through its middle", arguments: Seeds.chosen.prefix(2))
    func star(seed: UInt64) {
        check((1..<7).map { Scenario.Link(0, $0) }, lossPerMille: 20, blocks: 10, seed: seed)
    }

    private func check(
        _ links: [Scenario.Link], lossPerMille: UInt64, blocks: UInt64, seed: UInt64
    ) {
        let replay = Seeds.replay(seed, "SparseTests")
        var scenario = Scenario(validators: 7)
        scenario.links = links
        scenario.paymentsPerSecond = 4
        scenario.faults.lossPerMille = lossPerMille
        Running.run(replay) {
            var cluster = Cluster(scenario, seed: seed)
            cluster.run(untilMilliseconds: 60_000)
            #expect(cluster.violations == [], replay)
            #expect(cluster.lowestHeight >= Height(blocks), replay)
            cluster.becalm()
            cluster.drain()
            #expect(cluster.violations == [], replay)
        }
    }
}
