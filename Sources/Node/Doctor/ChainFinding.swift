import Primitives

/// Something that a chain store lacks, or has wrong.
enum ChainFinding: Equatable, Sendable {
    /// A block that is not there, or is not the one that its name says.
    case block(Height, Digest)
    /// Records that follow from the block and the state before it.
    case row(Height, parts: [String])
    /// No certificate covers this final block.
    case certificate(Height)
    case set(Epoch)
    /// Nothing here says which block is final at this height; what is above hangs in the air.
    case end(Height)
    /// A record that belongs to no final block.
    case stray(String)
}

extension ChainFinding: CustomStringConvertible {
    var description: String {
        switch self {
        case .block(let height, let digest):
            "block \(height) (\(digest.hex.prefix(16))) is missing or damaged"
        case .row(let height, let parts):
            "\(parts.joined(separator: ", ")) of block \(height) missing or damaged"
        case .certificate(let height): "no certificate covers block \(height)"
        case .set(let epoch): "the validator set of epoch \(epoch) is missing or damaged"
        case .end(let height): "nothing says which block is final at height \(height)"
        case .stray(let what): what
        }
    }

    /// Whether the node mends it by itself: the next final block brings a certificate.
    func isHarmless(_ top: Height) -> Bool { self == .certificate(top) }

    /// The part of the store that it is about, as people call it.
    var subject: String {
        switch self {
        case .block: "block"
        case .row: "record"
        case .certificate: "certificate"
        case .set: "set"
        case .end, .stray: "chain"
        }
    }
}
