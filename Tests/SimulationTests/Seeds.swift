import Foundation
import Testing

/// The seeds of a run: the one of `SIM_SEED`, those of `SIM_SEEDS=FROM..TO`, or the first few.
enum Seeds {
    /// For campaigns of full size.
    static let chosen: [UInt64] = given ?? Array(0..<2)
    /// For small ones, many of which fit into a run of the tests.
    static let many: [UInt64] = given ?? Array(0..<300)

    private static let given: [UInt64]? = read()

    private static func read() -> [UInt64]? {
        let environment = ProcessInfo.processInfo.environment
        if let seed = environment["SIM_SEED"].flatMap({ UInt64($0) }) { return [seed] }
        let bounds = environment["SIM_SEEDS"]?.split(separator: ".").compactMap { UInt64($0) } ?? []
        guard bounds.count == 2, bounds[0] < bounds[1] else { return nil }
        return Array(bounds[0]..<bounds[1])
    }

    static func replay(_ seed: UInt64, _ suite: String) -> Comment {
        "replay: SIM_SEED=\(seed) swift test --filter \(suite)"
    }
}
