/// Reads a customs message, and says everything that is wrong with it.
public struct CustomsReader {
    /// The most faults that are listed.
    public static let faultLimit = 1_000

    /// What was read: the message as far as it is there, and every fault.
    public struct Reading: Equatable, Sendable {
        public let message: CustomsMessage
        public let faults: [CustomsFault]

        public init(message: CustomsMessage, faults: [CustomsFault]) {
            self.message = message
            self.faults = faults
        }
    }

    /// Why there is no message at all.
    public enum Refusal: Error, Equatable, Sendable, CustomStringConvertible {
        case markup(MarkupFault)
        /// The root is none of the messages that are read here.
        case notCustoms(root: String)
        /// The name is right, the namespace is not.
        case namespace(String)

        public var description: String {
            switch self {
            case .markup(let fault): fault.description
            case .notCustoms(let root):
                "its root element is `\(root.prefix(60))`, which is no customs message read here"
            case .namespace(""):
                "its elements are in no namespace; its root needs "
                    + "`xmlns:ceb=\"\(CustomsMessageKind.namespace)\"` and its elements `ceb:`"
            case .namespace(let name):
                "its elements are in the namespace `\(name.prefix(80))` instead of "
                    + "`\(CustomsMessageKind.namespace)`"
            }
        }
    }

    private var faults: [CustomsFault] = []
    private let kind: CustomsMessageKind

    /// Reads the bytes of a file.
    ///
    /// - Returns: The message with its faults; a message without faults is what the field table allows.
    public static func read(_ bytes: [UInt8]) throws(Refusal) -> Reading {
        let root: MarkupElement
        do throws(MarkupFault) { root = try MarkupReader.read(bytes) } catch {
            throw .markup(error)
        }
        guard let kind = CustomsMessageKind(rootName: root.name.local) else {
            throw .notCustoms(root: root.name.local)
        }
        guard root.name.namespace == CustomsMessageKind.namespace else {
            throw .namespace(root.name.namespace)
        }
        var reader = CustomsReader(kind: kind)
        let message = reader.message(root)
        return Reading(message: message, faults: reader.faults)
    }

    /// Every fault of a message that was made here.
    public static func faults(of message: CustomsMessage) -> [CustomsFault] {
        var reader = CustomsReader(kind: message.kind)
        _ = reader.message(CustomsWriter.markup(message))
        return reader.faults
    }

    private init(kind: CustomsMessageKind) { self.kind = kind }

    private mutating func report(_ path: String, _ line: Int, _ flaw: CustomsFault.Flaw) {
        guard faults.count < Self.faultLimit else { return }
        faults.append(CustomsFault(path: path, line: line, flaw: flaw))
    }

    private mutating func message(_ root: MarkupElement) -> CustomsMessage {
        let guid = attribute("guid", .exactly(36), of: root)
        let version = attribute("version", .text(10), of: root)
        let parts = partition(root, at: "", into: Self.rootParts(kind))
        let documents = parts[0].enumerated().map { index, element in
            document(element, at: "\(kind.layout.document)[\(index + 1)]")
        }
        var message = CustomsMessage(
            kind: kind, guid: guid, version: version, documents: documents)
        guard !kind.isReceipt else { return message }
        message.envelope = envelope(parts)
        message.signature = parts[4].first
        return message
    }

    /// An element that may stand in another, and how often.
    private struct Slot {
        let name: MarkupElement.Name
        let isRequired: Bool
        let limit: Int

        init(_ local: String, isRequired: Bool, limit: Int, signature: Bool = false) {
            name = MarkupElement.Name(
                namespace: signature
                    ? CustomsMessageKind.signatureNamespace : CustomsMessageKind.namespace,
                local: local)
            self.isRequired = isRequired
            self.limit = limit
        }
    }

    private static func rootParts(_ kind: CustomsMessageKind) -> [Slot] {
        let layout = kind.layout
        let documents = Slot(layout.document, isRequired: true, limit: layout.documentLimit)
        guard !kind.isReceipt else { return [documents] }
        return [
            documents, Slot("BaseTransfer", isRequired: true, limit: 1),
            Slot("BaseSubscribe", isRequired: false, limit: 5),
            Slot("ExtendMessage", isRequired: false, limit: 1),
            Slot("Signature", isRequired: false, limit: 1, signature: true),
        ]
    }

    private mutating func attribute(
        _ name: String, _ form: FieldRule.Form, of root: MarkupElement
    ) -> String {
        guard let text = root[attribute: name] else {
            report("@\(name)", root.line, .missing)
            return ""
        }
        if let flaw = FieldRule.required(name, form).flaw(of: text) {
            report("@\(name)", root.line, flaw)
        }
        return text
    }

    /// Sorts the children of an element into the slots that it may have, reporting what does not fit.
    private mutating func partition(
        _ parent: MarkupElement, at path: String, into slots: [Slot]
    ) -> [[MarkupElement]] {
        var parts = [[MarkupElement]](repeating: [], count: slots.count)
        var last = 0
        for child in parent.children {
            let place = path.isEmpty ? child.name.local : "\(path)/\(child.name.local)"
            guard let index = slots.firstIndex(where: { $0.name == child.name }) else {
                report(place, child.line, .unknown)
                continue
            }
            if index < last { report(place, child.line, .misplaced) }
            last = max(last, index)
            guard parts[index].count < slots[index].limit else {
                report(place, child.line, .repeated(limit: slots[index].limit))
                continue
            }
            parts[index].append(child)
        }
        for (slot, found) in zip(slots, parts) where slot.isRequired && found.isEmpty {
            let place = path.isEmpty ? slot.name.local : "\(path)/\(slot.name.local)"
            report(place, 0, .missing)
        }
        return parts
    }

    private mutating func document(_ element: MarkupElement, at path: String) -> CustomsDocument {
        let layout = kind.layout
        guard let headName = layout.headName else {
            return CustomsDocument(head: record(element, layout.headFields, at: path))
        }
        var slots = [Slot(headName, isRequired: true, limit: 1)]
        if let lines = layout.lines {
            slots.append(Slot(lines.name, isRequired: true, limit: lines.limit))
        }
        let parts = partition(element, at: path, into: slots)
        let head = parts[0].first.map { record($0, layout.headFields, at: "\(path)/\(headName)") }
        var lines: [CustomsRecord] = []
        if let part = layout.lines {
            for (index, line) in parts[1].enumerated() {
                lines.append(record(line, part.fields, at: "\(path)/\(part.name)[\(index + 1)]"))
            }
        }
        return CustomsDocument(head: head ?? CustomsRecord(), lines: lines)
    }

    private mutating func record(
        _ element: MarkupElement, _ rules: [FieldRule], at path: String
    ) -> CustomsRecord {
        let slots = rules.map { Slot($0.name, isRequired: $0.isRequired, limit: 1) }
        let parts = partition(element, at: path, into: slots)
        var fields: [CustomsRecord.Field] = []
        for (rule, part) in zip(rules, parts) {
            guard let field = part.first else { continue }
            let place = "\(path)/\(rule.name)"
            guard field.children.isEmpty else {
                report(place, field.line, .notText)
                continue
            }
            if let flaw = rule.flaw(of: field.text) { report(place, field.line, flaw) }
            fields.append(.init(name: rule.name, text: field.text))
        }
        return CustomsRecord(fields)
    }

    private mutating func envelope(_ parts: [[MarkupElement]]) -> CustomsEnvelope {
        let transfer = parts[1].first.map { record($0, FieldRule.transfer, at: "BaseTransfer") }
        var subscriptions: [CustomsRecord] = []
        for (index, element) in parts[2].enumerated() {
            subscriptions.append(
                record(element, FieldRule.subscription, at: "BaseSubscribe[\(index + 1)]"))
        }
        if let addition = parts[3].first { checkAddition(addition) }
        return CustomsEnvelope(
            transfer: transfer ?? CustomsRecord(), subscriptions: subscriptions,
            addition: parts[3].first)
    }

    /// Name and version are checked; the message of the sender's own is not ours to judge.
    private mutating func checkAddition(_ element: MarkupElement) {
        let name = CustomsMessageKind.namespace
        let ours = element.children.filter {
            $0.name != MarkupElement.Name(namespace: name, local: "Message")
        }
        if ours.count == element.children.count {
            report("ExtendMessage/Message", 0, .missing)
        }
        let content: MarkupElement.Content = .elements(ours)
        _ = record(
            MarkupElement(element.name, content: content, line: element.line),
            FieldRule.extensionHead, at: "ExtendMessage")
    }
}
