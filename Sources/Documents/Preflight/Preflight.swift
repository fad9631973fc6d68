public import Trade

/// Compares four customs messages before anyone declares, offline and without an account.
///
/// - Source: Documents specification D90 to D95; the rules are Trade's T107 to T125.
public struct Preflight: Sendable {
    /// The messages, each with the faults that reading it found.
    public struct Input: Sendable {
        public let order: CustomsReader.Reading
        public let payment: CustomsReader.Reading
        public let waybill: CustomsReader.Reading
        public let list: CustomsReader.Reading

        public init(
            order: CustomsReader.Reading, payment: CustomsReader.Reading,
            waybill: CustomsReader.Reading, list: CustomsReader.Reading
        ) {
            self.order = order
            self.payment = payment
            self.waybill = waybill
            self.list = list
        }

        public func reading(_ kind: MatchDocumentKind) -> CustomsReader.Reading {
            switch kind {
            case .order: order
            case .payment: payment
            case .waybill: waybill
            case .list: list
            }
        }
    }

    /// What the buyer has used of the annual limit.
    public let used: Figure
    /// Limits and rates by date.
    public let rules: TaxRules
    /// The day whose limits count; `nil` for the day in each order's `appTime`.
    public let day: CalendarDay?
    /// Whether the goods enter by general trade, to which no limit of retail holds.
    public let isGeneral: Bool

    public init(
        rules: TaxRules, used: Figure = .zero, day: CalendarDay? = nil, isGeneral: Bool = false
    ) {
        self.rules = rules
        self.used = used
        self.day = day
        self.isGeneral = isGeneral
    }

    /// Runs every rule on every parcel.
    public func report(on input: Input) -> PreflightReport {
        let pairing = Pairing(input)
        let parcels = pairing.parcels.map { quadruple -> ParcelReport in
            let day = day ?? Self.day(of: quadruple.order)
            let limits = isGeneral ? .none : rules.retailLimits(on: day)
            let match = quadruple.match(limits: limits, used: used)
            let explanation = Explanation(
                quadruple: quadruple, limits: limits, used: used, isGeneral: isGeneral)
            return ParcelReport(
                order: quadruple.order.head["orderNo"] ?? "",
                findings: match.failedRules.map(explanation.finding),
                notices: explanation.notices + unruled(day))
        }
        let faults = MatchDocumentKind.allCases.flatMap { kind in
            (input.reading(kind).faults + input.reading(kind).message.repeatedNumbers).map {
                FieldFinding(document: kind, fault: $0)
            }
        }
        let unsigned = MatchDocumentKind.allCases.compactMap {
            input.reading($0).message.signatureNotice
        }
        return PreflightReport(
            parcels: parcels, faults: faults, notices: pairing.notices + unsigned)
    }

    /// That no rule is known for the day, so that the limits of another one were used.
    private func unruled(_ day: CalendarDay?) -> [String] {
        guard !isGeneral else { return [] }
        guard let day else { return ["The day of the order is unknown: today's limits were used."] }
        guard rules.record(of: "CN", on: day) == nil else { return [] }
        return ["No rule of retail import is known for \(day): the newest limits were used."]
    }

    /// The day in an order's `appTime`.
    private static func day(of order: CustomsDocument) -> CalendarDay? {
        let stamp = order.head["appTime"] ?? ""
        let digits = stamp.compactMap(\.wholeNumberValue)
        func number(_ range: Range<Int>) -> Int { digits[range].reduce(0) { $0 * 10 + $1 } }
        return digits.count >= 8
            ? CalendarDay(year: number(0..<4), month: number(4..<6), day: number(6..<8)) : nil
    }
}

extension CustomsMessage {
    /// Numbers that may be used once and stand in more than one document of the message: of the order, and of
    /// the waybill (reference trade 1.5, DUPLICATE; customs answers -621004).
    ///
    /// A change or a deletion repeats the number of what it changes, so only documents of one `appType` count.
    var repeatedNumbers: [CustomsFault] {
        let fields = kind == .payment || kind == .order ? ["orderNo"] : ["orderNo", "logisticsNo"]
        return fields.flatMap { field -> [CustomsFault] in
            var first: [[UInt8]: Int] = [:]
            return documents.enumerated().compactMap { index, document in
                let number = Normaliser.text(document.head[field] ?? "")
                guard !number.isEmpty else { return nil }
                let key = number + [0] + Normaliser.text(document.head["appType"] ?? "")
                guard let earlier = first[key] else {
                    first[key] = index + 1
                    return nil
                }
                let place = [layoutPath(index + 1), field].joined(separator: "/")
                return CustomsFault(path: place, line: 0, flaw: .duplicate(of: earlier))
            }
        }
    }

    private func layoutPath(_ number: Int) -> String {
        let document = "\(kind.layout.document)[\(number)]"
        return kind.layout.headName.map { "\(document)/\($0)" } ?? document
    }
}

/// Finds the four documents of each parcel.
///
/// One document in each message is one parcel, whatever their numbers say. With more, the documents with
/// the order's number belong to it; an order for which some message has none stands against an empty one.
struct Pairing {
    private(set) var parcels: [DocumentQuadruple] = []
    private(set) var notices: [String] = []

    init(_ input: Preflight.Input) {
        let documents = MatchDocumentKind.allCases.map { input.reading($0).message.documents }
        if documents.allSatisfy({ $0.count == 1 }) {
            parcels = [
                DocumentQuadruple(
                    order: documents[0][0], payment: documents[1][0], waybill: documents[2][0],
                    list: documents[3][0])
            ]
            return
        }
        let keyed = documents.map { Dictionary(grouping: $0, by: Self.number) }
        for order in documents[0] {
            let number = Self.number(order)
            let found = keyed.map { $0[number]?.first }
            parcels.append(
                DocumentQuadruple(
                    order: order, payment: found[1] ?? Self.nothing,
                    waybill: found[2] ?? Self.nothing, list: found[3] ?? Self.nothing))
        }
        let orders = Set(documents[0].map(Self.number))
        for (kind, group) in zip(MatchDocumentKind.allCases, documents) {
            var seen: Set<[UInt8]> = []
            for document in group {
                let number = Self.number(document)
                let text = String(decoding: number, as: UTF8.self)
                if !orders.contains(number) {
                    notices.append("\(kind.title) for order \(text): there is no such order.")
                } else if !seen.insert(number).inserted {
                    notices.append("Order \(text) has more than one \(kind.title.lowercased()).")
                }
            }
        }
    }

    private static let nothing = CustomsDocument(head: CustomsRecord())

    private static func number(_ document: CustomsDocument) -> [UInt8] {
        Normaliser.text(document.head["orderNo"] ?? "")
    }
}

extension MatchDocumentKind {
    /// What people call it.
    public var title: String {
        switch self {
        case .order: "Order"
        case .payment: "Payment"
        case .waybill: "Waybill"
        case .list: "List"
        }
    }

    /// The customs message that holds it.
    public var message: CustomsMessageKind {
        switch self {
        case .order: .order
        case .payment: .payment
        case .waybill: .waybill
        case .list: .list
        }
    }
}
