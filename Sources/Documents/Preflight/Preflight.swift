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

    public init(rules: TaxRules, used: Figure = .zero, day: CalendarDay? = nil) {
        self.rules = rules
        self.used = used
        self.day = day
    }

    /// Runs every rule on every parcel.
    public func report(on input: Input) -> PreflightReport {
        let pairing = Pairing(input)
        let parcels = pairing.parcels.map { quadruple -> ParcelReport in
            let limits = limits(of: quadruple)
            let match = quadruple.match(limits: limits, used: used)
            let explanation = Explanation(quadruple: quadruple, limits: limits, used: used)
            return ParcelReport(
                order: quadruple.order.head["orderNo"] ?? "",
                findings: match.failedRules.map(explanation.finding),
                notices: explanation.notices)
        }
        let faults = MatchDocumentKind.allCases.flatMap { kind in
            input.reading(kind).faults.map { FieldFinding(document: kind, fault: $0) }
        }
        let unsigned = MatchDocumentKind.allCases.compactMap {
            input.reading($0).message.signatureNotice
        }
        return PreflightReport(
            parcels: parcels, faults: faults, notices: pairing.notices + unsigned)
    }

    private func limits(of quadruple: DocumentQuadruple) -> MatchLimits {
        let stamp = quadruple.order.head["appTime"] ?? ""
        let digits = stamp.compactMap(\.wholeNumberValue)
        func number(_ range: Range<Int>) -> Int { digits[range].reduce(0) { $0 * 10 + $1 } }
        let written =
            digits.count >= 8
            ? CalendarDay(year: number(0..<4), month: number(4..<6), day: number(6..<8)) : nil
        return rules.retailLimits(on: day ?? written)
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
