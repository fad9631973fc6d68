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
        machine: Report.processor, cores: ProcessInfo.processInfo.activeProcessorCount,
        quick: options.isQuick, loadBefore: Report.load)
    func add(_ figures: [Figure]) {
        for figure in figures { report.figures.append(thresholds.judge(figure)) }
    }
    func say(_ what: String) {
        FileHandle.standardError.write(Data("measuring \(what) (load \(Report.load))\n".utf8))
    }
    say("libsodium")
    let raw = await RawVerify(options.isQuick ? 6_000 : 30_000)
    add(raw.figures)
    if options.wants("tree") {
        say("state tree")
        add(TreeUpdates(leafCount: options.isQuick ? 200_000 : 1_000_000).figures())
    }
    if options.wants("chain") {
        say("a recorded chain")
        let chain = try RecordedChain(
            senders: 4_096, holders: options.isQuick ? 20_000 : 96_000,
            blocks: options.isQuick ? 4 : 12, perBlock: 5_000)
        add(try await AdmissionRate(chain).figures(raw))
        add(try await Replay(chain).figures(raw))
    }
    if options.wants("light") {
        say("light node")
        add(try LightNodes().figures())
    }
    if options.wants("transport") {
        say("transport")
        add(
            try await LoopbackTransport(byteCount: options.isQuick ? 64 << 20 : 512 << 20).figures()
        )
    }
    if options.wants("network") {
        say("four validators")
        let seconds = options.isQuick ? 10 : 30
        add(try await FourValidators(options.argosy, seconds: seconds).figures(raw))
    }
    report.loadAfter = Report.load
    report.printTable()
    if options.isJSON {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        print(String(decoding: try encoder.encode(report), as: UTF8.self))
    }
}

do {
    try await run(try Options(Array(CommandLine.arguments.dropFirst())))
} catch {
    FileHandle.standardError.write(Data("bench: \(error)\n".utf8))
    exit(1)
}
