import Trade

/// The four documents of one parcel of the bench; they agree.
enum TradeDocuments {
    private typealias Number = Trade.Figure

    private static let limits = MatchLimits(single: Number(5_000), annual: Number(26_000))

    private static let figures = OrderFigures(
        lines: [
            .init(quantity: Number(3), price: Number(129), total: Number(387)),
            .init(quantity: Number(2), price: Number(10), total: Number(20)),
            .init(quantity: Number(1), price: Number(43), total: Number(43)),
        ], goodsValue: Number(450), freight: Number(12), tax: Number(38), discount: Number(7),
        paid: Number(493))

    static func document(_ kind: MatchDocumentKind) -> MatchDocument<[UInt8]> {
        let hasLines = kind == .order || kind == .list
        let lines = hasLines ? figures.lines.indices.map(line) : []
        return MatchDocument(kind, lines: lines) { field in
            figures.bytes(of: field, limits: limits, used: .zero) ?? text(field)
        }
    }

    private static func line(_ index: Int) -> [UInt8] {
        let line = figures.lines[index]
        return MatchLine(
            number: Number(index + 1).canonical, quantity: line.quantity.canonical,
            price: line.price.canonical, total: line.total.canonical, unit: Array("011".utf8),
            country: Array("133".utf8), name: Array("diapers, size 4, 52 pieces".utf8)
        ).bytes
    }

    /// As long as such values are in the official samples.
    private static func text(_ field: MatchField) -> [UInt8] {
        switch field {
        case .currency: Array("142".utf8)
        case .packageCount: Array("1".utf8)
        case .netWeight: LimitVerdict.within.bytes
        default: field.label + Array(" of a parcel of the bench".utf8)
        }
    }
}
