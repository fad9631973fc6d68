import Trade

/// What no rule of the match asks for and customs, or a declarant, will: told, never failed.
///
/// - Source: Documents specification D96; reference trade 1.3 and 1.5.
struct DeclarantNotes {
    private let order: CustomsDocument
    private let waybill: CustomsDocument
    private let list: CustomsDocument
    private let isGeneral: Bool

    init(_ quadruple: DocumentQuadruple, isGeneral: Bool = false) {
        self.isGeneral = isGeneral
        order = quadruple.order
        waybill = quadruple.waybill
        list = quadruple.list
    }

    var all: [String] { tradeMode + lines + people + freight + weight }

    /// A field's text without blanks around it; `nil` when there is none.
    private func text(_ record: CustomsRecord, _ field: String) -> String? {
        let text = String(decoding: Normaliser.text(record[field] ?? ""), as: UTF8.self)
        return text.isEmpty ? nil : text
    }

    private func isEmpty(_ field: String) -> Bool { text(list.head, field) == nil }

    // MARK: How the goods enter

    private var tradeMode: [String] {
        guard !isGeneral, let mode = text(list.head, "tradeMode") else { return [] }
        var notes: [String] = []
        switch mode {
        case "9610":
            notes += ["trafNo", "voyageNo", "billNo"].filter(isEmpty).map {
                "List \($0) is empty: direct mail (9610) needs it."
            }
        case "1210", "1239":
            notes += ["emsNo", "areaCode", "areaName"].filter(isEmpty).map {
                "List \($0) is empty: bonded goods (\(mode)) need it."
            }
            if let country = text(list.head, "country"), country != "142" {
                notes.append(
                    "List country is `\(country)`: bonded goods (\(mode)) leave a zone in China, "
                        + "which is 142; their origin is in each line.")
            }
            for (index, line) in list.lines.enumerated() where text(line, "itemRecordNo") == nil {
                notes.append(
                    "List line \(index + 1) itemRecordNo is empty: bonded goods (\(mode)) need it.")
            }
        default:
            notes.append(
                "List tradeMode is `\(mode)`: retail import is 9610 by mail, or 1210 and 1239 bonded."
            )
        }
        if let flag = text(list.head, "ieFlag"), flag != "I" {
            notes.append("List ieFlag is `\(flag)`: goods that come in have I.")
        }
        return notes
    }

    private var lines: [String] {
        list.lines.enumerated().flatMap { index, line -> [String] in
            let place = "List line \(index + 1)"
            var notes: [String] = []
            switch (text(line, "qty2"), text(line, "unit2")) {
            case (_?, nil): notes.append("\(place) has qty2 without unit2: both, or neither.")
            case (nil, _?): notes.append("\(place) has unit2 without qty2: both, or neither.")
            case (_?, _?), (nil, nil): break
            }
            if let unit = text(line, "unit"), unit == text(line, "unit1"),
                let quantity = Figure(field: line["qty"]), let legal = Figure(field: line["qty1"]),
                quantity != legal
            {
                notes.append(
                    "\(place) counts `\(quantity.text)` and `\(legal.text)` of the same unit "
                        + "\(unit): qty and qty1 agree then.")
            }
            if text(line, "barCode") == nil {
                notes.append("\(place) barCode is empty: write 无 when there is none.")
            }
            return notes
        }
    }

    // MARK: Who, and how much

    private var people: [String] {
        var notes: [String] = []
        if let kind = text(order.head, "buyerIdType"), kind != "1" {
            notes.append(
                "Order buyerIdType is `\(kind)`: only 1, the resident identity card, passes.")
        }
        let guarantors = ["ebpCode", "ebcCode", "logisticsCode"].compactMap { text(list.head, $0) }
        if let guarantor = text(list.head, "assureCode"), !guarantors.contains(guarantor) {
            notes.append(
                "List assureCode is `\(guarantor)`: platform, merchant or carrier answers for the tax."
            )
        }
        return notes
    }

    /// The order's freight may hold the insurance, and need not be the carrier's.
    private var freight: [String] {
        guard let ordered = Figure(field: order.head["freight"]),
            let carried = Figure(field: waybill.head["freight"]),
            let insured = Figure(field: waybill.head["insuredFee"] ?? "0"),
            let both = carried.adding(insured), ordered != carried, ordered != both
        else { return [] }
        return [
            "Freight is `\(ordered.text)` in the order, and `\(both.text)` with insurance on the "
                + "waybill: allowed, and asked about when far apart."
        ]
    }

    private var weight: [String] {
        var notes: [String] = []
        if let carried = Figure(field: waybill.head["weight"]),
            let gross = Figure(field: list.head["grossWeight"]), carried != gross
        {
            notes.append(
                "The waybill weighs `\(carried.text)` kg, and grossWeight of the list is "
                    + "`\(gross.text)`: customs weighs, too.")
        }
        if let bill = text(waybill.head, "billNo"), let listed = text(list.head, "billNo"),
            bill != listed
        {
            notes.append("billNo is `\(bill)` on the waybill and `\(listed)` in the list.")
        }
        return notes
    }
}
