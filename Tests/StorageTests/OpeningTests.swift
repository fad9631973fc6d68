import Foundation
import Storage
import Testing
import Wire

@Suite("Opening a store")
struct OpeningTests {
    @Test("A second opening of a directory is refused with the owner's name, until it is closed")
    func oneOwner() throws {
        let home = Home()
        var store: Store? = try Store(directory: home.path, tables: ["counts"])
        #expect(
            throws: StorageError.lockedByAnotherProcess(directory: home.path, process: getpid())
        ) {
            try Store(directory: home.path, tables: ["counts"])
        }
        #expect(store?.opening == .new)
        store = nil
        #expect(try Store(directory: home.path, tables: ["counts"]).opening == .closed)
    }

    @Test("Another process is refused as well")
    func otherProcess() async throws {
        let home = Home()
        let store = try Store(directory: home.path, tables: ["counts"])
        let (path, owner) = (home.path, getpid())
        await #expect(processExitsWith: .success) {
            [path = path as String, owner = owner as Int32] in
            #expect(throws: StorageError.lockedByAnotherProcess(directory: path, process: owner)) {
                try Store(directory: path, tables: ["counts"])
            }
        }
        _ = store.byteCount
    }

    @Test("A directory of another network is refused, and left as it was")
    func network() throws {
        let home = Home()
        let ours = FixedBytes<32>(repeating: 1)
        let options = Store.Options(durability: .everyCommit, network: ours)
        do {
            let store = try Store(directory: home.path, tables: ["counts"], options: options)
            try store.write { update throws(StorageError) in try update.put(9, at: 1, in: .counts) }
        }
        var other = options
        other.network = FixedBytes(repeating: 2)
        #expect(throws: StorageError.wrongNetwork(directory: home.path)) {
            try Store(directory: home.path, tables: ["counts"], options: other)
        }
        let store = try Store(directory: home.path, tables: ["counts"], options: options)
        #expect(try store.read { view throws(StorageError) in try view.value(1, in: .counts) } == 9)
    }

    @Test("After a power cut, synced tables are kept and unsynced ones are emptied")
    func powerCut() throws {
        for durability in [Store.Durability.everyCommit, .explicit] {
            let home = Home()
            let options = Store.Options(durability: durability)
            do {
                let store = try Store(directory: home.path, tables: ["counts"], options: options)
                try store.write { update throws(StorageError) in
                    try update.put(9, at: 1, in: .counts)
                }
                // What stays behind when the machine stops: the mark of a run that is over.
                let mark = home.path + "/session"
                try Data("an earlier run".utf8).write(to: URL(fileURLWithPath: mark + ".old"))
            }
            try FileManager.default.moveItem(
                atPath: home.path + "/session.old", toPath: home.path + "/session")
            let store = try Store(directory: home.path, tables: ["counts"], options: options)
            let value = try store.read { view throws(StorageError) in
                try view.value(1, in: .counts)
            }
            switch durability {
            case .everyCommit: #expect(store.opening == .machineStopped && value == 9)
            case .explicit: #expect(store.opening == .emptied && value == nil)
            }
        }
    }

    @Test("A data file that was cut is refused with its sizes, and does not trap")
    func truncated() throws {
        let home = Home()
        try Self.fill(home)
        let file = try #require(FileHandle(forUpdatingAtPath: home.path + "/data.mdb"))
        let whole = try file.seekToEnd()
        try file.truncate(atOffset: whole / 2)
        try file.close()
        #expect {
            try Store(directory: home.path, tables: ["blocks"])
        } throws: { error in
            guard case .truncated(_, let count, let expected) = error as? StorageError else {
                return false
            }
            return count == Int(whole / 2) && expected > count
        }
    }

    @Test("A flipped bit in a value is found when it is read, and named by the report")
    func bitRot() throws {
        let home = Home()
        try Self.fill(home)
        let url = URL(fileURLWithPath: home.path + "/data.mdb")
        var data = try Data(contentsOf: url)
        let needle = Data([UInt8](repeating: 77, count: 900))
        let place = try #require(data.range(of: needle)).lowerBound
        data[place + 400] ^= 4
        try data.write(to: url)

        let store = try Store(directory: home.path, tables: ["blocks"])
        let damaged = StorageError.corrupt(
            table: "blocks", reason: .checksum(key: UInt64(77).keyBytes))
        #expect(throws: damaged) {
            try store.read { view throws(StorageError) in try view.bytes(77, in: .blocks) }
        }
        let sound = try store.read { view throws(StorageError) in try view.bytes(76, in: .blocks) }
        #expect(sound == [UInt8](repeating: 76, count: 900))
        let report = try store.report()
        #expect(!report.isSound)
        #expect(report.tables.first?.damagedCount == 1)
        #expect(report.tables.first?.firstDamagedKey == UInt64(77).keyBytes)
    }

    @Test("The report counts what is there")
    func report() throws {
        let home = Home()
        try Self.fill(home)
        let store = try Store(directory: home.path, tables: ["blocks", "counts"])
        let report = try store.report()
        #expect(report.isSound && report.opening == .closed)
        #expect(report.tables.map(\.name) == ["blocks", "counts"])
        #expect(report.tables.map(\.recordCount) == [100, 0])
        #expect(report.usedBytes >= 100 * 900 && report.usedBytes <= report.mapBytes)
        #expect(report.freeBytes < report.usedBytes)
    }

    @Test("A table that was not named is our bug")
    func unnamed() async {
        await #expect(processExitsWith: .failure) {
            let home = Home()
            let store = try Store(directory: home.path, tables: ["blocks"])
            _ = try store.read { view throws(StorageError) in try view.value(1, in: .counts) }
        }
    }

    @Test("A write inside a write is our bug, and does not hang")
    func nested() async {
        await #expect(processExitsWith: .failure) {
            let home = Home()
            let store = try Store(directory: home.path, tables: ["counts"])
            try store.write { _ throws(StorageError) in
                try store.write { update throws(StorageError) in
                    try update.put(1, at: 1, in: .counts)
                }
            }
        }
    }

    static func fill(_ home: Home) throws {
        let store = try Store(directory: home.path, tables: ["blocks"])
        try store.write { update throws(StorageError) in
            for number in UInt8(1)...100 {
                let value = [UInt8](repeating: number, count: 900)
                try update.append(value, at: UInt64(number), in: .blocks)
            }
        }
    }
}
