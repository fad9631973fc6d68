import Wire

/// Checks at each start that the library gives the verdicts that the network agreed on.
///
/// Two releases of a library that differ on a single odd signature would split the chain; a node
/// whose library differs must not sign and does not start.
///
/// - Source: `nodes-and-attacks.md` 5.1, design R3.
public enum SignatureSelfTest {
    /// What came out: one letter a vector, `V` for valid and `x` for refused.
    public struct Outcome: Equatable, Sendable {
        /// The library alone on the published edge cases.
        public let edges: String
        /// Library and key admission together on the same cases.
        public let edgesAdmitted: String
        /// Signatures whose owner moved R out of the subgroup.
        public let shifted: String
        /// Keys moved out of the subgroup, by admission alone.
        public let shiftedKeys: String

        /// What every node must get.
        public static let expected = Outcome(
            edges: "xxxVxxxxxxxx", edgesAdmitted: "xxxxxxxxxxxx", shifted: "Vxxxxxxx",
            shiftedKeys: "Vxxxxxxx")

        public init(edges: String, edgesAdmitted: String, shifted: String, shiftedKeys: String) {
            self.edges = edges
            self.edgesAdmitted = edgesAdmitted
            self.shifted = shifted
            self.shiftedKeys = shiftedKeys
        }
    }

    /// Runs all vectors; takes a few milliseconds.
    public static func run() -> Outcome {
        let keys = SignatureVectors.shiftedKeys.compactMap { PublicKey(hex: $0) }
        let shifted = SignatureVectors.shifted.compactMap { Hex.decode($0).flatMap(Signature.init) }
        let edges = SignatureVectors.edges.map { edge in
            (isValid(edge), PublicKey(hex: edge.key)?.isAdmissible == true)
        }
        return Outcome(
            edges: letters(edges.map { $0.0 }),
            edgesAdmitted: letters(edges.map { $0.0 && $0.1 }),
            shifted: letters(
                shifted.map { $0.isValid(for: SignatureVectors.shiftedMessage, by: keys[0]) }),
            shiftedKeys: letters(keys.map { $0.isAdmissible }))
    }

    /// `nil` when the library is as expected, otherwise one sentence with both outcomes.
    public static func complaint() -> String? {
        let outcome = run()
        guard outcome != .expected else { return nil }
        return "this system's libsodium judges signatures differently from the network "
            + "(found \(outcome), expected \(Outcome.expected)); this node must not sign"
    }

    private static func isValid(_ edge: SignatureVectors.Edge) -> Bool {
        guard let message = Hex.decode(edge.message), let key = PublicKey(hex: edge.key),
            let signature = Hex.decode(edge.signature).flatMap(Signature.init)
        else { return false }
        return signature.isValid(for: message, by: key)
    }

    private static func letters(_ verdicts: [Bool]) -> String {
        verdicts.map { $0 ? "V" : "x" }.joined()
    }
}

extension SignatureSelfTest.Outcome: CustomStringConvertible {
    public var description: String { "\(edges) \(edgesAdmitted) \(shifted) \(shiftedKeys)" }
}
