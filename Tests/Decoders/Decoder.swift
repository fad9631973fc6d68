import Primitives

/// One way for bytes of a peer into a node, with valid messages to begin from.
///
/// The fuzzer and the mutation test both walk the list of all of them.
public struct Decoder: Sendable {
    /// What became of the bytes; a trap is what nobody ever wants.
    public enum Outcome: Equatable, Sendable {
        case refused
        case taken
        /// Taken, although another form of the same value exists (design R1).
        case notCanonical
    }

    /// In lower case with dashes: the folder of its corpus, and the fuzzer's choice.
    public let name: String
    public let samples: [[UInt8]]
    public let read: @Sendable ([UInt8]) -> Outcome

    init(
        _ name: String, samples: [[UInt8]], read: @escaping @Sendable ([UInt8]) -> Outcome
    ) {
        self.name = name
        self.samples = samples
        self.read = read
    }

    /// Every decoder that sees bytes of a peer.
    public static var all: [Decoder] {
        ChainSamples.decoders + AgreementSamples.decoders + LightSamples.decoders
            + GossipSamples.decoders + TransportSamples.decoders + ClearanceSamples.decoders
    }
}
