/// A kind of thing that went wrong on purpose.
public enum FaultKind: String, CaseIterable, Sendable, Encodable {
    case crash
    case crashBetweenEffects
    case partition
    case oneWayCut
    case clog
    case slowPeer
    case narrowLinks
    case connectionReset
    case loss
    case duplication
    case reordering
    case corruption
    case clockJump
    case pause
    case lostVotes
    case oldBackup
    case clonedData
    case lostWrites
    case tornWrite
    case bitFlip
    case misdirectedWrite
    case lyingSync
    case writeError
    case fullDisk
    case slowDisk
    case mixedVersions
    case twin
    case traitor
}

/// How often each kind of fault struck.
public struct FaultTally: Hashable, Sendable {
    private var counts = [UInt64](repeating: 0, count: FaultKind.allCases.count)

    public init() {}

    public subscript(kind: FaultKind) -> UInt64 {
        get { counts[Self.place(kind)] }
        set { counts[Self.place(kind)] = newValue }
    }

    public var total: UInt64 { counts.reduce(0, +) }

    public mutating func add(_ other: FaultTally) {
        for kind in FaultKind.allCases { self[kind] += other[kind] }
    }

    /// Kinds are few, and each has its place in the list of all.
    private static func place(_ kind: FaultKind) -> Int {
        FaultKind.allCases.firstIndex(of: kind) ?? 0
    }
}

extension FaultTally: Encodable {
    private struct Name: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }

        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Name.self)
        for kind in FaultKind.allCases {
            try container.encode(self[kind], forKey: Name(stringValue: kind.rawValue))
        }
    }
}

extension FaultTally: CustomStringConvertible {
    public var description: String {
        FaultKind.allCases.filter { self[$0] > 0 }
            .map { "\($0.rawValue) \(self[$0])" }.joined(separator: ", ")
    }
}
