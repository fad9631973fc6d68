/// Writes a customs message as XML: fields in the order of the table, one form for one message.
///
/// What it writes is unsigned, unless the message was read with a signature and is written back as it
/// was. A licensed declarant signs with the key in the declarant's token.
public struct CustomsWriter {
    /// The whole document.
    ///
    /// - Returns: UTF-8 bytes. Fields that the table does not have are left out.
    public static func write(_ message: CustomsMessage) -> [UInt8] {
        MarkupWriter(prefixes: [
            (CustomsMessageKind.namespace, "ceb"), (CustomsMessageKind.signatureNamespace, "ds"),
        ]).write(markup(message))
    }

    static func markup(_ message: CustomsMessage) -> MarkupElement {
        let layout = message.kind.layout
        var children = message.documents.map { document($0, layout) }
        if !message.kind.isReceipt, let envelope = message.envelope {
            children.append(element("BaseTransfer", envelope.transfer, FieldRule.transfer))
            children += envelope.subscriptions.map {
                element("BaseSubscribe", $0, FieldRule.subscription)
            }
            children += [envelope.addition, message.signature].compactMap(\.self)
        }
        return MarkupElement(
            name(message.kind.rootName),
            attributes: [
                .init(name: "guid", value: message.guid),
                .init(name: "version", value: message.version),
            ], content: .elements(children))
    }

    private static func document(
        _ document: CustomsDocument, _ layout: MessageLayout
    ) -> MarkupElement {
        guard let headName = layout.headName else {
            return element(layout.document, document.head, layout.headFields)
        }
        var children = [element(headName, document.head, layout.headFields)]
        if let lines = layout.lines {
            children += document.lines.map { element(lines.name, $0, lines.fields) }
        }
        return MarkupElement(name(layout.document), content: .elements(children))
    }

    private static func element(
        _ local: String, _ record: CustomsRecord, _ rules: [FieldRule]
    ) -> MarkupElement {
        let fields = rules.compactMap { rule in
            record[rule.name].map { MarkupElement(name(rule.name), content: .text($0)) }
        }
        return MarkupElement(name(local), content: .elements(fields))
    }

    private static func name(_ local: String) -> MarkupElement.Name {
        .init(namespace: CustomsMessageKind.namespace, local: local)
    }
}
