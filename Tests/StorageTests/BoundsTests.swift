import Foundation
import Storage
import Testing
import Wire

/// Rows 36, 50 and 80 of the attack list: whatever runs out, nothing that was committed is lost.
@Suite("A store at its limits")
struct BoundsTests {
    private static let kilobyte = [UInt8](repeating: 5, count: 1_000)

    @Test("Attack 80: the map grows before it is full, and within a transaction that needs it")
    func growth() throws {
        let home = Home()
        let store = try Store(directory: home.path, tables: ["blocks"], mapBytes: 1 << 17)
        for height in UInt64(1)...100 {
            try store.write { update throws(StorageError) in
                try update.append(Self.kilobyte, at: height, in: .blocks)
            }
            #expect(store.byteCount <= store.mapBytes)
        }
        var runs = 0
        try store.write { update throws(StorageError) in
            runs += 1
            for height in UInt64(101)...4_000 {
                try update.append(Self.kilobyte, at: height, in: .blocks)
            }
        }
        #expect(runs > 1, "the body ran again with a larger map")
        let count = try store.read { view throws(StorageError) in try view.count(in: .blocks) }
        #expect(count == 4_000)
    }

    @Test("Attack 36: at the map's limit the write is refused, and the tables stay readable")
    func mapLimit() throws {
        let home = Home()
        var options = Store.Options()
        options.mapByteLimit = 1 << 19
        var acknowledged: UInt64 = 0
        do {
            let store = try Store(
                directory: home.path, tables: ["blocks"], mapBytes: 1 << 17, options: options)
            acknowledged = try Self.fill(
                store, expecting: .mapFull(directory: home.path, byteLimit: 1 << 19))
            #expect(acknowledged > 100)
        }
        options.mapByteLimit *= 2
        let store = try Store(directory: home.path, tables: ["blocks"], options: options)
        try store.write { update throws(StorageError) in
            try update.append(Self.kilobyte, at: acknowledged + 1, in: .blocks)
        }
    }

    @Test("Attack 80: more reads at once than there are places are refused")
    func readers() throws {
        let home = Home()
        var options = Store.Options()
        options.readerLimit = 2
        let store = try Store(directory: home.path, tables: ["counts"], options: options)
        try store.read { _ throws(StorageError) in
            try store.read { _ throws(StorageError) in
                #expect(throws: StorageError.readersFull(limit: 2)) {
                    try store.read { view throws(StorageError) in
                        try view.count(in: .counts)
                    }
                }
            }
        }
        #expect(try store.read { view throws(StorageError) in try view.count(in: .counts) } == 0)
    }

    @Test("Attack 50, 80: a full disk refuses the write, keeps what was committed, and heals")
    func fullDisk() async {
        await #expect(processExitsWith: .success) {
            signal(SIGXFSZ, SIG_IGN)
            #expect(Self.limitFiles(to: "2097152:"))
            let home = Home()
            let store = try Store(directory: home.path, tables: ["blocks"])
            let acknowledged = try Self.fill(store, expecting: .fullDisk(directory: home.path))
            #expect(Self.limitFiles(to: "unlimited:"))
            try store.write { update throws(StorageError) in
                try update.append(Self.kilobyte, at: acknowledged + 1, in: .blocks)
            }
            #expect(try store.report().isSound)
        }
    }

    @Test("Attack 80: a disk without room refuses the write", .enabled(if: SmallDisk.isPossible))
    func smallDisk() throws {
        let disk = try #require(SmallDisk(byteCount: 4 << 20))
        let store = try Store(directory: disk.path + "/data", tables: ["blocks"])
        let error = StorageError.fullDisk(directory: disk.path + "/data")
        _ = try Self.fill(store, expecting: error)
        #expect(throws: error) { try Self.fill(store, from: 1_000_000, expecting: nil) }
    }

    @Test("Attack 50: kill -9 at any moment loses no acknowledged commit", arguments: 0..<5)
    func kill(round: UInt64) async throws {
        let home = Home()
        let path = home.path
        // The parent kills: it waits for some acknowledgements first, so that there is something
        // to lose, and then strikes between, or within, two commits.
        Thread.detachNewThread {
            Self.killOwner(of: path, afterAcknowledgements: 40 + round * 13)
        }
        await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String] in
            let store = try Store(directory: path + "/votes", tables: ["blocks"])
            let name = path + "/acknowledged"
            _ = FileManager.default.createFile(atPath: name, contents: nil)
            let log = try #require(FileHandle(forWritingAtPath: name))
            for height in UInt64(1)...20_000 {
                try store.write { update throws(StorageError) in
                    try update.append(height.keyBytes, at: height, in: .blocks)
                }
                try log.write(contentsOf: height.keyBytes)
            }
        }
        let log = try Data(contentsOf: URL(fileURLWithPath: path + "/acknowledged"))
        let acknowledged = UInt64(log.count / 8)
        let store = try Store(directory: path + "/votes", tables: ["blocks"])
        #expect(store.opening == .ownerDied)
        try store.read { view throws(StorageError) in
            let heights = try view.entries(in: .blocks, limit: .max)
            #expect(heights.count >= acknowledged && heights.count <= acknowledged + 1)
            #expect(heights.allSatisfy { $0.value == $0.key.keyBytes })
        }
    }

    /// Sets how large a file this process may write, as a disk without room would.
    static func limitFiles(to limit: String) -> Bool {
        SmallDisk.run("prlimit", ["--pid", "\(getpid())", "--fsize=\(limit)"])
    }

    private static func killOwner(of path: String, afterAcknowledgements count: UInt64) {
        for _ in 0..<60_000 {
            usleep(1_000)
            guard let log = try? Data(contentsOf: URL(fileURLWithPath: path + "/acknowledged")),
                log.count >= count * 8,
                let owner = try? String(contentsOfFile: path + "/votes/owner", encoding: .utf8),
                let process = pid_t(owner.trimmingCharacters(in: .newlines))
            else { continue }
            Foundation.kill(process, SIGKILL)
            return
        }
    }

    /// Appends until the store refuses, and checks that it refuses with this error only, and that
    /// all that was acknowledged can still be read.
    @discardableResult
    private static func fill(
        _ store: Store, from first: UInt64 = 1, expecting expected: StorageError?
    ) throws -> UInt64 {
        var acknowledged = first - 1
        do throws(StorageError) {
            while acknowledged < first + 20_000 {
                let height = acknowledged + 1
                try store.write { update throws(StorageError) in
                    try update.append(kilobyte, at: height, in: .blocks)
                }
                acknowledged = height
            }
            Issue.record("the store took everything")
        } catch {
            guard let expected else { throw error }
            #expect(error == expected)
        }
        let found = try store.read { view throws(StorageError) in
            try view.last(in: .blocks)
        }
        #expect(found?.key == acknowledged && found?.value == kilobyte)
        return acknowledged
    }
}

/// A disk of a few megabytes in memory; only a superuser may make one.
final class SmallDisk {
    static let isPossible = getuid() == 0
    let path: String

    init?(byteCount: Int) {
        path =
            FileManager.default.temporaryDirectory
            .appendingPathComponent("argosy-disk-\(UUID().uuidString)").path
        try? FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: true)
        guard Self.run("mount", ["-t", "tmpfs", "-o", "size=\(byteCount)", "tmpfs", path]) else {
            return nil
        }
    }

    deinit {
        _ = Self.run("umount", ["-l", path])
        try? FileManager.default.removeItem(atPath: path)
    }

    static func run(_ tool: String, _ arguments: [String]) -> Bool {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [tool] + arguments
        guard (try? process.run()) != nil else { return false }
        process.waitUntilExit()
        return process.terminationStatus == 0
    }
}
