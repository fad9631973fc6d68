/// Turns the tree of an event into the text that is hashed.
///
/// The fields of the standard come first, in its order. What is left after them, business documents,
/// parties, master data and extensions, follows sorted by its bytes.
extension PreHashNode {
    func text(ofEvent isEvent: Bool) -> String {
        var rest = self
        let ordered = rest.takeOrdered(PreHashOrder.event, isEvent: isEvent)
        return ordered + Self.sorted(rest.children)
    }

    /// Takes the ordered fields out of the tree, and gives their text.
    private mutating func takeOrdered(_ order: [PreHashOrder], isEvent: Bool = false) -> String {
        let extensions = isEvent ? [] : takeExtensions()
        var output = ""
        for field in order {
            var texts: [String] = []
            var kept: [PreHashNode] = []
            for var child in children {
                guard child.name == field.name else {
                    kept.append(child)
                    continue
                }
                let inner = child.takeOrdered(field.inner)
                let own = child.valueText(isTime: field.isTime)
                if !own.isEmpty || !inner.isEmpty { texts.append(child.name + own + inner) }
                if !child.children.isEmpty { kept.append(child) }
            }
            children = kept
            output += texts.sorted(by: Self.isBefore).joined()
        }
        return output + Self.sorted(extensions)
    }

    /// Extensions inside a field stay with it; so the reference generator does when their namespace
    /// ends with a slash and the field has more in it than them.
    private mutating func takeExtensions() -> [PreHashNode] {
        guard children.count > 1,
            !children.contains(where: {
                $0.name.contains("eventTime") || $0.name.contains("action")
            })
        else { return [] }
        let found = children.filter { $0.name.contains("{") && $0.name.contains("/}") }
        children.removeAll { $0.name.contains("{") && $0.name.contains("/}") }
        return found
    }

    private func valueText(isTime: Bool) -> String {
        let text = text.trimmed
        guard !text.isEmpty else { return "" }
        if isTime { return "=" + (EventTime(text)?.canonical ?? text) }
        return "=" + CanonicalText.of(text)
    }

    private static func sorted(_ nodes: [PreHashNode]) -> String {
        let texts = nodes.map { $0.name + $0.valueText(isTime: false) + sorted($0.children) }
        // Of a business document or a party the type comes first, whatever the letters.
        let keepsOrder = nodes.contains {
            ["bizTransaction", "source", "destination"].contains($0.name)
        }
        return keepsOrder ? texts.joined() : texts.sorted(by: isBefore).joined()
    }

    private static func isBefore(_ left: String, _ right: String) -> Bool {
        left.utf8.lexicographicallyPrecedes(right.utf8)
    }
}

/// The order of fields in the hash.
struct PreHashOrder: Sendable {
    let name: String
    let inner: [PreHashOrder]

    private init(_ name: String, _ inner: [PreHashOrder] = []) {
        self.name = name
        self.inner = inner
    }

    var isTime: Bool { name.lowercased().hasSuffix("time") }

    private static func all(_ names: String...) -> [PreHashOrder] { names.map { PreHashOrder($0) } }

    private static let quantities = [
        PreHashOrder("quantityElement", all("epcClass", "quantity", "uom"))
    ]

    private static let sensor = [
        PreHashOrder(
            "sensorMetadata",
            all(
                "time", "startTime", "endTime", "deviceID", "deviceMetadata", "rawData",
                "dataProcessingMethod", "bizRules")),
        PreHashOrder(
            "sensorReport",
            all(
                "type", "exception", "deviceID", "deviceMetadata", "rawData",
                "dataProcessingMethod", "time", "microorganism", "chemicalSubstance", "value",
                "component", "stringValue", "booleanValue", "hexBinaryValue", "uriValue",
                "minValue", "maxValue", "meanValue", "sDev", "percRank", "percValue", "uom",
                "coordinateReferenceSystem")),
    ]

    static let event: [PreHashOrder] =
        all("eventTime", "eventTimeZoneOffset", "certificationInfo", "parentID")
        + [
            PreHashOrder("epcList", all("epc")), PreHashOrder("inputEPCList", all("epc")),
            PreHashOrder("childEPCs", all("epc")), PreHashOrder("quantityList", quantities),
            PreHashOrder("childQuantityList", quantities),
            PreHashOrder("inputQuantityList", quantities),
            PreHashOrder("outputEPCList", all("epc")),
            PreHashOrder("outputQuantityList", quantities),
        ]
        + all("action", "transformationID", "bizStep", "disposition")
        + [
            PreHashOrder("persistentDisposition", all("set", "unset")),
            PreHashOrder("readPoint", all("id")), PreHashOrder("bizLocation", all("id")),
            PreHashOrder("sensorElementList", [PreHashOrder("sensorElement", sensor)]),
        ]
}

/// The one form of a value in the hash.
enum CanonicalText {
    private static let oldWords = [
        ("urn:epcglobal:cbv:bizstep:", Vocabulary.bizStep.root),
        ("urn:epcglobal:cbv:disp:", Vocabulary.disposition.root),
        ("urn:epcglobal:cbv:btt:", Vocabulary.bizTransactionType.root),
        ("urn:epcglobal:cbv:sdt:", Vocabulary.sourceDestinationType.root),
        ("urn:epcglobal:cbv:er:", Vocabulary.errorReason.root),
    ]

    static func of(_ text: String) -> String {
        var text = text
        if text.contains("urn:epcglobal:cbv:") {
            for (old, new) in oldWords {
                text = text.split(separator: old, omittingEmptySubsequences: false)
                    .joined(separator: new)
            }
        }
        if let number = NumericText.canonical(text) { return number }
        guard text.contains(".") else { return text }
        return EpcUrn.digitalLink(text) ?? DigitalLink.normalized(text, withEscapes: false) ?? text
    }
}

/// Texts that are numbers for the hash.
///
/// The reference generator makes a double of every text that it can, so `007`, `7.0` and `7` hash
/// alike; a document that means a name puts a letter in front.
public enum NumericText {
    /// The number as it is hashed: no sign `+`, no zeros that mean nothing; `nil` when the text is no
    /// number, or one too large for a double.
    public static func canonical(_ text: String) -> String? {
        guard isNumber(Array(text.utf8)),
            let value = Double(text.split(separator: "_").joined()), value.isFinite
        else { return nil }
        return value == value.rounded(.towardZero) ? DecimalText.integer(value) : value.description
    }

    /// Decimal digits with a sign, a point, an exponent, and single `_` between digits.
    private static func isNumber(_ bytes: [UInt8]) -> Bool {
        var offset = 0
        func has(_ characters: String) -> Bool {
            guard offset < bytes.count, characters.utf8.contains(bytes[offset]) else {
                return false
            }
            offset += 1
            return true
        }
        /// `nil` when a `_` stands in a wrong place.
        func digits() -> Int? {
            let start = offset
            while offset < bytes.count, bytes[offset].isDigit || bytes[offset] == 0x5f {
                let isEdge = offset == start || !bytes[offset - 1].isDigit
                if bytes[offset] == 0x5f, isEdge { return nil }
                offset += 1
            }
            if offset > start, bytes[offset - 1] == 0x5f { return nil }
            return offset - start
        }
        _ = has("+-")
        guard let whole = digits() else { return false }
        var fraction = 0
        if has(".") {
            guard let count = digits() else { return false }
            fraction = count
        }
        guard whole + fraction > 0 else { return false }
        if has("eE") {
            _ = has("+-")
            guard let exponent = digits(), exponent > 0 else { return false }
        }
        return offset == bytes.count
    }
}

extension String {
    /// Without white space at both ends.
    var trimmed: String {
        func isSpace(_ scalar: Unicode.Scalar) -> Bool {
            scalar.properties.isWhitespace || (0x1c...0x1f).contains(scalar.value)
        }
        let scalars = Array(unicodeScalars)
        guard let first = scalars.firstIndex(where: { !isSpace($0) }),
            let last = scalars.lastIndex(where: { !isSpace($0) })
        else { return "" }
        var output = String.UnicodeScalarView()
        output.append(contentsOf: scalars[first...last])
        return String(output)
    }
}
