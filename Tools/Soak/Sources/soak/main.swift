import Foundation
import Primitives
import Simulation

func show(_ report: some Encodable, _ text: String, _ options: Options) throws {
    print(text)
    guard options.isJSON else { return }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    print(String(decoding: try encoder.encode(report), as: UTF8.self))
}

func list(_ complaints: [String]) -> String {
    complaints.isEmpty ? "nothing to complain about" : complaints.joined(separator: "\n")
}

/// - Returns: Whether everything held.
func run(_ options: Options) async throws -> Bool {
    switch options.job {
    case .kill(let seconds):
        let report = try await KillLoop.run(options, seconds: seconds)
        try show(
            report,
            """
            kill -9: \(report.kills) deaths in \(report.seconds) s, \(report.allAtOnce) times all \
            four at once; height \(report.height), \(report.payments) payments, \(report.votes) \
            votes compared, \(report.loggedVotes) of them in the logs of two nodes; slowest restart \(report.slowestRestartMilliseconds) ms
            \(list(report.complaints))
            """, options)
        return report.complaints.isEmpty
    case .images(let count):
        let report = try await CrashImages.run(options, count: count)
        try show(
            report,
            """
            crash images: \(report.images) of \(report.writes) writes and \(report.syncs) syncs, \
            \(report.ahead) ahead of what was acknowledged; up to \(report.votes) votes and \
            \(report.finalBlocks) final blocks held; \(report.shownHeights) heights compared with \
            the disk of their moment, \(report.sentVotes) votes that others had with that of their \
            own node
            \(list(report.complaints))
            """, options)
        return report.complaints.isEmpty
    case .network(let seconds):
        let report = try await NetworkFaults.run(options, seconds: seconds)
        try show(report, report.text, options)
        return report.complaints.isEmpty
    case .disk:
        let report = try await FullDisk.run(options)
        try show(report, report.text, options)
        return report.complaints.isEmpty
    case .seeds(let seeds):
        let report = await Seeds.run(options, seeds)
        try show(report, report.text, options)
        return report.seeds.isClean && report.mutations?.isClean ?? true
    case .histories(let seeds):
        for seed in seeds {
            var campaign = Campaign(seed: seed)
            let report = campaign.run()
            print("seed \(seed): \(report.history) after \(report.eventCount) events")
        }
        return true
    case .catchUp(let blocks):
        let measurement = Measurement.catchUp(blocks: UInt64(blocks))
        try show(measurement, "\(measurement)", options)
        return measurement.violations.isEmpty
    case .speed:
        let speeds = Speed.measure()
        try show(speeds, speeds.map(\.text).joined(separator: "\n"), options)
        return true
    }
}

extension Seeds.Report {
    var text: String {
        var lines = ["\(seeds)"]
        lines.append(
            "wall time            \(Int(wallSeconds)) s,"
                + " \(Int(viewsPerSecondAndCore)) views a second and core"
        )
        lines += speeds.map(\.text)
        if let mutations, let killed = mutations.killed, let count = mutations.mutations {
            let survivors = (mutations.survived ?? []).map { "\n  MISSED \($0)" }.joined()
            let unsound = mutations.sound ?? true ? "" : "\n  FALSE ALARM without a mistake"
            lines.append(
                "mutations            \(killed) of \(count) found at"
                    + " \(mutations.commit ?? "an unknown commit")\(survivors)\(unsound)")
        }
        return lines.joined(separator: "\n")
    }
}

do {
    let options = try Options(Array(CommandLine.arguments.dropFirst()))
    exit(try await run(options) ? 0 : 1)
} catch let skipped as Skipped {
    print("skipped: \(skipped.reason)")
    exit(3)
} catch {
    FileHandle.standardError.write(Data("soak: \(error)\n".utf8))
    exit(1)
}
