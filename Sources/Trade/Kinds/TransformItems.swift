public import Ledger
public import Primitives
public import Wire

/// Uses things up to make others: an EPCIS transformation.
///
/// The journal of each thing used names each thing made, so that a recall finds its way down.
public struct TransformItems: ActionKind {
    public static let number: UInt32 = 84

    public let event: Digest
    /// Ascending.
    public let inputs: [Digest]
    /// Ascending by key.
    public let outputs: [BeginItems.Birth]

    public init(event: Digest, inputs: [Digest], outputs: [BeginItems.Birth]) {
        self.event = event
        self.inputs = inputs
        self.outputs = outputs
    }

    public init(from bytes: Span<UInt8>, at cursor: inout WireCursor) throws(WireError) {
        event = try cursor.fixed(1, "event", of: bytes)
        inputs = try cursor.fixedList(2, "inputs", limit: ItemLimits.thingCount, of: bytes)
        outputs = try cursor.messages(3, "outputs", limit: ItemLimits.thingCount, of: bytes)
    }

    public func encode(into writer: inout WireWriter) {
        writer.fixed(1, event)
        writer.fixedList(2, inputs)
        writer.messages(3, outputs)
    }

    public var entryCount: Int { inputs.count * outputs.count + outputs.count }

    public func check() throws(Rejection) {
        guard inputs.isThingList, outputs.map(\.key).isThingList,
            inputs.count * outputs.count <= ItemLimits.pairCount
        else { throw .malformed }
    }

    public func apply(to draft: inout Draft, by source: AccountID) throws(Rejection) {
        for birth in outputs {
            if let tag = birth.tag, !tag.foundingKey.isAdmissible { throw .keyNotAdmissible }
            try draft.open(
                Item(maker: source, tag: birth.tag), at: birth.key, for: source,
                RecordStep(Self.number, by: source, subject: event, other: inputs.first))
        }
        for key in inputs {
            var item = try draft.kept(key, by: source)
            item.state = .consumed
            for birth in outputs {
                try draft.update(
                    item, at: key,
                    RecordStep(Self.number, by: source, subject: event, other: birth.key))
            }
        }
    }
}
