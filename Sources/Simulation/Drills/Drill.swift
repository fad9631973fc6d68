import Primitives

/// A run with a story: what goes wrong, and what must be so in the end.
///
/// Campaigns let chance decide; a drill makes one thing happen for certain. The attacks on
/// agreement (`nodes-and-attacks.md` 5.3 C) and the pitfalls of `consensus.md` 1.12 are drills by
/// their number.
public struct Drill: Sendable, CustomStringConvertible {
    public let name: String
    private let story: @Sendable (UInt64, inout Findings) -> Void

    init(_ name: String, _ story: @escaping @Sendable (UInt64, inout Findings) -> Void) {
        self.name = name
        self.story = story
    }

    public var description: String { name }

    /// Runs the story.
    ///
    /// - Returns: what was not as it must be; empty when all was.
    public func run(seed: UInt64) -> [String] {
        var findings = Findings()
        story(seed, &findings)
        return findings.sentences
    }

    /// All drills, in the order of their numbers.
    public static let all: [Drill] =
        attacksOnVotes + attacksOnBlocks + attacksOnValidators + attacksOnDisks
        + attacksFromOutside + pitfalls + rulesOfAgreement + machines + traitorDrills
}

/// What a drill found to be wrong.
struct Findings: Sendable {
    private(set) var sentences: [String] = []

    mutating func expect(_ holds: Bool, _ sentence: @autoclosure () -> String) {
        if !holds { sentences.append(sentence()) }
    }

    /// No law was broken.
    mutating func expectLaws(of cluster: Cluster) {
        sentences += cluster.violations.map(\.description)
    }

    /// Blocks go on becoming final, and no law is broken.
    mutating func expectProgress(
        of cluster: inout Cluster, blocks: UInt64 = 3, withinMilliseconds limit: UInt64 = 20_000
    ) {
        let target = cluster.highestHeight.adding(blocks)
        let isDone = cluster.run(untilMilliseconds: cluster.milliseconds + limit) {
            $0.lowestHeight >= target
        }
        expectLaws(of: cluster)
        expect(
            isDone, "only \(cluster.lowestHeight) of \(target) blocks are final after \(limit) ms")
    }
}
