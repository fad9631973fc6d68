import Foundation
import Simulation
import Synchronization

/// Runs the simulator over many seeds on two threads.
struct Seeds {
    static let threadCount = 2
    /// Seeds that a thread takes at a time.
    static let batchCount: UInt64 = 8

    struct Report: Encodable {
        let seeds: SimulationReport
        let wallSeconds: Double
        let viewsPerSecondAndCore: Double
        /// Without faults; empty unless the report was asked for.
        let speeds: [Speed]
        /// What the last run over all deliberate mistakes showed; absent when there was none.
        var mutations: Mutations?
    }

    /// What `Tools/Soak/mutations` keeps of a whole run, as it is.
    struct Mutations: Codable {
        var mutations: Int?
        var killed: Int?
        var survived: [String]?
        var killRate: Double?
        /// Whether nothing was found where no mistake was made.
        var sound: Bool?
        /// What the sources were at.
        var commit: String?

        /// Whether every mistake was found, and nothing else.
        var isClean: Bool { killed == mutations && survived?.isEmpty ?? true && sound ?? true }
    }

    static func run(_ options: Options, _ seeds: Range<UInt64>) async -> Report {
        let start = ContinuousClock.now
        let line = Line(seeds)
        var total = await withTaskGroup(of: SimulationReport.self) { group in
            for _ in 0..<threadCount {
                group.addTask {
                    var report = SimulationReport()
                    while let batch = line.take() {
                        report.run(seeds: batch) { _ in true }
                        line.finish(batch, report.failures.count)
                    }
                    return report
                }
            }
            var total = SimulationReport()
            for await part in group { total.add(part) }
            return total
        }
        let seconds = (ContinuousClock.now - start) / .seconds(1)
        if options.wantsReport { total.measure() }
        return Report(
            seeds: total, wallSeconds: seconds,
            viewsPerSecondAndCore: Double(total.viewCount) / seconds / Double(threadCount),
            speeds: options.wantsReport ? Speed.measure() : [],
            mutations: mutations(options.rate))
    }

    private static func mutations(_ path: String) -> Mutations? {
        guard let text = try? String(contentsOfFile: path, encoding: .utf8),
            let last = text.split(separator: "\n").last
        else { return nil }
        return try? JSONDecoder().decode(Mutations.self, from: Data(last.utf8))
    }

    /// The seeds that wait, handed out in order.
    private final class Line: Sendable {
        private let state: Mutex<(next: UInt64, done: UInt64)>
        private let seeds: Range<UInt64>

        init(_ seeds: Range<UInt64>) {
            self.seeds = seeds
            state = Mutex((seeds.lowerBound, 0))
        }

        func take() -> Range<UInt64>? {
            state.withLock { state in
                guard state.next < seeds.upperBound else { return nil }
                let end = min(state.next + Seeds.batchCount, seeds.upperBound)
                defer { state.next = end }
                return state.next..<end
            }
        }

        func finish(_ batch: Range<UInt64>, _ failureCount: Int) {
            let done = state.withLock { state in
                state.done += UInt64(batch.count)
                return state.done
            }
            guard done % 64 < Seeds.batchCount || failureCount > 0 else { return }
            FileHandle.standardError.write(
                Data("\(done) of \(seeds.count) seeds, \(failureCount) failed here\n".utf8))
        }
    }
}
