import Foundation
import Primitives
import Simulation

/// Views that one core simulates in a second: whole replicas with simulated signatures, payments
/// and all laws checked, without faults.
struct Speed: Encodable {
    static let replicaCounts = [4, 7]
    /// Payments in a second of the run: about one a view, and about five.
    static let paymentCounts: [UInt64] = [4, 20]
    /// - Unit: milliseconds of the run.
    static let runMilliseconds: UInt64 = 60_000

    let replicas: Int
    let paymentsPerSecond: UInt64
    let views: UInt64
    /// Processor time of the process.
    let seconds: Double
    let viewsPerSecond: Double
    /// Begins the hash over everything that happened; two builds that behave alike print the same.
    let history: String

    static func measure() -> [Speed] {
        replicaCounts.flatMap { replicas in paymentCounts.map { measure(replicas, $0) } }
    }

    private static func measure(_ replicas: Int, _ paymentsPerSecond: UInt64) -> Speed {
        var scenario = Scenario(validators: replicas)
        scenario.paymentsPerSecond = paymentsPerSecond
        var cluster = Cluster(scenario, seed: 1)
        // Nothing else runs in this process meanwhile.
        let start = clock()
        cluster.run(untilMilliseconds: runMilliseconds)
        let seconds = Double(clock() - start) / Double(CLOCKS_PER_SEC)
        return Speed(
            replicas: replicas, paymentsPerSecond: paymentsPerSecond,
            views: cluster.viewCount, seconds: seconds,
            viewsPerSecond: Double(cluster.viewCount) / seconds,
            history: String(cluster.historyDigest().hex.prefix(8)))
    }

    var text: String {
        "speed                \(Int(viewsPerSecond)) views a second of processor time:"
            + " \(replicas) replicas, \(paymentsPerSecond) payments/s"
            + " (\(views) views in \(Int(seconds * 1_000)) ms, history \(history))"
    }
}
