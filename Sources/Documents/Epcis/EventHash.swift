import Primitives
public import Wire

/// The hash that names an event everywhere, and that enters the ledger.
///
/// - Source: CBV 2.0, section 8.9.3. Where its text leaves a choice, and in the order of fields, the
///   hash is that of the reference generator; `Decisions/0040` lists where the two differ.
public struct EventHash: Hashable, Sendable {
    /// The text that is hashed; with it anybody can see why two hashes differ.
    public let preHash: String
    public let digest: FixedBytes<32>

    init(preHash: String) {
        self.preHash = preHash
        digest = Sha256.hash(Array(preHash.utf8))
    }

    /// Hashes an event of a document.
    public init(of event: EpcisEvent, in context: LinkedContext) {
        self.init(of: EventWriter.json(of: event), in: context)
    }

    /// Hashes an event as it is written, valid or not, without the fields that the repository leaves
    /// out.
    init(of event: JsonObject, in document: LinkedContext, ignoring ignored: Set<String> = []) {
        var context = document
        if let own = event["@context"] { _ = context.add(own) }
        let builder = PreHashTree(context: context, ignored: ignored)
        let type = event["type"]?.string ?? ""
        self.init(preHash: "eventType=\(type)" + builder.event(event).text(ofEvent: true))
    }

    /// The form of RFC 6920 that EPCIS uses as an event's name.
    public var uri: String { "ni:///sha-256;\(Hex.encode(digest.array))?ver=CBV2.0" }

    /// The 32 bytes of a hash in its `ni:` form; `nil` for any other text.
    public static func digest(of uri: String) -> FixedBytes<32>? {
        let start = "ni:///sha-256;"
        let end = "?ver=CBV2.0"
        guard uri.hasPrefix(start), uri.hasSuffix(end) else { return nil }
        let hex = String(uri.dropFirst(start.count).dropLast(end.count))
        return Hex.decode(hex).flatMap { FixedBytes<32>($0) }
    }
}
