import Foundation
import Primitives

/// What the command line asks for.
struct Options {
    var isQuick = false
    var isJSON = false
    var only: Set<String> = []
    var argosy = ""
    var thresholds = ""

    init(_ arguments: [String]) throws {
        var rest = arguments[...]
        while let argument = rest.popFirst() {
            switch argument {
            case "--quick": isQuick = true
            case "--json": isJSON = true
            case "--only":
                only = Set((rest.popFirst() ?? "").split(separator: ",").map(String.init))
            case "--argosy": argosy = rest.popFirst() ?? ""
            case "--thresholds": thresholds = rest.popFirst() ?? ""
            default: throw BenchError("unknown option \(argument)")
            }
        }
    }

    func wants(_ part: String) -> Bool { only.isEmpty || only.contains(part) }
}

func run(_ options: Options) async throws {
    let thresholds = try Thresholds(options.thresholds)
    var report = Report(
        host: ProcessInfo.processInfo.hostName,
        system: ProcessInfo.processInfo.operatingSystemVersionString,
        machine: Report.processor, cores: ProcessInfo.processInfo.activeProcessorCount,
        quick: options.isQuick, loadBefore: Report.load)
    func part(_ name: String, _ what: String, _ measure: () async throws -> [Figure]) async {
        guard options.wants(name) else { return }
        let line = "measuring \(what) (load \(Report.load))\n"
        FileHandle.standardError.write(Data(line.utf8))
        do {
            for figure in try await measure() {
                report.figures.append(thresholds.judge(figure))
            }
        } catch { report.failures.append("\(what): \(error)") }
    }
    let raw = await RawVerify(options.isQuick ? 6_000 : 30_000)
    for figure in raw.figures { report.figures.append(thresholds.judge(figure)) }
    await part("tree", "the state tree") {
        TreeUpdates(leafCount: options.isQuick ? 200_000 : 1_000_000).figures()
    }
    await part("chain", "a recorded chain") {
        let chain = try RecordedChain(
            senders: 4_096, holders: options.isQuick ? 20_000 : 96_000,
            blocks: options.isQuick ? 4 : 12, perBlock: 5_000)
        return try await AdmissionRate(chain).figures(raw)
            + Replay(chain).figures(raw)
    }
    await part("trade", "a locked trade") {
        try await TradeCost(options.isQuick ? 100 : 400).figures(raw)
    }
    await part("trace", "the history of an item") { try TraceProof().figures() }
    await part("preflight", "the pre-flight") {
        try PreflightCost(argosy: options.argosy).figures()
    }
    await part("simulated", "finality in the simulator") { try SimulatedFinality().figures() }
    await part("light", "a light node") { try LightNodes().figures() }
    await part("transport", "the connection layer") {
        try await LoopbackTransport(byteCount: options.isQuick ? 64 << 20 : 512 << 20).figures()
    }
    await part("gossip", "gossip") {
        try await GossipFigures(isQuick: options.isQuick).figures(raw)
    }
    await part("network", "four validators") {
        let seconds = options.isQuick ? 10 : 30
        return try await FourValidators(options.argosy, seconds: seconds).figures(raw)
    }
    report.loadAfter = Report.load
    report.printTable()
    if options.isJSON {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        print(String(decoding: try encoder.encode(report), as: UTF8.self))
    }
    guard report.failures.isEmpty else {
        throw BenchError("not measured: \(report.failures.joined(separator: "; "))")
    }
}

do {
    try await run(try Options(Array(CommandLine.arguments.dropFirst())))
} catch {
    FileHandle.standardError.write(Data("bench: \(error)\n".utf8))
    exit(1)
}
