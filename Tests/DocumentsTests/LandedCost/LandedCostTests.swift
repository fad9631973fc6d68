import Documents
import Testing
import Trade

@Suite("Landed cost")
struct LandedCostTests {
    static func figure(_ text: String) throws -> Figure {
        try #require(Figure(Array(text.utf8)), "\(text)")
    }

    static func day(_ text: String) throws -> CalendarDay { try #require(CalendarDay(text)) }

    static func line(
        _ price: String, _ quantity: String = "1", _ subheading: String = "330300",
        tax: String = "0.2", duty: String = "0", excise: String = "0"
    ) throws -> LandedCost.Line {
        LandedCost.Line(
            price: try figure(price), quantity: try figure(quantity), subheading: subheading,
            rates: .init(
                duty: try figure(duty), tax: try figure(tax), excise: try figure(excise)))
    }

    static func cost(
        _ lines: [LandedCost.Line], _ jurisdiction: String, _ day: String, freight: String = "0"
    ) throws -> LandedCost {
        try LandedCost(
            Shipment(lines: lines, freight: figure(freight)), to: jurisdiction,
            on: Self.day(day), rules: .known)
    }

    @Test("The United Kingdom charges tax only up to 135, and duty on goods and freight above it")
    func unitedKingdom() throws {
        let relieved = try Self.cost([Self.line("135", duty: "0.1")], "GB", "2026-11-23")
        #expect(relieved.duty.text == "0.00")
        #expect(relieved.tax.text == "27.00")
        let charged = try Self.cost(
            [Self.line("136", duty: "0.1")], "GB", "2026-11-23", freight: "14")
        #expect(charged.duty.text == "15.00")
        #expect(charged.tax.text == "33.00")
        #expect(charged.landed.text == "198.00")
    }

    @Test(
        "The United States take duty without freight; a day without a rule is refused, not guessed")
    func unitedStates() throws {
        let goods = [try Self.line("100", tax: "0", duty: "0.05")]
        let cost = try Self.cost(goods, "US", "2026-03-01", freight: "40")
        #expect(cost.duty.text == "15.00")
        #expect(cost.landed.text == "155.00")
        let day = try Self.day("2026-07-25")
        #expect(throws: LandedCost.Fault.noRule(jurisdiction: "US", day: day)) {
            try Self.cost(goods, "US", "2026-07-25")
        }
    }

    @Test("The European rule changes on its day; the flat duty counts different subheadings once")
    func europe() throws {
        let goods = [
            try Self.line("10", "2", "620610"), try Self.line("10", "1", "620620"),
            try Self.line("5", "1", "620610"),
        ]
        #expect(try Self.cost(goods, "EU", "2026-06-30").duty.text == "0.00")
        #expect(try Self.cost(goods, "EU", "2026-07-01").duty.text == "6.00")
        let dear = [try Self.line("150.01", duty: "0.04")]
        #expect(try Self.cost(dear, "EU", "2026-07-01").duty.text == "6.00")
    }

    @Test(
        "Older rules hold on their days: reliefs of tax, lower limits, the first and the last day")
    func olderRules() throws {
        func tax(_ price: String, _ to: String, _ day: String) throws -> [String] {
            let goods = [try Self.line(price, tax: "0.2", duty: "0.1")]
            let cost = try Self.cost(goods, to, day)
            return [cost.duty.text, cost.tax.text]
        }
        #expect(try tax("22", "EU", "2010-12-01") == ["0.00", "0.00"])
        #expect(try tax("22.01", "EU", "2021-06-30") == ["0.00", "4.40"])
        #expect(try tax("22", "EU", "2021-07-01") == ["0.00", "4.40"])
        #expect(try tax("150.01", "EU", "2010-12-01") == ["15.00", "33.00"])
        #expect(try tax("15", "GB", "2012-01-01") == ["0.00", "0.00"])
        #expect(try tax("15.01", "GB", "2020-12-31") == ["0.00", "3.00"])
        #expect(try tax("15", "GB", "2021-01-01") == ["0.00", "3.00"])
        #expect(try tax("200", "US", "2016-03-09") == ["0.00", "40.00"])
        #expect(try tax("200.01", "US", "2016-03-09") == ["20.00", "44.00"])
        #expect(try tax("800", "US", "2016-03-10") == ["0.00", "160.00"])
        for (place, text) in [
            ("EU", "2009-12-31"), ("GB", "2011-12-31"), ("US", "2025-05-02"), ("CN", "2016-04-07"),
        ] {
            let day = try Self.day(text)
            #expect(throws: LandedCost.Fault.noRule(jurisdiction: place, day: day)) {
                try tax("1", place, text)
            }
        }
        let goods = [try Self.line("1000.01", "2", tax: "0.13")]
        #expect(throws: LandedCost.Fault.overSingleLimit(limit: Figure(2_000))) {
            try Self.cost(goods, "CN", "2018-12-31")
        }
        #expect(try Self.cost(goods, "CN", "2019-01-01").tax.text == "182.00")
    }

    @Test("General trade in China pays statutory duty and tax on everything, from its first day on")
    func generalTrade() throws {
        let goods = [try Self.line("3000", "2", tax: "0.13", duty: "0.07")]
        let cost = try Self.cost(goods, "CN-GENERAL", "2026-11-23", freight: "100")
        #expect(cost.duty.text == "427.00")
        #expect(cost.tax.text == "848.51")
        let day = try Self.day("2019-03-31")
        #expect(throws: LandedCost.Fault.noRule(jurisdiction: "CN-GENERAL", day: day)) {
            try Self.cost(goods, "CN-GENERAL", "2019-03-31")
        }
    }

    @Test("Freight lies on lines by value, and each line is rounded half up once")
    func rounding() throws {
        let goods = [try Self.line("1", tax: "0.005"), try Self.line("3", tax: "0.005")]
        let cost = try Self.cost(goods, "EU", "2026-06-30", freight: "4")
        #expect(cost.charges.map(\.customsValue.text) == ["2.00", "6.00"])
        #expect(cost.charges.map(\.tax.text) == ["0.01", "0.03"])
    }

    @Test("China refuses what does not pass as retail import")
    func china() throws {
        let goods = [try Self.line("2600", "2")]
        let limit = Figure(5_000)
        #expect(throws: LandedCost.Fault.overSingleLimit(limit: limit)) {
            try Self.cost(goods, "CN", "2026-11-23")
        }
        #expect(throws: LandedCost.Fault.generalTrade(limit: Figure(26_000))) {
            try Self.cost([Self.line("26000.01")], "CN", "2026-11-23")
        }
    }

    @Test("Rates and values that make no sense are refused")
    func nonsense() throws {
        #expect(throws: LandedCost.Fault.badRate) {
            try Self.cost([Self.line("1", excise: "1")], "CN", "2026-11-23")
        }
        #expect(throws: LandedCost.Fault.badRate) {
            try Self.cost([Self.line("1", duty: "-0.1")], "CN", "2026-11-23")
        }
        #expect(throws: LandedCost.Fault.noGoods) { try Self.cost([], "CN", "2026-11-23") }
        let huge = String(repeating: "9", count: 27)
        #expect(throws: LandedCost.Fault.overflow) {
            try Self.cost([Self.line(huge, huge)], "EU", "2026-11-23")
        }
    }

    @Test("Rules are written to JSON and read back; other JSON is none")
    func json() throws {
        let text = """
            [{"jurisdiction":"US","name":"X","validFrom":"2026-07-25","currency":"USD","source":"me",
            "method":{"consignment":{"_0":{"basis":"fob","surcharge":"0.2"}}}}]
            """
        let rules = try #require(TaxRules(json: Array(text.utf8)))
        let cost = try LandedCost(
            Shipment(lines: [Self.line("100", tax: "0")]), to: "US", on: Self.day("2027-01-01"),
            rules: rules)
        #expect(cost.duty.text == "20.00")
        #expect(TaxRules(json: Array("{}".utf8)) == nil)
        #expect(TaxRules(json: Array(text.replacing("\"0.2\"", with: "0.2").utf8)) == nil)
        #expect(TaxRules(json: [UInt8](repeating: 0x20, count: TaxRules.byteLimit + 1)) == nil)
    }

    @Test("Fractions round halves away from zero")
    func halves() {
        let cases: [(Int128, Int128, Int128)] = [
            (5, 1_000, 1), (4, 1_000, 0), (-5, 1_000, -1), (15, 1_000, 2), (1, 3, 33), (2, 3, 67),
        ]
        for (top, bottom, expected) in cases {
            #expect(Ratio(top, over: bottom)?.rounded(decimals: 2) == expected)
        }
        #expect(Ratio(1, over: 0) == nil)
        #expect(Ratio(2, over: -4) == Ratio(-1, over: 2))
    }
}

@Suite("Landed cost against the vectors", .needsCustomsData)
struct LandedCostVectorTests {
    struct Retail: Decodable {
        let rule: String
        let inp: [String: String]
        let out: [String: String]
    }
    struct Limit: Decodable {
        let orderValue: String
        let pieces: Int
        let usedThisYear: String
        let decision: String
    }
    struct Europe: Decodable {
        struct Input: Decodable {
            let lines: [[String]]
            let shipping: String
            let vat: String
            let date: String
        }
        let inp: Input
        let out: [String: String]
    }
    struct Vectors: Decodable {
        let cbec: [Retail]
        let limits: [Limit]
        let eu: [Europe]
    }

    static func vectors() throws -> Vectors {
        try CustomsData.json("vectors/tax.json", as: Vectors.self)
    }

    static func china() throws -> TaxRecord.RetailImport {
        let day = try LandedCostTests.day("2026-11-23")
        guard case .retailImport(let retail) = TaxRules.known.record(of: "CN", on: day)?.method
        else {
            throw LandedCost.Fault.noRule(jurisdiction: "CN", day: day)
        }
        return retail
    }

    @Test("China's taxes are those of every vector")
    func retail() throws {
        let vectors = try Self.vectors().cbec
        #expect(vectors.count >= 12)
        for vector in vectors {
            func number(_ name: String) throws -> Figure {
                try LandedCostTests.figure(vector.inp[name] ?? "0")
            }
            let line = LandedCost.Line(
                price: try number("price"), quantity: Figure(1), subheading: "330300",
                rates: .init(
                    duty: try number("duty"), tax: try number("vat"), excise: try number("ct")))
            let cost = try LandedCost(
                Shipment(
                    lines: [line], freight: number("freight"), insurance: number("insurance")),
                to: "CN", on: LandedCostTests.day("2026-11-23"), rules: .known)
            let what = Comment(rawValue: "\(vector.rule) \(vector.inp)")
            #expect(cost.charges[0].customsValue.text == vector.out["customsValue"], what)
            #expect(cost.duty.text == vector.out["tariff"], what)
            #expect(cost.excise.text == vector.out["consumptionTax"], what)
            #expect(cost.tax.text == vector.out["vat"], what)
            #expect(cost.taxes.text == vector.out["total"], what)
            guard let percent = vector.out["compositeRatePct"] else { continue }
            let rate = try Self.china().compositeRate(line.rates)?.rounded(decimals: 6)
            #expect(rate == (try LandedCostTests.figure(percent).units) / 1_000_000, what)
        }
    }

    @Test("An order enters China as every vector of the limits says")
    func limits() throws {
        let vectors = try Self.vectors().limits
        #expect(vectors.count >= 8)
        for vector in vectors {
            let decision = try Self.china().decision(
                value: Ratio(LandedCostTests.figure(vector.orderValue)),
                pieces: Ratio(Figure(vector.pieces)),
                used: LandedCostTests.figure(vector.usedThisYear))
            #expect(decision?.rawValue == vector.decision, "\(vector)")
        }
    }

    @Test("Europe's duty and tax are those of every vector")
    func europe() throws {
        let vectors = try Self.vectors().eu
        #expect(vectors.count >= 3)
        for vector in vectors {
            let lines = try vector.inp.lines.map {
                try LandedCostTests.line($0[0], $0[1], $0[2], tax: vector.inp.vat)
            }
            let cost = try LandedCost(
                Shipment(lines: lines, freight: LandedCostTests.figure(vector.inp.shipping)),
                to: "EU", on: LandedCostTests.day(vector.inp.date), rules: .known)
            #expect(cost.duty.text == vector.out["duty"])
            #expect(cost.tax.text == vector.out["vat"])
        }
    }
}
