import Simulation

/// Finality between five cities, by the delay table of the simulator, where no clock of this
/// machine counts.
struct SimulatedFinality {
    static let validatorCounts = [4, 25]

    func figures() throws -> [Figure] {
        try Self.validatorCounts.flatMap { count in
            let measured = Measurement.healthy(count)
            if let broken = measured.violations.first {
                throw BenchError("a law was broken with \(count) validators: \(broken)")
            }
            let note = "five cities, \(measured.blockCount) blocks"
            return [
                Figure(
                    name: "simulated_finality_p50_\(count)",
                    value: Double(measured.finality.median), unit: "ms", note: note),
                Figure(
                    name: "simulated_finality_p99_\(count)",
                    value: Double(measured.finality.quantile(perMille: 990)), unit: "ms", note: note
                ),
            ]
        }
    }
}
