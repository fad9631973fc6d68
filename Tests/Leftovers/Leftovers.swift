import Foundation
import Synchronization
public import Testing

/// What a test must not leave behind: directories, and whatever it started.
///
/// Whoever makes such a thing tells it here; the trait `.tidy` takes all of it away when the test is
/// over, also when the test failed half-way.
public final class Leftovers: Sendable {
    @TaskLocal fileprivate static var current: Leftovers?

    private let steps = Mutex<[@Sendable () async -> Void]>([])

    /// Takes note of a step to be done when the test is over; the last one is done first.
    ///
    /// A step may find its work done already.
    public static func add(_ step: @escaping @Sendable () async -> Void) {
        guard let current else {
            Issue.record("the suite lacks the trait `.tidy`")
            return
        }
        current.steps.withLock { $0.append(step) }
    }

    /// A path that nothing lies at, for a directory that is removed when the test is over.
    ///
    /// It is short, because a socket's path has at most 107 bytes.
    public static func directory() -> String {
        var random = SystemRandomNumberGenerator()
        let name = String(random.next(), radix: 36)
        let path = FileManager.default.temporaryDirectory.path + "/argosy-" + name
        add { try? FileManager.default.removeItem(atPath: path) }
        return path
    }

    fileprivate func clear() async {
        while let step = steps.withLock({ $0.popLast() }) { await step() }
    }
}

/// Takes away what each test of a suite left behind.
public struct Tidy: SuiteTrait, TestTrait, TestScoping {
    public var isRecursive: Bool { true }

    public func provideScope(
        for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
    ) async throws {
        let leftovers = Leftovers()
        do { try await Leftovers.$current.withValue(leftovers, operation: function) } catch {
            await leftovers.clear()
            throw error
        }
        await leftovers.clear()
    }
}

extension Trait where Self == Tidy {
    public static var tidy: Tidy { Tidy() }
}
