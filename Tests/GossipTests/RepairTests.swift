import Gossip
import Primitives
import Testing
import Wire

@Suite("Batches and repair")
struct RepairTests {
    struct Pool: RepairPool {
        var held: [Digest: [UInt8]] = [:]
        var ids: [Digest] { held.keys.sorted() }
        func knows(_ id: Digest) -> Bool { held[id] != nil }
        func transaction(_ id: Digest) -> [UInt8]? { held[id] }

        mutating func insert(_ transaction: [UInt8]) {
            held[Digest(hashing: transaction, in: .body)] = transaction
        }
    }

    static func transaction(_ number: Int) -> [UInt8] {
        (0..<40).map { UInt8(truncatingIfNeeded: number >> ($0 % 4 * 8)) }
    }

    @Test("Two nodes with different transactions have the same ones after a few rounds")
    func converges() {
        var pools = [Pool(), Pool()]
        for number in 0..<3_000 {
            for index in 0..<2 { pools[index].insert(Self.transaction(number)) }
        }
        for number in 0..<300 { pools[number % 2].insert(Self.transaction(10_000 + number)) }
        var machines = (0..<2).map { Repair(chance: Chance(seed: UInt64($0))) }
        var now = Instant(1_000_000_000)
        for index in 0..<2 {
            _ = machines[index].handle(
                .connected(GossipNetwork.name(1 - index)), pool: pools[index], now: now)
        }
        func deliver(_ effects: [Repair.Effect], from index: Int) {
            for effect in effects {
                switch effect {
                case .send(_, let bytes):
                    #expect(bytes.count <= RepairMessage.byteLimit)
                    let next = machines[1 - index].handle(
                        .received(GossipNetwork.name(index), bytes), pool: pools[1 - index],
                        now: now)
                    deliver(next, from: 1 - index)
                case .deliver(let transactions, _):
                    for transaction in transactions { pools[index].insert(transaction) }
                case .fault: Issue.record("nobody did wrong")
                case .armRound: continue
                }
            }
        }
        for _ in 0..<3 {
            now = now.advanced(milliseconds: 1_000)
            for index in 0..<2 {
                deliver(
                    machines[index].handle(.roundEnded, pool: pools[index], now: now), from: index)
            }
        }
        #expect(pools[0].ids == pools[1].ids)
        #expect(pools[0].ids.count == 3_300)
    }

    @Test("A network of twenty pools repairs everything that gossip lost")
    func network() {
        var pools = [Pool](repeating: Pool(), count: 20)
        for number in 0..<200 { pools[number % 20].insert(Self.transaction(number)) }
        var machines = (0..<20).map { Repair(chance: Chance(seed: UInt64($0))) }
        var now = Instant(1_000_000_000)
        for index in 0..<20 {
            for other in 0..<20 where other != index {
                _ = machines[index].handle(
                    .connected(GossipNetwork.name(other)), pool: pools[index], now: now)
            }
        }
        var rounds = 0
        while rounds < 30, !pools.allSatisfy({ $0.held.count == 200 }) {
            rounds += 1
            now = now.advanced(milliseconds: 1_000)
            var mail: [(from: Int, effects: [Repair.Effect])] = []
            for index in 0..<20 {
                mail.append(
                    (index, machines[index].handle(.roundEnded, pool: pools[index], now: now)))
            }
            while let (from, effects) = mail.popLast() {
                for effect in effects {
                    switch effect {
                    case .send(let name, let bytes):
                        let to = GossipNetwork.index(name)
                        let event = Repair.Event.received(GossipNetwork.name(from), bytes)
                        mail.append((to, machines[to].handle(event, pool: pools[to], now: now)))
                    case .deliver(let transactions, _):
                        for transaction in transactions { pools[from].insert(transaction) }
                    case .fault, .armRound: continue
                    }
                }
            }
        }
        #expect(rounds <= 12, "\(rounds) rounds")
        #expect(pools.allSatisfy { $0.held.count == 200 })
    }

    @Test("Attack 64: ids that begin alike, or lie in one bucket for one salt, do not hide")
    func collisions() throws {
        var (one, other) = (Pool(), Pool())
        for number in 0..<500 {
            var bytes = FixedBytes<32>(repeating: 0xee)
            (bytes[30], bytes[31]) = (UInt8(number >> 8), UInt8(number & 255))
            one.held[Digest(bytes)] = [1]
            if number % 2 == 0 { other.held[Digest(bytes)] = [1] }
        }
        var asker = Repair(chance: Chance(seed: 1))
        var answerer = Repair(chance: Chance(seed: 2))
        let now = Instant(1_000_000_000)
        let (askerName, answererName) = (GossipNetwork.name(1), GossipNetwork.name(2))
        _ = asker.handle(.connected(answererName), pool: other, now: now)
        _ = answerer.handle(.connected(askerName), pool: one, now: now)
        var found: [Digest] = []
        for case .send(_, let bytes) in asker.handle(.roundEnded, pool: other, now: now) {
            for case .send(_, let answer) in answerer.handle(
                .received(askerName, bytes), pool: one, now: now)
            {
                guard case .inventory(let ids) = try RepairMessage(wire: answer) else { continue }
                found = ids
            }
        }
        let missing = Set(one.ids).subtracting(other.ids)
        #expect(missing.isSubset(of: found))
        #expect(found.count < 500 || missing.count == 250)
    }

    @Test("Answers that nobody asked for are dropped, and a flood of requests is answered once")
    func flood() throws {
        var pool = Pool()
        for number in 0..<100 { pool.insert(Self.transaction(number)) }
        var repair = Repair(chance: Chance(seed: 1))
        let now = Instant(1_000_000_000)
        let name = GossipNetwork.name(1)
        _ = repair.handle(.connected(name), pool: pool, now: now)
        let delivery = RepairMessage.delivery([[1, 2, 3]]).wire
        #expect(repair.handle(.received(name, delivery), pool: pool, now: now).isEmpty)
        let inventory = RepairMessage.inventory([.zero]).wire
        #expect(repair.handle(.received(name, inventory), pool: pool, now: now).isEmpty)
        var answers = 0
        let fetch = RepairMessage.fetch(pool.ids).wire
        for _ in 0..<1_000 {
            answers += repair.handle(.received(name, fetch), pool: pool, now: now).count
        }
        #expect(answers == 1)
        #expect(repair.handle(.received(name, [1]), pool: pool, now: now) == [.fault(name)])
        let stranger = GossipNetwork.name(7)
        #expect(repair.handle(.received(stranger, fetch), pool: pool, now: now).isEmpty)
    }

    @Test("The sketch's hash is SipHash-2-4")
    func sipHash() throws {
        // An independent implementation's answer for key 00..0f and the 32 bytes 00..1f.
        let salt = RepairSalt(first: 0x0706_0504_0302_0100, second: 0x0f0e_0d0c_0b0a_0908)
        let id = Digest(FixedBytes(InlineArray { UInt8($0) }))
        #expect(salt.hash(id) == 0x7127_512f_72f2_7cce)
    }

    @Test(
        "Batches hold what was added, in order, within 64 KiB", arguments: 0..<16 as Range<UInt64>)
    func batches(seed: UInt64) throws {
        var chance = Chance(seed: seed)
        var builder = BatchBuilder()
        var (added, got): ([[UInt8]], [[UInt8]]) = ([], [])
        for number in 0..<400 {
            let isLarge = Int.random(in: 0..<50, using: &chance) == 0
            let size = Int.random(in: 1...(isLarge ? 120_000 : 900), using: &chance)
            let transaction = [UInt8](repeating: UInt8(number & 255), count: size)
            added.append(transaction)
            for batch in builder.add(transaction) {
                let bytes = batch.wire
                #expect(bytes.count <= 64 << 10 || batch.transactions.count == 1)
                got += try TransactionBatch(wire: bytes).transactions
            }
        }
        got += builder.flush()?.transactions ?? []
        #expect(got == added, "seed \(seed)")
        #expect(builder.flush() == nil)
    }

    @Test("A batch over its limits is refused")
    func batchLimits() {
        func refused(_ transactions: [[UInt8]]) -> Bool {
            var writer = WireWriter()
            writer.bytesList(1, transactions)
            return (try? TransactionBatch(wire: writer.bytes)) == nil
        }
        #expect(refused([]))
        #expect(refused([[]]))
        #expect(refused([[UInt8]](repeating: [1], count: 1_025)))
        #expect(refused([[UInt8]](repeating: [UInt8](repeating: 1, count: 40_000), count: 2)))
        #expect(refused([[UInt8](repeating: 1, count: 512_001)]))
        #expect(!refused([[UInt8](repeating: 1, count: 512_000)]))
    }
}
