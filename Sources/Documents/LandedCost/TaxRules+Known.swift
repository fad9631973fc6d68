import Trade

extension TaxRules {
    /// What was confirmed on 2026-11-23.
    ///
    /// A day or a country that is not here is not guessed: give a file of
    /// rules instead.
    public static let known = TaxRules(china + europe + kingdom + states)

    private static let china = [
        TaxRecord(
            jurisdiction: "CN", name: "CN-CBEC-70", validFrom: day(2016, 4, 8),
            validTo: day(2018, 12, 31), currency: "CNY",
            method: .retailImport(
                .init(
                    singleLimit: Figure(2_000), annualLimit: Figure(20_000),
                    share: tenths(7))),
            source: "Cai Guan Shui [2016] 18", collector: retailCollector),
        TaxRecord(
            jurisdiction: "CN", name: "CN-CBEC-70", validFrom: day(2019, 1, 1), validTo: nil,
            currency: "CNY",
            method: .retailImport(
                .init(
                    singleLimit: Figure(5_000), annualLimit: Figure(26_000),
                    share: tenths(7))),
            source: "Cai Guan Shui [2016] 18 and [2018] 49; GACC notice 2018-194",
            collector: retailCollector),
        TaxRecord(
            jurisdiction: "CN-GENERAL", name: "CN-GENERAL", validFrom: day(2019, 4, 1),
            validTo: nil, currency: "CNY",
            method: .consignment(.init(reliefLimit: nil, basis: .cif)),
            source: "Statutory duty, excise and tax of goods over a limit of retail import: "
                + "Cai Guan Shui [2018] 49",
            collector: "the importer pays customs"),
    ]

    private static let retailCollector = "platform, merchant or carrier withholds it from the buyer"

    private static let europe = [
        TaxRecord(
            jurisdiction: "EU", name: "EU-RELIEF", validFrom: day(2010, 1, 1),
            validTo: day(2021, 6, 30), currency: "EUR",
            method: .consignment(
                .init(reliefLimit: Figure(150), basis: .cif, taxReliefLimit: Figure(22))),
            source:
                "Regulation (EC) 1186/2009 art. 23; Directive 2009/132/EC art. 23, which leaves "
                + "member states 10 to 22 EUR of tax relief: 22 here",
            collector: "carrier or post takes it at the door"),
        TaxRecord(
            jurisdiction: "EU", name: "EU-IOSS", validFrom: day(2021, 7, 1),
            validTo: day(2026, 6, 30), currency: "EUR",
            method: .consignment(.init(reliefLimit: Figure(150), basis: .cif)),
            source: "Directive (EU) 2017/2455; Regulation (EC) 1186/2009 art. 23",
            collector: europeanCollector),
        TaxRecord(
            jurisdiction: "EU", name: "EU-IOSS", validFrom: day(2026, 7, 1),
            validTo: day(2028, 7, 1), currency: "EUR",
            method: .consignment(
                .init(reliefLimit: Figure(150), flatPerSubheading: Figure(3), basis: .cif)),
            source: "Regulation (EU) 2026/382", collector: europeanCollector),
    ]

    private static let europeanCollector =
        "up to 150 EUR the seller at the sale, with an IOSS number; above, the carrier at the door"

    private static let kingdom = [
        TaxRecord(
            jurisdiction: "GB", name: "GB-135", validFrom: day(2012, 1, 1),
            validTo: day(2020, 12, 31), currency: "GBP",
            method: .consignment(
                .init(reliefLimit: Figure(135), basis: .cif, taxReliefLimit: Figure(15))),
            source: "HMRC Notice 143; Finance Act 2011 sch. 7 (tax relief of 15 GBP since "
                + "2011-11-01, not for goods mailed from the Channel Islands since 2012-04-01)",
            collector: "carrier or post takes it at the door"),
        TaxRecord(
            jurisdiction: "GB", name: "GB-135", validFrom: day(2021, 1, 1),
            validTo: day(2029, 3, 31), currency: "GBP",
            method: .consignment(.init(reliefLimit: Figure(135), basis: .cif)),
            source: "HMRC, goods sold directly to UK customers; Budget November 2025",
            collector:
                "up to 135 GBP seller or marketplace at the sale; above, the carrier at the door"),
    ]

    private static let states = [
        TaxRecord(
            jurisdiction: "US", name: "US-SECTION-321", validFrom: day(1994, 1, 1),
            validTo: day(2016, 3, 9), currency: "USD",
            method: .consignment(.init(reliefLimit: Figure(200), basis: .fob)),
            source: "19 U.S.C. 1321(a)(2)(C) as of 1993", collector: stateCollector),
        TaxRecord(
            jurisdiction: "US", name: "US-SECTION-321", validFrom: day(2016, 3, 10),
            validTo: day(2025, 5, 1), currency: "USD",
            method: .consignment(.init(reliefLimit: Figure(800), basis: .fob)),
            source: "Trade Facilitation and Trade Enforcement Act of 2015, sec. 901. From "
                + "2025-05-02 to 2026-02-23 duties depended on origin: not here",
            collector: stateCollector),
        TaxRecord(
            jurisdiction: "US", name: "US-SECTION-122", validFrom: day(2026, 2, 24),
            validTo: day(2026, 7, 24), currency: "USD",
            method: .consignment(.init(reliefLimit: nil, basis: .fob, surcharge: tenths(1))),
            source: "EO 14324 and EO of 2026-02-20; Section 122 surcharge. Later days: not found",
            collector: stateCollector),
    ]

    private static let stateCollector = "the importer or the carrier pays customs"

    private static func tenths(_ count: Int128) -> Figure { Figure(units: count * 1_000_000_000) }

    private static func day(_ year: Int, _ month: Int, _ day: Int) -> CalendarDay {
        guard let day = CalendarDay(year: year, month: month, day: day) else {
            preconditionFailure("the table holds real days")
        }
        return day
    }
}
