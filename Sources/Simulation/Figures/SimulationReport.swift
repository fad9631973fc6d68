import Primitives
import Wire

/// What a run over many seeds has shown: the figures to publish.
///
/// Reports of disjoint seeds add up, so that several processes can share the work.
///
/// - Source: `consensus.md` 4.2, "Figures to publish".
public struct SimulationReport: Sendable, Encodable {
    /// A seed that broke a law, and how to see it again.
    public struct Failure: Hashable, Sendable, Encodable {
        public let seed: UInt64
        /// The laws that were broken, in order.
        public let sentences: [String]
        public let replay: String
    }

    /// Failures that are told in full; the rest is counted.
    public static let failureLimit = 100
    /// One seed of so many is run a second time, to compare the histories.
    public static let repeatInterval: UInt64 = 16

    public private(set) var seedCount: UInt64 = 0
    public private(set) var failureCount: UInt64 = 0
    public private(set) var failures: [Failure] = []
    public private(set) var simulatedMilliseconds: UInt64 = 0
    public private(set) var viewCount: UInt64 = 0
    public private(set) var blockCount: UInt64 = 0
    public private(set) var eventCount: UInt64 = 0
    public private(set) var faults = FaultTally()
    /// Seeds that were run twice, and those of them whose histories differed.
    public private(set) var repeatCount: UInt64 = 0
    public private(set) var mismatchCount: UInt64 = 0
    /// Seeds with real signatures.
    public private(set) var realSignatureCount: UInt64 = 0
    /// Seeds in which a quorum had to go on while all else stayed broken.
    public private(set) var partlyHealedCount: UInt64 = 0
    /// From the first proof of a broken rule to the final block with it.
    public private(set) var evidenceMilliseconds = Distribution()
    /// Of the histories of all seeds: the same for the same seeds, in any process and on any machine.
    public private(set) var historyMark: UInt64 = 0
    /// From healing to the next final block at every node that was healed.
    public private(set) var healMilliseconds = Distribution()
    /// From submission of a payment to its finality, with all faults.
    public private(set) var paymentMilliseconds = Distribution()
    /// Figures of runs without random faults; empty until they are measured.
    public private(set) var measurements: [Measurement] = []
    /// Runs with traitors above a third; absent until they are made.
    public private(set) var forkTrials: ForkTrials?

    public init() {}

    /// Runs one campaign for each seed.
    ///
    /// - Parameters:
    ///   - seeds: Each is one campaign of full size.
    ///   - note: Hears of each campaign when it is over; `false` ends the run.
    public mutating func run(
        seeds: Range<UInt64>, note: (Campaign.Report) -> Bool = { _ in true }
    ) {
        for seed in seeds {
            var campaign = Campaign(seed: seed)
            let report = campaign.run()
            add(report)
            if seed % Self.repeatInterval == 0 { compare(report) }
            guard note(report) else { return }
        }
    }

    /// Runs the scenarios whose finality and cost are published.
    public mutating func measure() {
        measurements = Measurement.all()
        forkTrials = ForkTrials(seeds: 1...16)
    }

    /// Whether nothing was found in any of it.
    public var isClean: Bool {
        failureCount == 0 && mismatchCount == 0
            && measurements.allSatisfy { $0.violations.isEmpty && $0.bounds.allSatisfy(\.holds) }
            && (forkTrials?.isClean ?? true)
    }

    private mutating func compare(_ report: Campaign.Report) {
        var again = Campaign(seed: report.seed)
        repeatCount += 1
        guard again.run().history != report.history else { return }
        mismatchCount += 1
        fail(report.seed, ["two runs of the seed have different histories"])
    }

    private mutating func add(_ report: Campaign.Report) {
        seedCount += 1
        simulatedMilliseconds += report.milliseconds
        viewCount += report.views
        blockCount += report.height.number
        eventCount += report.eventCount
        faults.add(report.faults)
        healMilliseconds.add(report.healMilliseconds)
        historyMark ^= (0..<8).reduce(0) { $0 << 8 | UInt64(report.history.bytes[$1]) }
        if report.hasRealSignatures { realSignatureCount += 1 }
        if report.wasHealedInPart { partlyHealedCount += 1 }
        for delay in report.evidenceMilliseconds { evidenceMilliseconds.add(delay) }
        for delay in report.finalityMilliseconds { paymentMilliseconds.add(delay) }
        if !report.violations.isEmpty {
            fail(report.seed, report.violations.map(\.description))
        }
    }

    private mutating func fail(_ seed: UInt64, _ sentences: [String]) {
        failureCount += 1
        guard failures.count < Self.failureLimit else { return }
        failures.append(
            Failure(
                seed: seed, sentences: sentences,
                replay: "SIM_SEED=\(seed) swift test --filter CampaignTests"))
    }

    /// Adds what another run over other seeds has shown.
    public mutating func add(_ other: SimulationReport) {
        seedCount += other.seedCount
        failureCount += other.failureCount
        failures += other.failures.prefix(Self.failureLimit - failures.count)
        simulatedMilliseconds += other.simulatedMilliseconds
        viewCount += other.viewCount
        blockCount += other.blockCount
        eventCount += other.eventCount
        faults.add(other.faults)
        repeatCount += other.repeatCount
        mismatchCount += other.mismatchCount
        healMilliseconds.add(other.healMilliseconds)
        historyMark ^= other.historyMark
        realSignatureCount += other.realSignatureCount
        partlyHealedCount += other.partlyHealedCount
        evidenceMilliseconds.add(other.evidenceMilliseconds)
        paymentMilliseconds.add(other.paymentMilliseconds)
        if measurements.isEmpty { measurements = other.measurements }
        forkTrials = forkTrials ?? other.forkTrials
    }
}

extension SimulationReport: CustomStringConvertible {
    /// The report as lines for people.
    public var description: String {
        var lines = [
            "seeds                \(seedCount) run, \(failureCount) failed; \(realSignatureCount) with"
                + " real signatures, \(partlyHealedCount) with only a quorum healed at first",
            "simulated            \(simulatedMilliseconds / 3_600_000) h"
                + " \(simulatedMilliseconds / 60_000 % 60) min,"
                + " \(viewCount) views, \(blockCount) blocks, \(eventCount) events",
            "determinism          \(mismatchCount) mismatches in \(repeatCount) seeds run twice;"
                + " mark of all histories \(String(historyMark, radix: 16))",
            "faults               \(faults.total): \(faults)",
            "time to heal         \(healMilliseconds)",
            "payments, all faults \(paymentMilliseconds)",
            "evidence             \(evidenceMilliseconds)",
        ]
        if let forkTrials { lines.append(forkTrials.description) }
        lines += measurements.map(\.description)
        for failure in failures {
            lines.append("FAILED seed \(failure.seed): \(failure.sentences.first ?? "")")
            lines.append("  replay: \(failure.replay)")
        }
        return lines.joined(separator: "\n")
    }
}
