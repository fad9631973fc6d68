import Trade

extension TaxRules {
    /// What was confirmed on 2026-11-23.
    ///
    /// A day or a country that is not here is not guessed: give a file of
    /// rules instead.
    public static let known = TaxRules([
        TaxRecord(
            jurisdiction: "CN", name: "CN-CBEC-70", validFrom: day(2019, 1, 1), validTo: nil,
            currency: "CNY",
            method: .retailImport(
                .init(
                    singleLimit: Figure(5_000), annualLimit: Figure(26_000),
                    share: tenths(7))),
            source: "Cai Guan Shui [2016] 18 and [2018] 49; GACC notice 2018-194"),
        TaxRecord(
            jurisdiction: "CN-GENERAL", name: "CN-GENERAL", validFrom: day(2019, 4, 1),
            validTo: nil, currency: "CNY",
            method: .consignment(
                .init(
                    reliefLimit: nil, flatPerSubheading: nil, basis: .cif, surcharge: nil)),
            source: "Statutory duty, excise and tax of goods over a limit of retail import: "
                + "Cai Guan Shui [2018] 49"),
        TaxRecord(
            jurisdiction: "EU", name: "EU-IOSS", validFrom: day(2021, 7, 1),
            validTo: day(2026, 6, 30), currency: "EUR",
            method: .consignment(
                .init(
                    reliefLimit: Figure(150), flatPerSubheading: nil, basis: .cif,
                    surcharge: nil)),
            source: "Directive (EU) 2017/2455; Regulation (EC) 1186/2009 art. 23"),
        TaxRecord(
            jurisdiction: "EU", name: "EU-IOSS", validFrom: day(2026, 7, 1),
            validTo: day(2028, 7, 1), currency: "EUR",
            method: .consignment(
                .init(
                    reliefLimit: Figure(150), flatPerSubheading: Figure(3), basis: .cif,
                    surcharge: nil)),
            source: "Regulation (EU) 2026/382"),
        TaxRecord(
            jurisdiction: "GB", name: "GB-135", validFrom: day(2021, 1, 1),
            validTo: day(2029, 3, 31), currency: "GBP",
            method: .consignment(
                .init(
                    reliefLimit: Figure(135), flatPerSubheading: nil, basis: .cif,
                    surcharge: nil)),
            source: "HMRC, goods sold directly to UK customers; Budget November 2025"),
        TaxRecord(
            jurisdiction: "US", name: "US-SECTION-122", validFrom: day(2026, 2, 24),
            validTo: day(2026, 7, 24), currency: "USD",
            method: .consignment(
                .init(
                    reliefLimit: nil, flatPerSubheading: nil, basis: .fob, surcharge: tenths(1))),
            source: "EO 14324 and EO of 2026-02-20; Section 122 surcharge. Later days: not found"),
    ])

    private static func tenths(_ count: Int128) -> Figure { Figure(units: count * 1_000_000_000) }

    private static func day(_ year: Int, _ month: Int, _ day: Int) -> CalendarDay {
        guard let day = CalendarDay(year: year, month: month, day: day) else {
            preconditionFailure("the table holds real days")
        }
        return day
    }
}
