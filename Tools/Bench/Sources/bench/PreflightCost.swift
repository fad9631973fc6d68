import Foundation

/// What `argosy preflight` costs on the four files of the example parcel, from start to end.
struct PreflightCost {
    private static let runCount = 9

    /// The command, built for release.
    let argosy: String

    func figures() throws -> [Figure] {
        let readings = try (0..<Self.runCount).map { _ in try seconds() }.sorted()
        return [
            Figure(
                name: "preflight", value: readings[readings.count / 2] * 1e3, unit: "ms",
                note: "processor time of the whole command; the slowest of \(readings.count) "
                    + String(format: "%.1f", (readings.last ?? 0) * 1e3))
        ]
    }

    /// Processor time of one run.
    private func seconds() throws -> Double {
        let parcel = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("../../../Parcel").standardized.path
        let process = Process()
        process.executableURL = URL(fileURLWithPath: argosy)
        process.arguments =
            ["preflight"]
            + ["order", "payment", "waybill", "list"].flatMap {
                ["--\($0)", "\(parcel)/\($0).xml"]
            }
        process.standardOutput = FileHandle.nullDevice
        let before = Self.childSeconds
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw BenchError("argosy preflight ended with \(process.terminationStatus)")
        }
        return Self.childSeconds - before
    }

    /// Processor time of all children that have ended.
    private static var childSeconds: Double {
        var usage = rusage()
        getrusage(RUSAGE_CHILDREN.rawValue, &usage)
        func seconds(_ time: timeval) -> Double {
            Double(time.tv_sec) + Double(time.tv_usec) / 1e6
        }
        return seconds(usage.ru_utime) + seconds(usage.ru_stime)
    }
}
