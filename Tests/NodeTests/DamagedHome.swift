import Foundation
import Leftovers
import Node
import Primitives
import Storage
import Testing
import Wire

/// A stopped node's home that a test damages, copy by copy.
struct DamagedHome {
    let original: Home

    /// A fresh copy, which is removed by whoever made it.
    func copy() throws -> Home {
        let path = Leftovers.directory()
        try? FileManager.default.removeItem(atPath: path)
        try FileManager.default.copyItem(atPath: original.directory, toPath: path)
        return Home(path)
    }

    static func remove(_ home: Home) {
        try? FileManager.default.removeItem(atPath: home.directory)
    }

    /// Changes one byte of a data file.
    static func flip(_ directory: String, at place: Int, _ mask: UInt8) throws {
        let url = URL(fileURLWithPath: directory + "/data.mdb")
        let file = try FileHandle(forUpdating: url)
        try file.seek(toOffset: UInt64(place))
        let byte = try #require(try file.read(upToCount: 1)?.first)
        try file.seek(toOffset: UInt64(place))
        try file.write(contentsOf: Data([byte ^ mask]))
        try file.close()
    }

    static func byteCount(_ directory: String) throws -> Int {
        try Data(contentsOf: URL(fileURLWithPath: directory + "/data.mdb")).count
    }

    /// Removes one record of a table, chosen by a number.
    ///
    /// - Returns: Whether the table had one.
    static func removeRecord<Key: OrderedKey & Sendable>(
        _ table: Table<Key, [UInt8]>, in directory: String, number: Int
    ) throws -> Bool {
        let store = try Store(directory: directory, tables: [table.name])
        return try store.write { update throws(StorageError) in
            var keys: [Key] = []
            try update.forEachKey(in: table) { key in
                keys.append(key)
                return .more
            }
            guard !keys.isEmpty else { return false }
            return try update.remove(keys[number % keys.count], in: table)
        }
    }

    /// Puts the last row of a table under the number that follows its own, as a flipped bit of its key would.
    static func moveLastRow(_ table: Table<UInt64, [UInt8]>, in directory: String) throws {
        let store = try Store(directory: directory, tables: [table.name])
        let isMoved = try store.write { update throws(StorageError) in
            var last: (key: UInt64, row: [UInt8])?
            for (key, row) in try update.entries(in: table, .all, .descending, limit: 1) {
                last = (key, row)
            }
            guard let last else { return false }
            _ = try update.remove(last.key, in: table)
            try update.put(last.row, at: last.key + 1, in: table)
            return true
        }
        #expect(isMoved)
    }
}
