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
