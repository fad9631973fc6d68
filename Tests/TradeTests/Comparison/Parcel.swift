import Trade

/// A parcel whose four documents agree, with a way to change one of them.
struct Parcel {
    typealias Document = MatchDocument<[UInt8]>

    var order: Document
    var payment: Document
    var waybill: Document
    var list: Document

    static let limits = MatchLimits(single: Figure(5_000), annual: Figure(26_000))

    init() { self.init(figures: Self.figures) }

    init(figures: OrderFigures, used: Figure = .zero) {
        let lines = figures.lines.indices.map(Self.line)
        func value(_ kind: MatchDocumentKind) -> (MatchField) -> [UInt8]? {
            { field in
                figures.bytes(of: field, limits: Self.limits, used: used) ?? Self.text(field)
            }
        }
        order = Document(.order, lines: lines, value: value(.order))
        payment = Document(.payment, value: value(.payment))
        waybill = Document(.waybill, value: value(.waybill))
        list = Document(.list, lines: lines, value: value(.list))
    }

    static let figures = OrderFigures(
        lines: [
            .init(quantity: Figure(3), price: Figure(129), total: Figure(387)),
            .init(quantity: Figure(2), price: Figure(10), total: Figure(20)),
        ], goodsValue: Figure(407), freight: Figure(12), tax: Figure(38), discount: Figure(7),
        paid: Figure(450))

    static func line(_ index: Int) -> [UInt8] {
        MatchLine(
            number: Figure(index + 1).canonical, quantity: [0x33], price: [0x39], total: [0x31],
            unit: Array("011".utf8), country: Array("133".utf8), name: Array("diapers".utf8)
        ).bytes
    }

    private static func text(_ field: MatchField) -> [UInt8] {
        switch field {
        case .currency: Array("142".utf8)
        case .packageCount: Array("1".utf8)
        case .netWeight: LimitVerdict.within.bytes
        default: field.label + [0x31]
        }
    }

    var clear: ThreeDocumentMatch<[UInt8]> {
        ThreeDocumentMatch(
            order: order, payment: payment, waybill: waybill, list: list, standard: .clear)
    }

    /// The same parcel as the ledger sees it: commitments and the disclosed keys.
    func sealed(secret: Secret = Secret()) -> ThreeDocumentMatch<Commitment> {
        let keys = MatchField.disclosed.map { secret.key($0) }
        guard let standard = MatchStandard<Commitment>(disclosed: keys) else {
            preconditionFailure("one key for each disclosed field")
        }
        return ThreeDocumentMatch(
            order: secret.commit(order), payment: secret.commit(payment),
            waybill: secret.commit(waybill), list: secret.commit(list), standard: standard)
    }
}

extension MatchDocument where Value == [UInt8] {
    /// The document with one field changed, or taken out.
    func setting(_ field: MatchField, to value: [UInt8]?) -> Self {
        MatchDocument(kind, lines: lines) { $0 == field ? value : self[$0] }
    }

    func withLines(_ lines: [[UInt8]]) -> Self { MatchDocument(kind, lines: lines) { self[$0] } }
}
