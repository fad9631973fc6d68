import Foundation
import Testing

/// The seeds of a run: the one of `SIM_SEED`, those of `SIM_SEEDS=FROM..TO`, or the first few.
enum Seeds {
    static let chosen: [UInt64] = read()
    private static let defaultCount: UInt64 = 4

    private static func read() -> [UInt64] {
        let environment = ProcessInfo.processInfo.environment
        if let seed = environment["SIM_SEED"].flatMap({ UInt64($0) }) { return [seed] }
        let bounds = environment["SIM_SEEDS"]?.split(separator: ".").compactMap { UInt64($0) } ?? []
        guard bounds.count == 2, bounds[0] < bounds[1] else { return Array(0..<defaultCount) }
        return Array(bounds[0]..<bounds[1])
    }

    static func replay(_ seed: UInt64, _ suite: String) -> Comment {
        "replay: SIM_SEED=\(seed) swift test --filter \(suite)"
    }
}
