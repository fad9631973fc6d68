/// A customs message: one or more documents of one kind, and who hands them in.
public struct CustomsMessage: Equatable, Sendable {
    public let kind: CustomsMessageKind
    /// 36 characters, a UUID in capitals.
    public var guid: String
    public var version: String
    public var documents: [CustomsDocument]
    /// `nil` for a receipt.
    public var envelope: CustomsEnvelope?
    /// The declarant's signature as it was read.
    ///
    /// Nothing here makes or checks one, and it holds only for
    /// the bytes that were signed.
    public var signature: MarkupElement?

    public init(
        kind: CustomsMessageKind, guid: String, version: String = "1.0",
        documents: [CustomsDocument], envelope: CustomsEnvelope? = nil,
        signature: MarkupElement? = nil
    ) {
        self.kind = kind
        self.guid = guid
        self.version = version
        self.documents = documents
        self.envelope = envelope
        self.signature = signature
    }

    /// What to tell whoever wants to hand the message in, or `nil` when nothing is missing.
    public var signatureNotice: String? {
        guard kind.needsSignature, signature == nil else { return nil }
        return "\(kind.rootName) is not signed: a licensed declarant signs it before it is sent."
    }
}

/// One order, payment, waybill, list, status, return or receipt.
public struct CustomsDocument: Equatable, Sendable {
    public var head: CustomsRecord
    /// Lines of goods, or of waybills in a warehouse entry; none for other messages.
    public var lines: [CustomsRecord]

    public init(head: CustomsRecord, lines: [CustomsRecord] = []) {
        self.head = head
        self.lines = lines
    }
}

/// The end of a message that is not a receipt.
public struct CustomsEnvelope: Equatable, Sendable {
    public var transfer: CustomsRecord
    public var subscriptions: [CustomsRecord]
    /// Data of the sender's own, kept as it was read.
    public var addition: MarkupElement?

    public init(
        transfer: CustomsRecord, subscriptions: [CustomsRecord] = [],
        addition: MarkupElement? = nil
    ) {
        self.transfer = transfer
        self.subscriptions = subscriptions
        self.addition = addition
    }
}

/// Named texts, in the order of the field table.
///
/// - Shape: at most as many as the table has, each once; a field that is not there is not in it.
public struct CustomsRecord: Equatable, Sendable {
    public struct Field: Equatable, Sendable {
        public let name: String
        public let text: String

        public init(name: String, text: String) {
            self.name = name
            self.text = text
        }
    }

    public private(set) var fields: [Field]

    public init(_ fields: [Field] = []) { self.fields = fields }

    /// The text of a field, `nil` when it is not there.
    ///
    /// Setting `nil` takes it out.
    public subscript(name: String) -> String? {
        get { fields.first { $0.name == name }?.text }
        set {
            let index = fields.firstIndex { $0.name == name }
            switch (index, newValue) {
            case (let index?, let text?): fields[index] = Field(name: name, text: text)
            case (let index?, nil): fields.remove(at: index)
            case (nil, let text?): fields.append(Field(name: name, text: text))
            case (nil, nil): break
            }
        }
    }
}
