import Simulation
import Testing

@Suite("Drills: one thing goes wrong for certain")
struct DrillTests {
    /// A seed at which all drills are told apart from luck by their own conditions.
    private static let seed: UInt64 = 1

    @Test("Every drill ends as it must", arguments: Drill.all)
    func drill(_ drill: Drill) {
        let findings = drill.run(seed: Self.seed)
        #expect(findings == [], "replay: swift test --filter DrillTests (\(drill.name))")
    }
}
