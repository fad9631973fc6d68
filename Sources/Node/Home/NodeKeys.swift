public import Primitives
public import Wire

/// The secrets of a node: who it is to its peers, and what it votes with.
///
/// Two keys, so that a change of machine does not change the voter, and a leaked connection key
/// cannot vote.
public struct NodeKeys: Sendable {
    public let identity: SigningKey
    public let vote: SigningKey

    public init(identity: SigningKey, vote: SigningKey) {
        self.identity = identity
        self.vote = vote
    }

    /// Makes both keys from the operating system's random source.
    public static func fresh() -> NodeKeys {
        NodeKeys(
            identity: SigningKey(seed: SystemEntropy.bytes32()),
            vote: SigningKey(seed: SystemEntropy.bytes32()))
    }

    static func load(_ path: String) throws(HomeError) -> NodeKeys {
        try Files.requireSecret(path)
        var seeds: [String: FixedBytes<32>] = [:]
        let lines = try Files.text(path, limit: 4_096).split(separator: "\n")
        for (index, line) in lines.enumerated() where !line.hasPrefix("#") {
            let parts = line.split(separator: "=").map { $0.trimmingWhitespace() }
            guard parts.count == 2, let bytes = Hex.decode(String(parts[1])),
                let seed = FixedBytes<32>(bytes)
            else {
                throw .malformed(
                    path: path, line: index + 1, reason: "a key reads `name = 64 digits`")
            }
            seeds[String(parts[0])] = seed
        }
        guard let identity = seeds["identity"], let vote = seeds["vote"] else {
            throw .malformed(path: path, line: 0, reason: "it lacks `identity` or `vote`")
        }
        return NodeKeys(identity: SigningKey(seed: identity), vote: SigningKey(seed: vote))
    }

    func save(_ path: String) throws(HomeError) {
        let text = """
            # Secret. Whoever reads this file can speak and vote as this node.
            identity = \(Hex.encode(identity.seed.array))
            vote = \(Hex.encode(vote.seed.array))

            """
        try Files.write(Array(text.utf8), to: path, secret: true)
    }
}

/// The operating system's random source; pure modules get its bytes as arguments.
public enum SystemEntropy {
    public static func bytes(_ count: Int) -> [UInt8] {
        var generator = SystemRandomNumberGenerator()
        return (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
    }

    public static func bytes32() -> FixedBytes<32> {
        var generator = SystemRandomNumberGenerator()
        return FixedBytes(
            InlineArray { _ in UInt8.random(in: .min ... .max, using: &generator) })
    }

    public static func number() -> UInt64 {
        var generator = SystemRandomNumberGenerator()
        return generator.next()
    }
}
