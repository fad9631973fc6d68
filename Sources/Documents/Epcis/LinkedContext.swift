/// What the prefixes of a document mean.
///
/// - Source: JSON-LD 1.1, section 3.1; the context of EPCIS 2.0 is known here and is never fetched.
public struct LinkedContext: Equatable, Sendable {
    /// The most prefixes that a document may declare.
    public static let prefixLimit = 256

    /// What the context of EPCIS itself declares.
    static let builtIn: [String: String] = [
        "epcis": "https://ref.gs1.org/epcis/", "cbv": "https://ref.gs1.org/cbv/",
        "cbvmda": "urn:epcglobal:cbv:mda:", "gs1": "https://gs1.org/voc/",
        "rdfs": "http://www.w3.org/2000/01/rdf-schema#", "owl": "http://www.w3.org/2002/07/owl#",
        "xsd": "http://www.w3.org/2001/XMLSchema#", "dcterms": "http://purl.org/dc/terms/",
    ]

    /// Prefixes that the document or the event declares itself.
    public private(set) var prefixes: [String: String] = [:]
    /// Addresses of contexts, in order.
    public private(set) var addresses: [String] = []

    public init() {}

    /// Adds what a `@context` says; later declarations win.
    ///
    /// - Returns: a sentence for each part that is not understood.
    mutating func add(_ value: JsonValue) -> [String] {
        switch value {
        case .string(let address):
            addresses.append(address)
            return []
        case .array(let values): return values.flatMap { add($0) }
        case .object(let object): return object.members.compactMap { declare($0) }
        case .null, .bool, .number: return ["a context is an address or an object"]
        }
    }

    private mutating func declare(_ member: JsonObject.Member) -> String? {
        let name = member.name
        // Keywords such as `@version` declare no prefix.
        guard !name.hasPrefix("@") else { return nil }
        guard let meaning = member.value.string ?? member.value.object?["@id"]?.string,
            !name.isEmpty, !meaning.isEmpty
        else { return "`\(name.prefix(40))` has no meaning" }
        guard prefixes.count < Self.prefixLimit else {
            return "more than \(Self.prefixLimit) prefixes are declared"
        }
        prefixes[name] = meaning
        return nil
    }

    /// Whether the context of EPCIS is named.
    var hasEpcis: Bool { addresses.contains { Self.isEpcis($0) } }

    /// Whether a context is named that is not known here, and that may declare anything.
    var hasUnknown: Bool { addresses.contains { !Self.isEpcis($0) } }

    private static func isEpcis(_ address: String) -> Bool {
        let known = [
            "https://ref.gs1.org/standards/epcis/", "http://ref.gs1.org/standards/epcis/",
            "https://gs1.github.io/EPCIS/",
        ]
        return address.hasSuffix("epcis-context.jsonld")
            && known.contains { address.hasPrefix($0) }
    }

    /// A name with a prefix taken apart; `nil` for a bare word and for an address with `//`.
    static func parts(of name: String) -> (prefix: String, local: String)? {
        guard let colon = name.firstIndex(of: ":") else { return nil }
        let local = name[name.index(after: colon)...]
        guard !local.hasPrefix("//") else { return nil }
        return (String(name[..<colon]), String(local))
    }

    /// What a name with a prefix stands for, by the document's own prefixes.
    func expanded(_ name: String) -> (namespace: String, local: String)? {
        guard let (prefix, local) = Self.parts(of: name), let meaning = prefixes[prefix] else {
            return nil
        }
        return (meaning, local)
    }

    /// Whether a name has a namespace: a declared prefix, one of EPCIS, or a whole address.
    func isQualified(_ name: String) -> Bool {
        guard let (prefix, _) = Self.parts(of: name) else { return name.contains("://") }
        return prefixes[prefix] != nil || Self.builtIn[prefix] != nil
            || ["urn", "http", "https"].contains(prefix)
    }
}
