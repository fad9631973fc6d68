import Foundation
import Testing

/// The seeds of a run: those of `SIM_SEED`, or the first few.
enum Seeds {
    static let chosen: [UInt64] = numbers(defaultCount: 8)

    static func numbers(defaultCount: UInt64) -> [UInt64] {
        guard let text = ProcessInfo.processInfo.environment["SIM_SEED"], let seed = UInt64(text)
        else { return Array(0..<defaultCount) }
        return [seed]
    }

    static func replay(_ seed: UInt64, _ suite: String) -> Comment {
        "replay: SIM_SEED=\(seed) swift test --filter \(suite)"
    }
}
