import ArgumentParser
import Documents
import Foundation
import Trade

/// `argosy preflight`: compares four customs messages before anyone declares.
struct PreflightCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "preflight",
        abstract: "Compare order, payment, waybill and list before they are declared.",
        discussion: """
            Works offline and needs no account. Ends with 0 when nothing is wrong, and with 1 when a \
            rule fails or a field is at fault.
            """)

    @Option(help: ArgumentHelp("The order, customs message 311.", valueName: "file"))
    var order: String

    @Option(help: ArgumentHelp("The payment, message 411.", valueName: "file"))
    var payment: String

    @Option(help: ArgumentHelp("The waybill, message 511.", valueName: "file"))
    var waybill: String

    @Option(help: ArgumentHelp("The list that is declared, message 621.", valueName: "file"))
    var list: String

    @Option(help: "Yuan that the buyer has used of this year's limit.")
    var used = "0"

    @Option(help: "The day whose limits count, YYYY-MM-DD; otherwise that of the order.")
    var day: String?

    @Flag(help: "The goods enter by general trade: no limit of retail import counts.")
    var general = false

    @OptionGroup var rules: TaxRulesOption

    @OptionGroup var output: OutputOptions

    func run() throws {
        guard let used = Figure(Array(used.utf8)), used >= .zero else {
            throw CommandError("--used must be an amount such as 1200.50.")
        }
        let day = try day.map { try CalendarDay($0, of: "--day") }
        let input = Preflight.Input(
            order: try read(order, .order), payment: try read(payment, .payment),
            waybill: try read(waybill, .waybill), list: try read(list, .list))
        let report = Preflight(
            rules: try rules.read(), used: used, day: day, isGeneral: general
        ).report(on: input)
        try output.show(PreflightAnswer(report))
        if !report.isClean { throw ExitCode.failure }
    }

    private func read(
        _ path: String, _ kind: MatchDocumentKind
    ) throws -> CustomsReader.Reading {
        try CustomsFile.message(path, kind.message, kind.title.lowercased()).reading
    }
}

/// What the pre-flight says.
struct PreflightAnswer: Answer {
    struct Side: Encodable {
        let origin: String
        let field: String
        let value: String?
    }

    struct Finding: Encodable {
        let order: String
        let rule: String
        let sides: [Side]
        let advice: String
    }

    struct Fault: Encodable {
        let document: String
        let path: String
        let line: Int
        let rule: String
        let message: String
    }

    /// Faults of fields that a person is shown.
    static let faultLimit = 40

    /// Names of the rules that failed, as in the specification of `Trade`.
    let failed: [String]
    let findings: [Finding]
    let faults: [Fault]
    let notices: [String]
    let parcels: Int

    init(_ report: PreflightReport) {
        failed = report.failed.map(\.name)
        findings = report.parcels.flatMap { parcel in
            parcel.findings.map { finding in
                Finding(
                    order: parcel.order, rule: finding.rule.name,
                    sides: finding.sides.map {
                        Side(origin: $0.origin, field: $0.field, value: $0.value)
                    }, advice: finding.advice)
            }
        }
        faults = report.faults.map {
            Fault(
                document: $0.document.title.lowercased(), path: $0.fault.path, line: $0.fault.line,
                rule: $0.fault.flaw.name, message: $0.fault.description)
        }
        notices = report.notices + report.parcels.flatMap(\.notices)
        parcels = report.parcels.count
    }

    var text: String {
        var lines: [String] = []
        for finding in findings {
            lines.append("\(finding.rule)  order \(Self.printable(finding.order))")
            var table = Table()
            for side in finding.sides {
                let value = side.value.map { "`\(Self.printable($0))`" } ?? "nothing"
                table.add("   ", side.origin, side.field, value)
            }
            lines += [table.text, "    \(finding.advice)", ""]
        }
        if !faults.isEmpty {
            lines.append("Fields at fault:")
            lines += faults.prefix(Self.faultLimit).map {
                "    \($0.document): \(Self.printable($0.message))"
            }
            if faults.count > Self.faultLimit {
                lines.append(
                    "    and \(faults.count - Self.faultLimit) more; --json lists them all.")
            }
            lines.append("")
        }
        lines += notices.map { "Note: \(Self.printable($0))" }
        if !notices.isEmpty { lines.append("") }
        lines.append(verdict)
        return lines.joined(separator: "\n")
    }

    private var verdict: String {
        let what = parcels == 1 ? "1 parcel" : "\(parcels) parcels"
        if failed.isEmpty, faults.isEmpty { return "\(what): the documents match." }
        let rules = failed.count == 1 ? "1 rule fails" : "\(failed.count) rules fail"
        let fields =
            faults.count == 1 ? "1 field is at fault" : "\(faults.count) fields are at fault"
        return "\(what): \(rules), \(fields)."
    }

    /// Without characters that would move a terminal's cursor, or hide in a text.
    static func printable(_ text: String) -> String {
        var shown = ""
        for scalar in text.unicodeScalars {
            switch scalar.properties.generalCategory {
            case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator,
                .paragraphSeparator:
                shown += "\\u{\(String(scalar.value, radix: 16))}"
            default: shown.unicodeScalars.append(scalar)
            }
        }
        return shown
    }
}
