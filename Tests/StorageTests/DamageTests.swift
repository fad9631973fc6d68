import Foundation
import Primitives
import Storage
import Testing
import Wire

/// Nothing that was flipped, moved or put back in a data file is believed (rule D14).
@Suite("A damaged data file")
struct DamageTests {
    /// A store with small records, records with pages of their own, free pages and several levels.
    private static func fill(_ home: Home, seed: UInt64) throws {
        var random = Chance(seed: seed)
        let store = try Store(directory: home.path, tables: ["blocks", "counts", "pairs"])
        for round in 0..<12 as Range<UInt64> {
            try store.write { update throws(StorageError) in
                for _ in 0..<60 {
                    let key = random.next() % 500
                    let size = Int(random.next() % 100 == 0 ? 9_000 : random.next() % 300)
                    try update.put(
                        [UInt8](repeating: UInt8(round), count: size), at: key, in: .blocks)
                    try update.put(
                        random.next(), at: UInt16(random.next() % 2_000), in: .counts)
                }
                try update.remove(random.next() % 500, in: .blocks)
            }
        }
    }

    private static func content(_ home: Home) throws -> [UInt64: [UInt8]] {
        let options = Store.Options(durability: .everyCommit, audit: .allRecords)
        let store = try Store(
            directory: home.path, tables: ["blocks", "counts", "pairs"], options: options)
        var content: [UInt64: [UInt8]] = [:]
        try store.read { view throws(StorageError) in
            try view.forEach(in: .blocks) { key, value in
                content[key] = value
                return .more
            }
            try view.forEach(in: .counts) { key, value in
                content[1 << 32 | UInt64(key)] = value.keyBytes
                return .more
            }
        }
        return content
    }

    @Test("What the engine wrote is sound, page by page", arguments: 0..<8 as Range<UInt64>)
    func sound(seed: UInt64) throws {
        let home = Home()
        try Self.fill(home, seed: seed)
        #expect(try PageAudit.examine(home.path, .allRecords) == [])
        #expect(try PageAudit.examine("/nonexistent", .allRecords) == [])
    }

    @Test(
        "A flipped byte anywhere is refused, or changes nothing that is read",
        arguments: 0..<12 as Range<UInt64>)
    func flips(seed: UInt64) throws {
        let home = Home()
        try Self.fill(home, seed: seed)
        let expected = try Self.content(home)
        let path = URL(fileURLWithPath: home.path + "/data.mdb")
        let whole = try Data(contentsOf: path)
        var random = Chance(seed: seed &* 31 &+ 7)
        var refused = 0
        for index in 0..<120 {
            var data = whole
            // Every third lies in the first two pages, which decide what is believed.
            let range = index % 3 == 0 ? 300 : data.count
            var place = Int(random.next() % UInt64(range))
            if index % 6 == 0 { place += 4_096 }
            data[place] ^= UInt8(1) << UInt8(random.next() % 8)
            try data.write(to: path)
            do {
                #expect(try Self.content(home) == expected, "seed \(seed), byte \(place)")
            } catch let error as StorageError {
                refused += 1
                switch error {
                case .damaged, .truncated: break  // The engine has not touched the file.
                default: Issue.record("seed \(seed), byte \(place): \(error)")
                }
            }
        }
        #expect(refused > 10)
        try whole.write(to: path)
        #expect(try Self.content(home) == expected)
    }

    @Test("An old state is not passed off as the newest by its number")
    func generation() throws {
        let home = Home()
        try Self.fill(home, seed: 3)
        let expected = try Self.content(home)
        let path = URL(fileURLWithPath: home.path + "/data.mdb")
        let whole = try Data(contentsOf: path)
        let heads = [16 + 128, 4_096 + 16 + 128]
        let numbers = heads.map { whole[$0] }
        let newer = numbers[0] > numbers[1] ? 0 : 1
        // The older one claims to be the newest, or the newest to be older than the other.
        for (head, number) in [
            (1 - newer, numbers[newer] + 1), (newer, numbers[newer] - 2), (newer, 200), (newer, 0),
        ] {
            var data = whole
            data[heads[head]] = number
            try data.write(to: path)
            #expect(try Self.content(home) == expected, "\(head): \(number)")
        }
    }

    @Test("A first page that a power cut tore apart leaves the last state that was acknowledged")
    func tornHead() throws {
        let home = Home()
        try Self.fill(home, seed: 4)
        let path = URL(fileURLWithPath: home.path + "/data.mdb")
        let before = try Data(contentsOf: path)
        let acknowledged = try Self.content(home)
        do {
            let store = try Store(directory: home.path, tables: ["blocks", "counts", "pairs"])
            try store.write { update throws(StorageError) in
                for key in 0..<90 as Range<UInt64> {
                    try update.put([UInt8](repeating: 99, count: 200), at: key, in: .blocks)
                }
            }
        }
        let after = try Data(contentsOf: path)
        let next = try Self.content(home)
        let slot = before[16 + 128] > before[4_096 + 16 + 128] ? 4_096 : 0
        for length in 0...112 {
            // All pages of the transaction have reached the disk, and so many bytes of its first one.
            var torn = after
            let start = slot + 16 + 24
            torn.replaceSubrange(
                start + length..<start + 112, with: before[start + length..<start + 112])
            try torn.write(to: path)
            let found = try Self.content(home)
            #expect(found == acknowledged || found == next, "\(length) bytes")
        }
    }

    @Test("What can be made anew is emptied when it is damaged")
    func emptied() throws {
        let home = Home()
        let options = Store.Options(durability: .explicit, audit: .allRecords)
        do {
            let store = try Store(directory: home.path, tables: ["counts"], options: options)
            try store.write { update throws(StorageError) in
                try update.put(9, at: 1, in: .counts)
            }
        }
        let path = URL(fileURLWithPath: home.path + "/data.mdb")
        var data = try Data(contentsOf: path)
        data[16] ^= 1
        try data.write(to: path)
        let store = try Store(directory: home.path, tables: ["counts"], options: options)
        #expect(store.opening == .emptied)
        #expect(try store.read { view throws(StorageError) in try view.count(in: .counts) } == 0)
    }

    @Test(
        "Sound records are taken over from a damaged file, and no other",
        arguments: 0..<16 as Range<UInt64>)
    func salvage(seed: UInt64) throws {
        let home = Home()
        try Self.fill(home, seed: seed)
        let expected = try Self.content(home)
        let path = URL(fileURLWithPath: home.path + "/data.mdb")
        var data = try Data(contentsOf: path)
        var random = Chance(seed: seed)
        for _ in 0..<3 {
            let place = 8_192 + Int(random.next() % UInt64(data.count - 8_192))
            data[place] ^= UInt8(1 + random.next() % 255)
        }
        try data.write(to: path)
        let fresh = Home()
        let count: Int
        do {
            let store = try Store(directory: fresh.path, tables: ["blocks", "counts", "pairs"])
            count = try store.salvage(from: home.path)
        }
        let found = try Self.content(fresh)
        #expect(found.count == count)
        // Records of the state before the last may differ; what is there is a record all the same.
        let same = found.filter { expected[$0.key] == $0.value }.count
        #expect(same > 0 && same + 130 >= found.count)
    }
}
