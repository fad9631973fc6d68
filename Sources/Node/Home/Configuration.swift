/// What a node does on its network.
public enum Role: String, Sendable, Codable, CaseIterable {
    /// Checks certificates and proofs, keeps no state.
    case light
    /// Executes every block and serves light nodes.
    case full
    /// A full node that also votes.
    case validator
}

public enum LogFormat: String, Sendable, Codable, CaseIterable { case text, json }

/// The settings of a node, as its `config` file states them.
///
/// - Shape: `key = value`, one a line; `#` starts a comment; lists are separated by spaces.
public struct Configuration: Equatable, Sendable {
    /// The most addresses in one list.
    public static let addressLimit = 64
    public static let listLimit = 8
    public static let byteLimit = 65_536

    public var role: Role
    /// Multiaddresses to listen at: `/ip4/0.0.0.0/tcp/9100`.
    public var listen: [String]
    /// Multiaddresses with peer ids to stay connected to: `/ip4/203.0.113.7/tcp/9100/p2p/12D3KooW…`.
    public var bootstrap: [String]
    /// Files with signed lists of nodes to dial first; relative to the home or absolute.
    public var bootstrapLists: [String]
    /// Multiaddresses under which others reach this node, when they are not those it listens at.
    public var announce: [String]
    public var logLevel: String
    public var logFormat: LogFormat
    /// The most connections from and to other nodes.
    public var peerLimit: Int
    /// Whether answers for light nodes are given.
    public var servesLight: Bool
    /// Seconds of the ledger in one second; other than 1 in local networks only.
    public var clockRate: UInt64

    public init(
        role: Role, listen: [String] = [], bootstrap: [String] = [],
        bootstrapLists: [String] = [], announce: [String] = [], logLevel: String = "info",
        logFormat: LogFormat = .text, peerLimit: Int = 168, servesLight: Bool = true,
        clockRate: UInt64 = 1
    ) {
        self.role = role
        self.listen = listen
        self.bootstrap = bootstrap
        self.bootstrapLists = bootstrapLists
        self.announce = announce
        self.logLevel = logLevel
        self.logFormat = logFormat
        self.peerLimit = peerLimit
        self.servesLight = servesLight
        self.clockRate = clockRate
    }

    static let levels = ["trace", "debug", "info", "notice", "warning", "error", "critical"]
}

extension Configuration {
    private enum Key: String, CaseIterable {
        case role
        case listen
        case bootstrap
        case bootstrapLists = "bootstrap-lists"
        case announce
        case logLevel = "log-level"
        case logFormat = "log-format"
        case peerLimit = "peer-limit"
        case servesLight = "serve-light"
        case clockRate = "clock-rate"
    }

    /// Reads the text of a `config` file.
    ///
    /// - Throws: ``HomeError/malformed(path:line:reason:)`` with the line.
    public init(parsing text: String, path: String = "config") throws(HomeError) {
        self.init(role: .full)
        var seen: Set<Key> = []
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false)
            .enumerated()
        {
            let content = line.prefix { $0 != "#" }
            guard content.contains(where: { !$0.isWhitespace }) else { continue }
            func fault(_ reason: String) -> HomeError {
                .malformed(path: path, line: index + 1, reason: reason)
            }
            let parts = content.split(separator: "=", maxSplits: 1)
                .map { String($0.trimmingWhitespace()) }
            guard parts.count == 2 else { throw fault("a setting reads `key = value`") }
            guard let key = Key(rawValue: parts[0]) else {
                let known = Key.allCases.map(\.rawValue).joined(separator: ", ")
                throw fault("`\(parts[0])` is not a setting; there are \(known)")
            }
            guard seen.insert(key).inserted else { throw fault("`\(parts[0])` is set twice") }
            if let reason = set(key, to: parts[1]) { throw fault(reason) }
        }
    }

    /// - Returns: why the value is refused, or `nil`.
    private mutating func set(_ key: Key, to value: String) -> String? {
        let words = value.split(separator: " ").map(String.init)
        switch key {
        case .role:
            guard let role = Role(rawValue: value) else {
                return "`\(value)` is not a role; choose light, full or validator"
            }
            self.role = role
        case .bootstrapLists:
            guard words.count <= Self.listLimit else {
                return "at most \(Self.listLimit) lists are allowed"
            }
            bootstrapLists = words
        case .listen, .bootstrap, .announce:
            guard words.count <= Self.addressLimit else {
                return "at most \(Self.addressLimit) addresses are allowed"
            }
            guard words.allSatisfy({ $0.hasPrefix("/") }) else {
                return "an address reads like /ip4/127.0.0.1/tcp/9100"
            }
            switch key {
            case .listen: listen = words
            case .announce: announce = words
            default: bootstrap = words
            }
        case .logLevel:
            guard Self.levels.contains(value) else {
                return "`\(value)` is not a level; choose \(Self.levels.joined(separator: ", "))"
            }
            logLevel = value
        case .logFormat:
            guard let format = LogFormat(rawValue: value) else {
                return "`\(value)` is not a format; choose text or json"
            }
            logFormat = format
        case .peerLimit:
            guard let limit = Int(value), (1...1_000).contains(limit) else {
                return "the peer limit is a number from 1 to 1000"
            }
            peerLimit = limit
        case .servesLight:
            guard value == "yes" || value == "no" else { return "say yes or no" }
            servesLight = value == "yes"
        case .clockRate:
            guard let rate = UInt64(value), (1...LedgerClock.rateLimit).contains(rate) else {
                return "the clock rate is a number from 1 to \(LedgerClock.rateLimit)"
            }
            clockRate = rate
        }
        return nil
    }

    private func line(_ key: Key, _ words: [String]) -> String {
        (words.isEmpty ? "# " : "") + "\(key.rawValue) = " + words.joined(separator: " ")
    }

    /// The text of the `config` file.
    public var text: String {
        """
        # How this node takes part. Restart the node after a change.
        role = \(role.rawValue)
        # Where it listens; none for a node that only dials.
        \(line(.listen, listen))
        # How others reach it, when that differs; without it, peers say what they see.
        \(line(.announce, announce))
        # Whom it keeps connected.
        \(line(.bootstrap, bootstrap))
        # Signed lists of nodes to dial first, while it has no connection of its own.
        \(line(.bootstrapLists, bootstrapLists))
        log-level = \(logLevel)
        log-format = \(logFormat.rawValue)
        peer-limit = \(peerLimit)
        serve-light = \(servesLight ? "yes" : "no")

        """ + (clockRate == 1 ? "" : "# Of a local network.\nclock-rate = \(clockRate)\n")
    }
}

extension Substring {
    func trimmingWhitespace() -> Substring {
        var trimmed = drop { $0.isWhitespace }
        while let last = trimmed.last, last.isWhitespace { trimmed.removeLast() }
        return trimmed
    }
}
