import Foundation

/// One measured number, and how it stands to its limit and its target.
struct Figure: Encodable {
    let name: String
    let value: Double
    let unit: String
    /// What the value is compared with, measured in the same run.
    var limitName: String?
    /// Value divided by limit, by the clock.
    var ratio: Double?
    /// The same by processor time, which does not depend on what else runs on the cores.
    var coreRatio: Double?
    /// Which number has to reach the target.
    var target: Double?
    var isReached: Bool?
    var note: String?

    /// The number that the target is about: of a figure with a limit the lower ratio, since a load
    /// that changed between the two measurements moves the one by the clock either way.
    var judged: Double {
        guard let ratio else { return value }
        return min(ratio, coreRatio ?? ratio)
    }
}

/// The targets, as `Thresholds` states them: `name min|max number`, one a line.
struct Thresholds {
    private var bounds: [String: (isMinimum: Bool, number: Double)] = [:]

    init(_ path: String) throws {
        let text = try String(contentsOfFile: path, encoding: .utf8)
        for line in text.split(separator: "\n") where !line.hasPrefix("#") {
            let parts = line.split(separator: " ", omittingEmptySubsequences: true)
            guard parts.count >= 3, let number = Double(parts[2]),
                parts[1] == "min" || parts[1] == "max"
            else { throw BenchError("\(path): `\(line)` is no threshold") }
            bounds[String(parts[0])] = (parts[1] == "min", number)
        }
    }

    func judge(_ figure: Figure) -> Figure {
        guard let bound = bounds[figure.name] else { return figure }
        var judged = figure
        judged.target = bound.number
        judged.isReached =
            bound.isMinimum ? figure.judged >= bound.number : figure.judged <= bound.number
        return judged
    }
}

/// Why a measurement could not be made.
struct BenchError: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}

/// Everything of one run.
struct Report: Encodable {
    let host: String
    let system: String
    let machine: String
    let cores: Int
    let quick: Bool
    let loadBefore: String
    var loadAfter = ""
    var figures: [Figure] = []
    /// Parts that could not be measured, and why.
    var failures: [String] = []

    static var load: String {
        let text = (try? String(contentsOfFile: "/proc/loadavg", encoding: .utf8)) ?? "unknown"
        return text.split(separator: " ").prefix(3).joined(separator: " ")
    }

    static var processor: String {
        let text = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? ""
        let line = text.split(separator: "\n").first { $0.hasPrefix("model name") }
        return line?.split(separator: ":").last.map { String($0.dropFirst()) } ?? "unknown"
    }

    func printTable() {
        print("machine: \(host), \(machine), \(cores) cores, \(system)")
        print("load: \(loadBefore) before, \(loadAfter) after")
        func row(_ cells: [String]) {
            let widths = [42, 12, 8, 8, 8, 8, 6]
            let padded = zip(cells, widths).enumerated().map { place, pair in
                let space = String(repeating: " ", count: max(0, pair.1 - pair.0.count))
                return place == 0 ? pair.0 + space : space + pair.0
            }
            print(padded.joined(separator: "  ") + "  " + (cells.count > 7 ? cells[7] : ""))
        }
        row(["figure", "value", "unit", "ratio", "by cpu", "target", "", ""])
        for figure in figures {
            let verdict = figure.isReached.map { $0 ? "ok" : "MISS" } ?? ""
            let against = [figure.limitName.map { "of \($0)" }, figure.note].compactMap { $0 }
            row([
                figure.name, Self.short(figure.value), figure.unit, Self.short(figure.ratio),
                Self.short(figure.coreRatio), Self.short(figure.target), verdict,
                against.joined(separator: "; "),
            ])
        }
    }

    private static func short(_ number: Double?) -> String {
        guard let number else { return "" }
        return number >= 1_000 ? String(format: "%.0f", number) : String(format: "%.2f", number)
    }
}
