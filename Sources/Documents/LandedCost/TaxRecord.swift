import Foundation
public import Trade

/// One rule of one jurisdiction, with the days on which it holds and where it is written (T7).
public struct TaxRecord: Codable, Equatable, Sendable {
    public enum Method: Codable, Equatable, Sendable {
        case retailImport(RetailImport)
        case consignment(Consignment)
    }

    /// China's retail import: reduced rates up to two limits.
    public struct RetailImport: Codable, Equatable, Sendable {
        /// The largest order, yuan.
        public let singleLimit: Figure
        /// The most of a person's year, yuan.
        public let annualLimit: Figure
        /// The part of the statutory taxes that is charged within the limits, `0.7`.
        public let share: Figure
    }

    /// Import of one parcel: relief up to a value, else duty and tax.
    public struct Consignment: Codable, Equatable, Sendable {
        public enum Basis: String, Codable, Sendable {
            /// Goods, freight and insurance.
            case cif
            /// Goods alone.
            case fob
        }

        /// Up to this value of the goods there is no duty by rate, and tax is collected at the sale;
        /// `nil` for no relief.
        public let reliefLimit: Figure?
        /// Charged once for each subheading within the relief.
        public let flatPerSubheading: Figure?
        /// What duty is computed on above the relief.
        public let basis: Basis
        /// Added to every rate of duty.
        public let surcharge: Figure?
        /// Up to this value of the goods there is no tax either; `nil` where every parcel is taxed.
        public let taxReliefLimit: Figure?

        init(
            reliefLimit: Figure?, flatPerSubheading: Figure? = nil, basis: Basis,
            surcharge: Figure? = nil, taxReliefLimit: Figure? = nil
        ) {
            self.reliefLimit = reliefLimit
            self.flatPerSubheading = flatPerSubheading
            self.basis = basis
            self.surcharge = surcharge
            self.taxReliefLimit = taxReliefLimit
        }
    }

    /// `CN`, `EU`, `GB`, `US`.
    public let jurisdiction: String
    public let name: String
    public let validFrom: CalendarDay
    /// The last day, or `nil` while no end is known.
    public let validTo: CalendarDay?
    /// ISO 4217 code of every amount.
    public let currency: String
    public let method: Method
    public let source: String
    /// Who takes duty and tax from the buyer, where the rule says so; for people.
    public let collector: String?

    init(
        jurisdiction: String, name: String, validFrom: CalendarDay, validTo: CalendarDay?,
        currency: String, method: Method, source: String, collector: String? = nil
    ) {
        self.jurisdiction = jurisdiction
        self.name = name
        self.validFrom = validFrom
        self.validTo = validTo
        self.currency = currency
        self.method = method
        self.source = source
        self.collector = collector
    }

    public func holds(on day: CalendarDay) -> Bool {
        validFrom <= day && validTo.map { day <= $0 } ?? true
    }
}

extension Figure: Codable {
    /// A decimal string, never a JSON number.
    public init(from decoder: any Decoder) throws {
        let text = try decoder.singleValueContainer().decode(String.self)
        guard let figure = Figure(Array(text.utf8)) else {
            throw DecodingError.dataCorrupted(
                .init(codingPath: decoder.codingPath, debugDescription: "\(text) is no number"))
        }
        self = figure
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(String(decoding: canonical, as: UTF8.self))
    }
}

/// The rules that are known, by jurisdiction and day.
public struct TaxRules: Sendable {
    /// The longest file of rules, in bytes.
    public static let byteLimit = 1 << 20

    public let records: [TaxRecord]

    public init(_ records: [TaxRecord]) { self.records = records }

    /// Reads a file of rules, which is a JSON list of records.
    ///
    /// Amounts and rates are decimal strings.
    ///
    /// - Returns: `nil` when the bytes are longer than ``byteLimit`` or no such list.
    public init?(json: [UInt8]) {
        guard json.count <= Self.byteLimit,
            let records = try? JSONDecoder().decode([TaxRecord].self, from: Data(json))
        else { return nil }
        self.records = records
    }

    /// The newest rule of a jurisdiction that holds on a day; `nil` when none is known.
    public func record(of jurisdiction: String, on day: CalendarDay) -> TaxRecord? {
        records.filter { $0.jurisdiction == jurisdiction && $0.holds(on: day) }
            .max { $0.validFrom < $1.validFrom }
    }

    /// The limits of China's retail import on a day; those of the newest rule when the day is unknown or
    /// no rule holds on it.
    public func retailLimits(on day: CalendarDay?) -> MatchLimits {
        let ruled = day.flatMap { record(of: "CN", on: $0) }
        let newest = records.filter { $0.jurisdiction == "CN" }.max { $0.validFrom < $1.validFrom }
        guard case .retailImport(let retail) = (ruled ?? newest)?.method else {
            return MatchLimits(single: .zero, annual: .zero)
        }
        return MatchLimits(single: retail.singleLimit, annual: retail.annualLimit)
    }
}
