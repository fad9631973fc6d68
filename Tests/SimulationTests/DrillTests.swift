import Foundation
import Simulation
import Testing

@Suite("Drills: one thing goes wrong for certain")
struct DrillTests {
    /// A seed at which all drills are told apart from luck by their own conditions.
    private static let seed: UInt64 = 1

    /// All, or those whose name begins like `SIM_DRILL`.
    private static let chosen: [Drill] = {
        let start = ProcessInfo.processInfo.environment["SIM_DRILL"] ?? ""
        return Drill.all.filter { start.isEmpty || $0.name.hasPrefix(start) }
    }()

    @Test("Every drill ends as it must", arguments: chosen)
    func drill(_ drill: Drill) {
        let replay: Comment = "replay: SIM_DRILL='\(drill.name)' swift test --filter DrillTests"
        let findings = Running.run(replay) { drill.run(seed: Self.seed) }
        #expect(findings == [], replay)
    }
}
