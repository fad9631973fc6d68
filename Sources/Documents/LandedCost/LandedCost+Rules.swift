public import Trade

/// A parcel whose cost is asked for.
public struct Shipment: Sendable {
    public let lines: [LandedCost.Line]
    public let freight: Figure
    public let insurance: Figure

    /// At most ``MatchLine/limit`` lines; freight and insurance of the whole parcel.
    public init(
        lines: [LandedCost.Line], freight: Figure = .zero, insurance: Figure = .zero
    ) {
        self.lines = lines
        self.freight = freight
        self.insurance = insurance
    }

    /// What the goods alone are worth.
    var intrinsic: Ratio? {
        lines.reduce(Ratio.zero as Ratio?) { sum, line in
            line.value.flatMap { value in sum?.adding(value) }
        }
    }

    /// Goods, freight and insurance.
    var value: Ratio? { intrinsic?.adding(Ratio(freight))?.adding(Ratio(insurance)) }

    var pieces: Ratio? {
        lines.reduce(Ratio.zero as Ratio?) { $0?.adding(Ratio($1.quantity)) }
    }
}

extension LandedCost.Line {
    var value: Ratio? { Ratio(price).times(Ratio(quantity)) }
}

/// How an order may enter China.
public enum RetailDecision: String, Sendable {
    /// Within both limits: reduced rates.
    case reduced = "CBEC_70"
    /// One piece over the single limit: full rates.
    case full = "FULL_RATE"
    case overSingleLimit = "REJECT_SINGLE_LIMIT"
    case generalTrade = "GENERAL_TRADE"
}

extension TaxRecord.RetailImport {
    /// - Parameters:
    ///   - value: Goods, freight and insurance.
    ///   - pieces: Units in the order.
    ///   - used: What the buyer has used of the annual limit.
    /// - Returns: `nil` on overflow.
    public func decision(value: Ratio, pieces: Ratio, used: Figure) -> RetailDecision? {
        guard let total = value.adding(Ratio(used)) else { return nil }
        guard !total.exceeds(annualLimit) else { return .generalTrade }
        guard value.exceeds(singleLimit) else { return .reduced }
        return pieces == .one ? .full : .overSingleLimit
    }

    /// The one rate that reduced taxes amount to: share · (v + c) / (1 − c).
    public func compositeRate(_ rates: LandedCost.Rates) -> Ratio? {
        guard let both = Ratio(rates.tax).adding(Ratio(rates.excise)),
            let rest = Ratio.one.subtracting(Ratio(rates.excise))
        else { return nil }
        return both.times(Ratio(share))?.divided(by: rest)
    }
}

extension Ratio {
    func exceeds(_ limit: Figure) -> Bool {
        guard let over = subtracting(Ratio(limit)) else { return true }
        return over.numerator > 0
    }
}

extension LandedCost {
    /// Computes the cost of a parcel by the rule that holds on a day.
    ///
    /// - Parameters:
    ///   - shipment: Goods, freight and insurance in the rule's currency.
    ///   - jurisdiction: Where the parcel goes, as in the records.
    ///   - day: The day of import.
    ///   - rules: The records to choose from.
    ///   - used: For China, what the buyer has used of the annual limit.
    /// - Throws: ``Fault`` when no rule is known or the rule lets the parcel not pass.
    public init(
        _ shipment: Shipment, to jurisdiction: String, on day: CalendarDay, rules: TaxRules,
        used: Figure = .zero
    ) throws(Fault) {
        guard let record = rules.record(of: jurisdiction, on: day) else {
            throw .noRule(jurisdiction: jurisdiction, day: day)
        }
        guard !shipment.lines.isEmpty, shipment.lines.count <= MatchLine.limit else {
            throw .noGoods
        }
        for rates in shipment.lines.map(\.rates) {
            guard rates.duty >= .zero, rates.tax >= .zero, rates.excise >= .zero,
                rates.excise < Figure(1)
            else { throw .badRate }
        }
        switch record.method {
        case .retailImport(let retail):
            try self.init(shipment, retail: retail, used: used)
        case .consignment(let consignment):
            try self.init(shipment, consignment: consignment)
        }
    }

    private init(
        _ shipment: Shipment, retail: TaxRecord.RetailImport, used: Figure
    ) throws(Fault) {
        guard let value = shipment.value, let pieces = shipment.pieces,
            let decision = retail.decision(value: value, pieces: pieces, used: used)
        else { throw .overflow }
        let isReduced: Bool
        switch decision {
        case .reduced: isReduced = true
        case .full: isReduced = false
        case .overSingleLimit: throw .overSingleLimit(limit: retail.singleLimit)
        case .generalTrade: throw .generalTrade(limit: retail.annualLimit)
        }
        charges = try Self.charges(shipment) { line, value throws(Fault) in
            try Self.charge(
                value, line.rates, isDutyFree: isReduced,
                share: isReduced ? Ratio(retail.share) : .one)
        }
        flat = .zero
        goods = try Self.cents(shipment.value)
    }

    private init(_ shipment: Shipment, consignment: TaxRecord.Consignment) throws(Fault) {
        guard let intrinsic = shipment.intrinsic else { throw .overflow }
        let isRelieved = consignment.reliefLimit.map { !intrinsic.exceeds($0) } ?? false
        let isUntaxed = consignment.taxReliefLimit.map { !intrinsic.exceeds($0) } ?? false
        let surcharge = consignment.surcharge ?? .zero
        charges = try Self.charges(shipment) { line, value throws(Fault) in
            guard let rate = line.rates.duty.adding(surcharge) else { throw .overflow }
            let rates = Rates(
                duty: rate, tax: isUntaxed ? .zero : line.rates.tax, excise: line.rates.excise)
            let base = consignment.basis == .cif || isRelieved ? value : line.value
            return try Self.charge(base, rates, isDutyFree: isRelieved, share: .one)
        }
        let subheadings = Set(shipment.lines.map(\.subheading)).count
        let perSubheading = isRelieved ? consignment.flatPerSubheading ?? .zero : .zero
        flat = try Self.cents(Ratio(perSubheading).times(Ratio(Figure(subheadings))))
        goods = try Self.cents(shipment.value)
    }

    /// Freight and insurance lie on the lines by their value; on none of them when all are free.
    private static func charges(
        _ shipment: Shipment, _ charge: (Line, Ratio?) throws(Fault) -> Charge
    ) throws(Fault) -> [Charge] {
        guard let intrinsic = shipment.intrinsic, let value = shipment.value else {
            throw .overflow
        }
        let factor = intrinsic == .zero ? .one : value.divided(by: intrinsic)
        var charges: [Charge] = []
        for line in shipment.lines {
            charges.append(
                try charge(line, factor.flatMap { factor in line.value?.times(factor) }))
        }
        return charges
    }

    /// Duty on the value, excise on value and duty with itself inside, tax on everything.
    ///
    /// The tax counts
    /// the whole statutory excise, also where only a share is charged.
    private static func charge(
        _ value: Ratio?, _ rates: Rates, isDutyFree: Bool, share: Ratio
    ) throws(Fault) -> Charge {
        guard let value, let rest = Ratio.one.subtracting(Ratio(rates.excise)) else {
            throw .overflow
        }
        let duty = isDutyFree ? Ratio.zero : value.times(Ratio(rates.duty))
        let whole = duty.flatMap(value.adding)?.divided(by: rest)
        return Charge(
            customsValue: try cents(value), duty: try cents(duty),
            excise: try cents(whole?.times(Ratio(rates.excise))?.times(share)),
            tax: try cents(whole?.times(Ratio(rates.tax))?.times(share)))
    }

    private static func cents(_ ratio: Ratio?) throws(Fault) -> Cents {
        guard let cents = Cents(rounding: ratio) else { throw .overflow }
        return cents
    }
}
