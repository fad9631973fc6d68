import Documents

/// A valid message of any kind, made from the field table itself.
enum SampleMessage {
    static func make(_ kind: CustomsMessageKind) -> CustomsMessage {
        let layout = kind.layout
        let document = CustomsDocument(
            head: record(layout.headFields), lines: layout.lines.map { [record($0.fields)] } ?? [])
        let transfer = CustomsRecord([
            .init(name: "copCode", text: "1"), .init(name: "copName", text: "a"),
            .init(name: "dxpMode", text: "DXP"), .init(name: "dxpId", text: "1"),
        ])
        return CustomsMessage(
            kind: kind, guid: String(repeating: "A", count: 36), documents: [document],
            envelope: kind.isReceipt ? nil : CustomsEnvelope(transfer: transfer))
    }

    static func record(_ rules: [FieldRule]) -> CustomsRecord {
        CustomsRecord(rules.map { .init(name: $0.name, text: text($0.form)) })
    }

    /// The longest text that a form allows.
    static func text(_ form: FieldRule.Form) -> String {
        switch form {
        case .text(let limit), .open(let limit): String(repeating: "中", count: limit)
        case .exactly(let count): String(repeating: "1", count: count)
        case .oneOf(let values): values[0]
        case .decimal: "12345678901234.56789"
        case .integer, .count: "1"
        case .day: "20260701"
        case .moment: "20260701235959"
        case .instant: "20260701235959999"
        }
    }
}
