import ArgumentParser
import Documents
import Foundation
import Trade

/// Tax rules to use instead of those built in.
struct TaxRulesOption: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "A JSON list of tax rules to use instead of those built in.", valueName: "file"))
    var rules: String?

    func read() throws -> TaxRules {
        guard let rules else { return .known }
        guard let read = TaxRules(json: try CustomsFile.bytes(rules)) else {
            throw CommandError("\(rules) is no list of tax rules.")
        }
        return read
    }
}

extension CalendarDay {
    /// Reads a day of a command line.
    init(_ text: String, of option: String) throws {
        guard let day = CalendarDay(text) else {
            throw CommandError("\(option) must be a day such as 2026-07-01.")
        }
        self = day
    }
}

/// What a parcel costs with every tax: `argosy landed-cost`.
struct LandedCostCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "landed-cost",
        abstract: "Compute what a parcel costs where it goes, with duty, excise and tax.",
        discussion: """
            Works offline. The rule is the one of that day; a day without a rule is refused, not \
            guessed. Rates are those of the goods, as parts of one:
              argosy landed-cost --to EU --day 2026-07-15 --freight 8.00 \
            --line 2x30.00:620520:0.12:0.20
            For China the limits of a buyer count, and --used what he has used of his year.
            """)

    @Option(
        help: "Where the parcel goes: CN, CN-GENERAL, EU, GB or US, or as the file of rules has it."
    )
    var to: String

    @Option(help: "The day of import, YYYY-MM-DD.")
    var day: String

    @Option(
        help: ArgumentHelp(
            "Units, price of one, subheading, duty, tax, and excise if there is any, such as "
                + "2x30.00:620520:0.12:0.20; may be given again.",
            valueName: "line"))
    var line: [String]

    @Option(help: "Freight of the whole parcel.")
    var freight = "0"

    @Option(help: "Insurance of the whole parcel.")
    var insurance = "0"

    @Option(help: "For China: yuan that the buyer has used of this year's limit.")
    var used = "0"

    @OptionGroup var rules: TaxRulesOption
    @OptionGroup var output: OutputOptions

    func run() throws {
        let day = try CalendarDay(day, of: "--day")
        let shipment = Shipment(
            lines: try line.map(Self.line), freight: try Self.amount(freight, "--freight"),
            insurance: try Self.amount(insurance, "--insurance"))
        let used = try Self.amount(used, "--used")
        let rules = try rules.read()
        let to = rules.records.contains { $0.jurisdiction == self.to } ? to : to.uppercased()
        let cost: LandedCost
        do throws(LandedCost.Fault) {
            cost = try LandedCost(shipment, to: to, on: day, rules: rules, used: used)
        } catch { throw Self.refusal(error, rules) }
        guard let record = rules.record(of: to, on: day) else {
            throw CommandError("There is no rule for \(to) on \(day).")
        }
        try output.show(LandedCostAnswer(cost, record))
    }

    private static func amount(_ text: String, _ option: String) throws -> Figure {
        guard let figure = Figure(Array(text.utf8)), figure >= .zero else {
            throw CommandError("\(option) must be an amount such as 12.50.")
        }
        return figure
    }

    /// Above this a rate is a slip of the pen: the highest tariffs are a few times the goods.
    private static let rateLimit = 10

    /// A part of one, `0.12`, or so many hundredths, `12%`.
    private static func rate(_ text: String) -> Figure? {
        guard text.hasSuffix("%") else { return Figure(Array(text.utf8)) }
        return Figure(Array(text.dropLast().utf8))?.times(Figure(units: 100_000_000))
    }

    private static func line(_ text: String) throws -> LandedCost.Line {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        let goods = parts[0].split(separator: "x", omittingEmptySubsequences: false)
        let rates = parts.dropFirst(2).compactMap(Self.rate)
        guard (4...5).contains(parts.count), rates.count == parts.count - 2, goods.count == 2,
            let quantity = Figure(Array(goods[0].utf8)), quantity > .zero,
            let price = Figure(Array(goods[1].utf8)), price >= .zero,
            parts[1].utf8.count == 6, parts[1].utf8.allSatisfy({ (0x30...0x39).contains($0) })
        else {
            throw CommandError(
                "`\(text.prefix(80))` is no line of goods.",
                advice: "Write it like 2x30.00:620520:0.12:0.20, with duty and tax as parts of one "
                    + "or with a percent sign."
            )
        }
        if let high = rates.first(where: { $0 > Figure(Self.rateLimit) }) {
            throw CommandError(
                "A rate of \(String(decoding: high.canonical, as: UTF8.self)) is more than "
                    + "\(Self.rateLimit) times the goods.",
                advice: "Rates are parts of one: 12 percent are 0.12, or 12%.")
        }
        return LandedCost.Line(
            price: price, quantity: quantity, subheading: parts[1],
            rates: LandedCost.Rates(
                duty: rates[0], tax: rates[1], excise: rates.count > 2 ? rates[2] : .zero))
    }

    private static func refusal(_ fault: LandedCost.Fault, _ rules: TaxRules) -> CommandError {
        func text(_ figure: Figure) -> String { String(decoding: figure.canonical, as: UTF8.self) }
        switch fault {
        case .noRule(let jurisdiction, let day):
            let own = rules.records.filter { $0.jurisdiction == jurisdiction }
                .sorted { $0.validFrom < $1.validFrom }
                .map { "\($0.validFrom) to \($0.validTo.map { "\($0)" } ?? "today")" }
            let known = Set(rules.records.map(\.jurisdiction)).sorted().joined(separator: ", ")
            let days = own.isEmpty ? "" : "Its rules are of \(own.joined(separator: ", ")).\n"
            return CommandError(
                "There is no rule for \(jurisdiction.prefix(20)) on \(day).",
                advice: "\(days)Known are \(known), each for its days; give others with --rules.")
        case .overflow: return CommandError("The amounts are too large to be computed.")
        case .badRate:
            return CommandError("A rate is below zero, or an excise is one or more.")
        case .overSingleLimit(let limit):
            return CommandError(
                "More than \(text(limit)) yuan in one order of several pieces is no retail import.",
                advice: "Split the order, or import the goods by general trade: --to CN-GENERAL.")
        case .generalTrade(let limit):
            return CommandError(
                "The buyer's year is over its limit of \(text(limit)) yuan.",
                advice: "The goods enter by general trade: --to CN-GENERAL.")
        case .noGoods:
            return CommandError("A parcel has 1 to \(MatchLine.limit) lines of goods.")
        }
    }
}

struct LandedCostAnswer: Answer {
    struct Line: Encodable {
        let customsValue: String
        let duty: String
        let excise: String
        let tax: String
    }

    /// The rule, the currency of all amounts, and where the rule is written.
    let rule: String
    let currency: String
    let source: String
    /// Who takes it, where the rule says so.
    let collector: String?
    let lines: [Line]
    /// Charged once for each subheading.
    let flat: String
    let goods: String
    let duty: String
    let excise: String
    let tax: String
    let landed: String

    init(_ cost: LandedCost, _ record: TaxRecord) {
        rule = record.name
        currency = record.currency
        source = record.source
        collector = record.collector
        lines = cost.charges.map {
            Line(
                customsValue: $0.customsValue.text, duty: $0.duty.text, excise: $0.excise.text,
                tax: $0.tax.text)
        }
        flat = cost.flat.text
        goods = cost.goods.text
        duty = cost.duty.text
        excise = cost.excise.text
        tax = cost.tax.text
        landed = cost.landed.text
    }

    var text: String {
        var table = Table()
        table.add("LINE", "VALUE", "DUTY", "EXCISE", "TAX")
        for (index, line) in lines.enumerated() {
            table.add(String(index + 1), line.customsValue, line.duty, line.excise, line.tax)
        }
        var sums = Table()
        sums.add("goods, freight, insurance", "\(goods) \(currency)")
        sums.add("duty", flat == "0.00" ? duty : "\(duty), \(flat) of it by subheading")
        sums.add("excise", excise)
        sums.add("tax", tax)
        sums.add("landed", "\(landed) \(currency)")
        let who = collector.map { "\nWho takes it: \($0)." } ?? ""
        return "\(table.text)\n\n\(sums.text)\n\nBy \(rule): \(source).\(who)"
    }
}
