/// Reads the members of one object, and remembers which were read.
///
/// Each function returns `nil` when the member is missing or wrong; what is wrong goes into the list.
struct FieldReader {
    let object: JsonObject
    let context: LinkedContext
    private var seen: Set<String> = []

    init(_ object: JsonObject, _ context: LinkedContext) {
        self.object = object
        self.context = context
    }

    /// A member, whatever it is; a missing one is a fault when it is required.
    mutating func value(
        _ name: String, required: Bool = false, _ findings: inout FindingList
    ) -> JsonValue? {
        seen.insert(name)
        if let value = object[name] { return value }
        if required { findings.add(.required, "the field is missing", at: name) }
        return nil
    }

    mutating func string(
        _ name: String, required: Bool = false, _ findings: inout FindingList
    ) -> String? {
        guard let value = value(name, required: required, &findings) else { return nil }
        guard let text = value.string else {
            findings.add(.valueType, "a text is needed, not \(value.kind)", at: name)
            return nil
        }
        return text
    }

    mutating func uri(
        _ name: String, required: Bool = false, _ findings: inout FindingList
    ) -> String? {
        guard let text = string(name, required: required, &findings) else { return nil }
        return findings.inside(name) { Self.checked(text, &$0) }
    }

    /// An address, checked as far as its text allows.
    static func checked(_ text: String, _ findings: inout FindingList) -> String? {
        guard Uri.isValid(text) else {
            findings.add(.uri, "`\(text.prefix(80))` is no URI")
            return nil
        }
        if EpcUrn.isKnownScheme(text), EpcUrn.digitalLink(text) == nil {
            findings.add(
                .epcFormat, "`\(text.prefix(80))` is not formed as its scheme asks",
                severity: .warning)
        }
        do throws(Gs1Key.Fault) { _ = try Gs1Key(text) } catch {
            if case .checkDigit = error {
                findings.add(.checkDigit, "\(error)", severity: .warning)
            }
        }
        return text
    }

    mutating func time(
        _ name: String, required: Bool = false, _ findings: inout FindingList
    ) -> EventTime? {
        guard let text = string(name, required: required, &findings) else { return nil }
        guard let time = EventTime(text) else {
            findings.add(
                .time,
                "`\(text.prefix(40))` is no time with a zone, such as 2026-03-01T12:00:00.000+08:00",
                at: name)
            return nil
        }
        return time
    }

    /// A word of a vocabulary, or an address of somebody else's.
    mutating func word(
        _ name: String, _ vocabulary: Vocabulary, required: Bool = false,
        _ findings: inout FindingList
    ) -> String? {
        guard let text = string(name, required: required, &findings) else { return nil }
        let context = context
        return findings.inside(name) { Self.checked(text, vocabulary, context, &$0) }
    }

    static func checked(
        _ text: String, _ vocabulary: Vocabulary, _ context: LinkedContext,
        _ findings: inout FindingList
    ) -> String? {
        guard vocabulary.accepts(text) else {
            findings.add(
                vocabulary.rule,
                "`\(text.prefix(80))` is no word of the vocabulary and no URI of your own")
            return nil
        }
        if Vocabulary.hasUnknownPrefix(text, in: context) {
            findings.add(
                .namespace, "the prefix of `\(text.prefix(80))` is not declared in @context",
                severity: .warning)
        }
        return text
    }

    /// The elements of a list.
    mutating func list(
        _ name: String, required: Bool = false, _ findings: inout FindingList
    ) -> [JsonValue]? {
        guard let value = value(name, required: required, &findings) else { return nil }
        guard let list = value.array else {
            findings.add(.valueType, "a list is needed, not \(value.kind)", at: name)
            return nil
        }
        return list
    }

    /// A list of texts, each checked, none twice.
    mutating func strings(
        _ name: String, _ findings: inout FindingList,
        _ check: (String, inout FindingList) -> String?
    ) -> [String]? {
        guard let list = list(name, &findings) else { return nil }
        var known: Set<[UInt8]> = []
        return findings.inside(name) { findings in
            list.enumerated().compactMap { index, value in
                findings.inside("\(index)") { findings in
                    guard let text = value.string else {
                        findings.add(.valueType, "a text is needed, not \(value.kind)")
                        return nil
                    }
                    guard known.insert(Array(text.utf8)).inserted else {
                        findings.add(.duplicate, "`\(text.prefix(80))` is in the list twice")
                        return nil
                    }
                    return check(text, &findings)
                }
            }
        }
    }

    mutating func uris(_ name: String, _ findings: inout FindingList) -> [String]? {
        strings(name, &findings, Self.checked)
    }

    /// A list of objects.
    mutating func objects<Element>(
        _ name: String, required: Bool = false, _ findings: inout FindingList,
        _ read: (FieldReader, inout FindingList) -> Element?
    ) -> [Element]? {
        guard let list = list(name, required: required, &findings) else { return nil }
        let context = context
        return findings.inside(name) { findings in
            list.enumerated().compactMap { index, value in
                findings.inside("\(index)") { findings in
                    guard let object = value.object else {
                        findings.add(.valueType, "an object is needed, not \(value.kind)")
                        return nil
                    }
                    return read(FieldReader(object, context), &findings)
                }
            }
        }
    }

    /// One object.
    mutating func object<Element>(
        _ name: String, required: Bool = false, _ findings: inout FindingList,
        _ read: (FieldReader, inout FindingList) -> Element?
    ) -> Element? {
        guard let value = value(name, required: required, &findings) else { return nil }
        guard let object = value.object else {
            findings.add(.valueType, "an object is needed, not \(value.kind)", at: name)
            return nil
        }
        let context = context
        return findings.inside(name) { read(FieldReader(object, context), &$0) }
    }

    /// All members that were not read: their names need a namespace.
    func extensions(_ findings: inout FindingList) -> [Extension] {
        object.members.filter { !seen.contains($0.name) }.compactMap { member in
            guard
                context.isQualified(member.name) || context.hasUnknown && member.name.contains(":")
            else {
                let known = LinkedContext.parts(of: member.name).map {
                    "the prefix `\($0.prefix.prefix(40))` is not declared in @context"
                }
                findings.add(
                    .namespace,
                    known ?? "the field is none of EPCIS, and has no namespace of its own",
                    at: String(member.name.prefix(100)))
                return nil
            }
            Self.warnOfNumbers(member.value, member.name, &findings)
            return Extension(
                member.name, namespace: context.expanded(member.name)?.namespace, member.value)
        }
    }

    /// Refuses all members that were not read.
    func refuseRest(_ findings: inout FindingList) {
        for member in object.members where !seen.contains(member.name) {
            findings.add(
                .unknownField, "the field has no place here", at: String(member.name.prefix(100)))
        }
    }

    /// Texts that the event hash takes for numbers.
    private static func warnOfNumbers(
        _ value: JsonValue, _ name: String, _ findings: inout FindingList
    ) {
        switch value {
        case .string(let text):
            let hashed = NumericText.canonical(text)
            guard let hashed, !hashed.hasSameBytes(as: text) else { return }
            findings.add(
                .numericText,
                "the text `\(text.prefix(40))` is hashed as the number \(hashed.prefix(40)); put a "
                    + "letter in front when it is a name", severity: .warning, at: name)
        case .array(let values): for value in values { warnOfNumbers(value, name, &findings) }
        case .object(let object):
            for member in object.members {
                warnOfNumbers(member.value, "\(name).\(member.name.prefix(100))", &findings)
            }
        case .null, .bool, .number: return
        }
    }
}
