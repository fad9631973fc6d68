import Consensus
import Foundation
public import Primitives

/// Where time comes from in a running node.
public enum Clocks {
    private static let origin = ContinuousClock.now

    /// A clock that only goes forward, for timers.
    public static var instant: Instant {
        let elapsed = (ContinuousClock.now - origin).components
        let nanoseconds = elapsed.seconds * 1_000_000_000 + elapsed.attoseconds / 1_000_000_000
        // One second of head start, so that subtracting a short time cannot pass zero.
        return Instant(UInt64(clamping: nanoseconds) + 1_000_000_000)
    }

    /// The time of day, for headers.
    public static var wall: Timestamp {
        Timestamp(UInt64(max(0, Date().timeIntervalSince1970 * 1_000)))
    }
}

/// The time of a ledger, as a node reads it for headers and for the age of proofs.
///
/// A local network may let it run faster than the time of day, so that terms of hours and days run
/// out while somebody watches. On every other network it is the time of day.
public struct LedgerClock: Sendable, Equatable {
    /// The most seconds of the ledger in one second.
    public static let rateLimit: UInt64 = 3_600

    /// From which on it runs faster: the time of the genesis document.
    public let origin: Timestamp
    /// Seconds of the ledger in one second.
    public let rate: UInt64

    public init(origin: Timestamp, rate: UInt64) {
        self.origin = origin
        self.rate = rate
    }

    public var now: Timestamp { reading(of: Clocks.wall) }

    /// Timers of agreement whose terms are compared with times of headers, on this clock.
    func paced(_ pace: Pace) -> Pace {
        func scaled(_ term: UInt64) -> UInt64 {
            let (product, overflow) = term.multipliedReportingOverflow(by: rate)
            return overflow ? .max : product
        }
        var paced = pace
        paced.precision = scaled(pace.precision)
        paced.proposalAge = scaled(pace.proposalAge)
        return paced
    }

    /// What the clock shows at a time of day; the time of day itself before the origin.
    public func reading(of wall: Timestamp) -> Timestamp {
        guard rate != 1, wall > origin else { return wall }
        let (passed, overflow) = (wall.milliseconds - origin.milliseconds)
            .multipliedReportingOverflow(by: rate)
        return origin.adding(overflow ? .max : passed)
    }
}

/// Runs blocking work on a thread that may block, one piece after the other.
///
/// Disk writes wait for the device; on the threads that run tasks they would hold up everything
/// else on a machine with two cores.
public struct DiskQueue: Sendable {
    private let queue: DispatchQueue

    public init(_ label: String) { queue = DispatchQueue(label: label) }

    public func run<Value: Sendable>(_ work: @escaping @Sendable () -> Value) async -> Value {
        await withCheckedContinuation { continuation in
            queue.async { continuation.resume(returning: work()) }
        }
    }

    public func run<Value: Sendable, Failure: Error>(
        _ work: @escaping @Sendable () throws(Failure) -> Value
    ) async throws(Failure) -> Value {
        let result = await run { () -> Result<Value, Failure> in
            do throws(Failure) { return .success(try work()) } catch { return .failure(error) }
        }
        return try result.get()
    }
}

/// Timers by name; arming one that runs replaces it.
struct Timers<Name: Hashable & Sendable> {
    private var running: [Name: Task<Void, Never>] = [:]

    /// Fires at an instant of ``Clocks/instant``, and never before it: a machine that is woken too
    /// early finds nothing to do and has to ask again.
    mutating func arm(
        _ name: Name, at instant: Instant, _ fire: @escaping @Sendable (Name) async -> Void
    ) {
        running[name]?.cancel()
        running[name] = Task {
            while true {
                let now = Clocks.instant
                guard now < instant else { break }
                let wait = Int64(clamping: instant.number - now.number)
                do { try await Task.sleep(for: .nanoseconds(wait)) } catch {
                    return  // Replaced or stopped.
                }
            }
            guard !Task.isCancelled else { return }
            await fire(name)
        }
    }

    mutating func cancelAll() {
        for timer in running.values { timer.cancel() }
        running = [:]
    }
}
