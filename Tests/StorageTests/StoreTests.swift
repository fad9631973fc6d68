import Primitives
import Storage
import Testing
import Wire

@Suite("Store")
struct StoreTests {
    @Test("A write is seen by the next snapshot; a failed write leaves nothing")
    func atomicity() throws {
        let home = Home()
        let store = try Store(directory: home.path, tables: ["balances"], mapBytes: 1 << 20)
        let account = FixedBytes<32>(repeating: 1)
        try store.write { update throws(StorageError) in
            try update.put(1_250, at: account, in: .balances)
        }
        #expect(throws: StorageError.engine(operation: "test", table: nil, code: -1)) {
            try store.write { update throws(StorageError) in
                try update.put(0, at: account, in: .balances)
                throw .engine(operation: "test", table: nil, code: -1)
            }
        }
        let balance = try store.read { view throws(StorageError) in
            try view.value(account, in: .balances)
        }
        #expect(balance == 1_250)
    }

    @Test("A snapshot does not see what is written after it began")
    func isolation() throws {
        let home = Home()
        let store = try Store(directory: home.path, tables: ["counts"])
        try store.write { update throws(StorageError) in try update.put(1, at: 7, in: .counts) }
        try store.read { view throws(StorageError) in
            try store.write { update throws(StorageError) in
                try update.put(2, at: 7, in: .counts)
            }
            #expect(try view.value(7, in: .counts) == 1)
            let inner = try store.read { later throws(StorageError) in
                try later.value(7, in: .counts)
            }
            #expect(inner == 2)
        }
    }

    @Test("Tables behave as a sorted map does", arguments: 0..<16 as Range<UInt64>)
    func model(seed: UInt64) throws {
        var random = Chance(seed: seed)
        let home = Home()
        let store = try Store(
            directory: home.path, tables: ["counts"], mapBytes: 1 << 20,
            options: Store.Options(durability: .explicit))
        var model: [UInt16: UInt64] = [:]
        for _ in 0..<8 {
            var draft = model
            let commits = random.next() % 4 != 0
            try? store.write { update throws(StorageError) in
                for _ in 0..<40 { try Self.change(&update, &draft, &random) }
                if !commits { throw .engine(operation: "test", table: nil, code: -1) }
            }
            if commits { model = draft }
            try store.read { view throws(StorageError) in
                #expect(try view.count(in: .counts) == model.count, "seed \(seed)")
                for _ in 0..<20 { try Self.compare(view, model, &random, "seed \(seed)") }
            }
        }
    }

    private static func change(
        _ update: inout Update, _ model: inout [UInt16: UInt64], _ random: inout Chance
    ) throws(StorageError) {
        let key = UInt16(truncatingIfNeeded: random.next() % 600)
        switch random.next() % 10 {
        case 0...5:
            let value = random.next()
            try update.put(value, at: key, in: .counts)
            model[key] = value
        case 6:
            #expect(try update.insert(1, at: key, in: .counts) == (model[key] == nil))
            if model[key] == nil { model[key] = 1 }
        case 7, 8:
            #expect(try update.remove(key, in: .counts) == (model[key] != nil))
            model[key] = nil
        default:
            let end = key + UInt16(random.next() % 30)
            let limit = Int(random.next() % 20)
            let doomed = model.keys.filter { $0 >= key && $0 < end }.sorted().prefix(limit)
            let removed = try update.removeAll(in: .counts, .between(key, end), limit: limit)
            #expect(removed == doomed.count)
            for key in doomed { model[key] = nil }
        }
    }

    private static func compare(
        _ view: borrowing Snapshot, _ model: [UInt16: UInt64], _ random: inout Chance,
        _ comment: Comment
    ) throws(StorageError) {
        let low = UInt16(random.next() % 620)
        let high = low + UInt16(random.next() % 100)
        let ranges: [(KeyRange<UInt16>, (UInt16) -> Bool)] = [
            (.all, { _ in true }), (.from(low), { $0 >= low }), (.above(low), { $0 > low }),
            (.below(low), { $0 < low }), (.through(low), { $0 <= low }),
            (.between(low, high), { $0 >= low && $0 < high }),
            (.between(low, through: high), { $0 >= low && $0 <= high }),
            (.beginning(with: [1]), { $0 >> 8 == 1 }),
        ]
        #expect(try view.value(low, in: .counts) == model[low], comment)
        #expect(try view.contains(low, in: .counts) == (model[low] != nil), comment)
        for (range, isIn) in ranges {
            let keys = model.keys.filter(isIn).sorted()
            let limit = Int(random.next() % 700) + 1
            let up = try view.entries(in: .counts, range, limit: limit)
            #expect(up.map(\.key) == Array(keys.prefix(limit)), comment)
            #expect(up.map(\.value) == keys.prefix(limit).map { model[$0] }, comment)
            let down = try view.entries(in: .counts, range, .descending, limit: limit)
            #expect(down.map(\.key) == Array(keys.reversed().prefix(limit)), comment)
            #expect(try view.first(in: .counts, range)?.key == keys.first, comment)
            #expect(try view.last(in: .counts, range)?.key == keys.last, comment)
        }
    }

    @Test("Pairs sort by the first part, then by the second; one first part is a range")
    func pairs() throws {
        let home = Home()
        let store = try Store(directory: home.path, tables: ["pairs"])
        try store.write { update throws(StorageError) in
            for first in [UInt8(0), 1, 254, 255] {
                for second in [UInt16(0), 255, 256, .max] {
                    try update.put(UInt64(second), at: KeyPair(first, second), in: .pairs)
                }
            }
        }
        try store.read { view throws(StorageError) in
            let all = try view.entries(in: .pairs, limit: 100).map(\.key.first)
            #expect(all == all.sorted() && all.count == 16)
            for first in [UInt8(0), 1, 254, 255] {
                let seconds = try view.entries(in: .pairs, .first(first), limit: 100)
                #expect(seconds.map(\.key.second) == [0, 255, 256, .max])
            }
            #expect(try view.entries(in: .pairs, .first(7), limit: 100).isEmpty)
        }
    }

    @Test("Appended keys ascend; one that does not is refused and harms nothing")
    func append() throws {
        let home = Home()
        let store = try Store(directory: home.path, tables: ["blocks"])
        try store.write { update throws(StorageError) in
            for height in UInt64(1)...100 {
                try update.append([UInt8](repeating: 1, count: 300), at: height, in: .blocks)
            }
            #expect(throws: StorageError.notAscending(table: "blocks")) {
                try update.append([], at: 100, in: .blocks)
            }
            try update.append([], at: 101, in: .blocks)
        }
        try store.read { view throws(StorageError) in
            #expect(try view.count(in: .blocks) == 101)
            #expect(try view.bytes(101, in: .blocks) == [])
            #expect(try view.withBytes(100, in: .blocks) { $0.count } == 300)
        }
        try store.write { update throws(StorageError) in try update.clear(.blocks) }
        #expect(try store.read { view throws(StorageError) in try view.count(in: .blocks) } == 0)
    }

    @Test("CRC-32C agrees with the published value")
    func checksum() {
        // RFC 3720, B.4, and the check value of the polynomial.
        #expect(Self.sum([], Array("123456789".utf8)) == 0xe306_9283)
        #expect(Self.sum(Array("1234".utf8), Array("56789".utf8)) == 0xe306_9283)
        let zeros = [UInt8](repeating: 0, count: 32)
        #expect(Self.sum(Array(zeros.prefix(13)), Array(zeros.prefix(19))) == 0x8a91_36aa)
        #expect(Self.sum([], [UInt8](repeating: 255, count: 32)) == 0x62a8_ab43)
    }

    private static func sum(_ key: [UInt8], _ value: [UInt8]) -> UInt32 {
        Checksum.of(key.span, value.span)
    }

    @Test("Readers see whole commits while a writer grows the map")
    func concurrency() async throws {
        let home = Home()
        let store = try Store(
            directory: home.path, tables: ["counts", "blocks"], mapBytes: 1 << 16,
            options: Store.Options(durability: .explicit))
        try store.write { update throws(StorageError) in
            for key in UInt16(0)..<10 { try update.put(100, at: key, in: .counts) }
        }
        await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                var random = Chance(seed: 1)
                for height in UInt64(1)...200 {
                    let (from, to) = (UInt16(random.next() % 10), UInt16(random.next() % 10))
                    try store.write { update throws(StorageError) in
                        let paid = try update.value(from, in: .counts) ?? 0
                        try update.put(paid - min(paid, 3), at: from, in: .counts)
                        let held = try update.value(to, in: .counts) ?? 0
                        try update.put(held + min(paid, 3), at: to, in: .counts)
                        let body = [UInt8](repeating: 2, count: 20_000)
                        try update.append(body, at: height, in: .blocks)
                    }
                }
            }
            for _ in 0..<3 {
                group.addTask {
                    for _ in 0..<400 {
                        let total = try store.read { view throws(StorageError) in
                            var total: UInt64 = 0
                            try view.forEach(in: .counts) { _, value in
                                total += value
                                return .more
                            }
                            return total
                        }
                        #expect(total == 1_000)
                    }
                }
            }
        }
        #expect(store.mapBytes >= 4 << 20)
    }
}
