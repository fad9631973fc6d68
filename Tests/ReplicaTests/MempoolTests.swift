import Chain
import Ledger
import Primitives
import Replica
import Testing

@Suite("Mempool")
struct MempoolTests {
    static let wide = PoolRoom(
        byteCount: BlockBody.byteLimit, signatureCount: BlockBody.signatureLimit,
        transactionCount: BlockBody.signatureLimit)

    private func insert(
        _ transaction: Transaction, into pool: inout Mempool, after sequence: UInt64 = 0,
        holding held: UInt64 = 1_000_000
    ) -> Mempool.Insertion {
        pool.insert(transaction, Paper.standing(transaction, after: sequence, holding: held))
    }

    @Test(
        "An account's transactions are chosen in the order of their sequence, whatever came first")
    func order() {
        var pool = Mempool()
        for sequence in [3, 1, 2] as [UInt64] {
            #expect(insert(Paper.payment(from: 1, sequence), into: &pool) == .added)
        }
        let chosen = pool.select(Self.wide, without: [])
        #expect(chosen.map(\.body.sequence.number) == [1, 2, 3])
    }

    @Test("A transaction that waits for an earlier one is not chosen")
    func gap() {
        var pool = Mempool()
        #expect(insert(Paper.payment(from: 1, 2), into: &pool) == .added)
        #expect(pool.select(Self.wide, without: []).isEmpty)
        #expect(pool.readyCount(without: []) == 0)
        #expect(insert(Paper.payment(from: 1, 1), into: &pool) == .added)
        #expect(pool.select(Self.wide, without: []).count == 2)
        #expect(pool.readyCount(without: []) == 2)
    }

    @Test("Attack 75: a flood of future sequences takes no more than the account's window")
    func futureSequences() {
        var pool = Mempool()
        for sequence in 1...200 as ClosedRange<UInt64> {
            let inserted = insert(Paper.payment(from: 1, sequence), into: &pool)
            #expect(inserted == (sequence <= Mempool.accountLimit ? .added : .outOfWindow))
        }
        #expect(pool.count == Int(Mempool.accountLimit))
    }

    @Test("What was admitted while a rival of the same sequence became final is not taken in")
    func lateRival() {
        var pool = Mempool()
        pool.finalize([Paper.payment(from: 1, 1, amount: 2)], at: Height(1))
        #expect(insert(Paper.payment(from: 1, 1, amount: 1), into: &pool) == .outOfWindow)
        #expect(insert(Paper.payment(from: 1, 2), into: &pool) == .added)
        #expect(pool.readyCount(without: []) == 1)
    }

    @Test("Attack 75: nothing replaces a pending transaction of the same sequence")
    func replacement() {
        var pool = Mempool()
        let first = Paper.payment(from: 1, 1, amount: 1)
        #expect(insert(first, into: &pool) == .added)
        #expect(insert(Paper.payment(from: 1, 1, amount: 2), into: &pool) == .sequenceTaken)
        #expect(insert(first, into: &pool) == .known)
        #expect(pool.select(Self.wide, without: []) == [first])
    }

    @Test("Attack 75: pending transactions together never promise more than the balance")
    func overdraft() {
        var pool = Mempool()
        #expect(insert(Paper.payment(from: 1, 1), into: &pool, holding: 25) == .added)
        #expect(insert(Paper.payment(from: 1, 2), into: &pool, holding: 25) == .added)
        #expect(insert(Paper.payment(from: 1, 3), into: &pool, holding: 25) == .uncovered)
        // What leaves the pool gives its promise back.
        pool.finalize([Paper.payment(from: 1, 1)], at: Height(1))
        #expect(insert(Paper.payment(from: 1, 3), into: &pool, after: 1, holding: 25) == .added)
    }

    @Test("Accounts take turns: one with many transactions does not crowd out the others")
    func turns() {
        var pool = Mempool()
        for sequence in 1...16 as ClosedRange<UInt64> {
            _ = insert(Paper.payment(from: 1, sequence), into: &pool)
        }
        for account in 2...4 as ClosedRange<UInt64> {
            _ = insert(Paper.payment(from: account, 1), into: &pool)
        }
        var room = Self.wide
        room.transactionCount = 4
        let accounts = pool.select(room, without: []).map(\.body.account)
        #expect(Set(accounts).count == 4)
    }

    @Test("The account that was served last waits longest")
    func leastRecentlyServed() {
        var pool = Mempool()
        for account in 1...3 as ClosedRange<UInt64> {
            for sequence in 1...2 as ClosedRange<UInt64> {
                _ = insert(Paper.payment(from: account, sequence), into: &pool)
            }
        }
        pool.finalize([Paper.payment(from: 1, 1)], at: Height(1))
        let accounts = pool.select(Self.wide, without: []).map(\.body.account)
        #expect(accounts.first == Paper.account(2))
        #expect(accounts[2] == Paper.account(1))
    }

    @Test("Payments get at least seven tenths of a full block's bytes")
    func lanes() {
        var pool = Mempool()
        for account in 1...200 as ClosedRange<UInt64> {
            _ = insert(Paper.mint(by: account, 1), into: &pool)
        }
        for account in 201...400 as ClosedRange<UInt64> {
            _ = insert(Paper.payment(from: account, 1), into: &pool)
        }
        let size = Paper.payment(from: 201, 1).bytes.count
        let room = PoolRoom(byteCount: 100 * size, signatureCount: 10_000, transactionCount: 10_000)
        let chosen = pool.select(room, without: [])
        let payments = chosen.filter { $0.body.actions[0].kind.number == 2 }
        let paymentBytes = payments.reduce(0) { $0 + $1.bytes.count }
        #expect(paymentBytes * 10 >= room.byteCount * 7 - 10 * size)
        // Without payments the others may have it all.
        for payment in pool.select(Self.wide, without: [])
        where
            payment.body.actions[0].kind.number == 2
        {
            pool.remove(payment.id)
        }
        let others = pool.select(room, without: [])
        #expect(others.reduce(0) { $0 + $1.bytes.count } > room.byteCount * 9 / 10)
    }

    @Test("Transactions leave when their block is final, and when they have expired")
    func leaving() {
        var pool = Mempool()
        let short = Paper.payment(from: 1, 1, expiry: 5)
        let long = Paper.payment(from: 2, 1)
        _ = insert(short, into: &pool)
        _ = insert(long, into: &pool)
        pool.finalize([], at: Height(4))
        #expect(pool.count == 2)
        pool.finalize([long], at: Height(5))
        #expect(pool.count == 0)
        #expect(pool.byteCount == 0)
        #expect(pool.ids.isEmpty)
        #expect(insert(long, into: &pool, after: 1) == .outOfWindow)
    }

    @Test("Ids in blocks that are not final are not chosen again")
    func spent() {
        var pool = Mempool()
        let first = Paper.payment(from: 1, 1)
        let second = Paper.payment(from: 1, 2)
        _ = insert(first, into: &pool)
        _ = insert(second, into: &pool)
        #expect(pool.select(Self.wide, without: [first.id]) == [second])
        #expect(pool.readyCount(without: [first.id]) == 1)
    }

    @Test("Counts and bytes agree with the contents through any course of events", arguments: 0..<8)
    func walk(seed: UInt64) {
        var random = Chance(seed: seed)
        var pool = Mempool()
        var bases: [UInt64: UInt64] = [:]
        for step in 1...400 as ClosedRange<UInt64> {
            let account = UInt64.random(in: 0..<6, using: &random)
            let base = bases[account] ?? 0
            let transaction = Paper.payment(
                from: account, base + UInt64.random(in: 0..<20, using: &random),
                expiry: step + 50)
            switch UInt64.random(in: 0..<8, using: &random) {
            case 0:
                let chosen = pool.select(Self.wide, without: [])
                    .prefix(Int.random(in: 0..<5, using: &random))
                for transaction in chosen {
                    let number = (0..<6).first { Paper.account($0) == transaction.body.account }
                    bases[number ?? 0] = transaction.body.sequence.number
                }
                pool.finalize(Array(chosen), at: Height(step))
            case 1: if let id = pool.ids.randomElement(using: &random) { pool.remove(id) }
            default: _ = insert(transaction, into: &pool, after: base)
            }
            let pending = pool.ids.compactMap { pool[$0] }
            #expect(pending.count == pool.count, "seed \(seed), step \(step)")
            #expect(
                pending.reduce(0) { $0 + $1.bytes.count } == pool.byteCount,
                "seed \(seed), step \(step)")
            let chosen = pool.select(Self.wide, without: [])
            #expect(chosen.count == pool.readyCount(without: []), "seed \(seed), step \(step)")
        }
    }
}
