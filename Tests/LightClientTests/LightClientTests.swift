import Consensus
import LightClient
import Primitives
import StateTree
import Testing
import Wire

@Suite("Light client")
struct LightClientTests {
    private static let four = Committee([1, 2, 3, 4])

    @Test("Two full nodes that agree give a head with two confirmations")
    func agreement() {
        let chain = TestChain([Self.four], length: 20)
        var world = LightWorld(chain.anchor, now: chain.now)
        world.add(1) { chain.serve($0) }
        world.add(2) { chain.serve($0) }
        world.refresh()
        #expect(world.adopted.last?.block == chain.headers[20].digest)
        #expect(world.confirmations == 2)
        #expect(world.failures.isEmpty)
    }

    @Test("A full node that lags is an ancestor, and confirms the higher head")
    func lagging() {
        let chain = TestChain([Self.four], length: 20)
        var world = LightWorld(chain.anchor, now: chain.now)
        world.add(1) { chain.serve($0, height: 13) }
        world.add(2) { chain.serve($0) }
        world.refresh()
        #expect(world.adopted.last?.block == chain.headers[20].digest)
        #expect(world.requests.contains(.ancestor(Height(13), under: Height(20))))
        world.sources[LightWorld.name(2)] = nil
        world.refresh()
        #expect(world.isUnreached, "an older head replaces nothing")
        #expect(world.client.head?.block == chain.headers[20].digest)
    }

    @Test("One full node alone gives a head with one confirmation; none gives none")
    func alone() {
        let chain = TestChain([Self.four], length: 5)
        var world = LightWorld(chain.anchor, now: chain.now)
        world.refresh()
        #expect(world.isUnreached && world.adopted.isEmpty)
        world.add(1) { chain.serve($0) }
        world.add(2) { _ in nil }
        world.refresh()
        #expect(world.confirmations == 1)
        #expect(world.failures[LightWorld.name(2)] == .silent)
    }

    @Test("One year of daily epochs at 100 validators and slow turnover costs at most 32 KiB")
    func year() {
        var members = (0..<100 as Range<UInt32>).map { $0 }
        var committees: [Committee] = []
        for day in 0..<365 as Range<UInt32> {
            // One member in 18 days: 20 of 100 in the year.
            if day % 18 == 17 { members[Int(day / 18)] = 1_000 + day }
            committees.append(
                day % 18 == 17 || day == 0 ? Committee(members) : committees[Int(day) - 1])
        }
        var chain = TestChain(committees, length: 4)
        chain.signers = 95
        let start = chain.anchor
        // The client was last in touch just inside the trusting period before the year's steps
        // were made; the clock of the check follows the chain.
        var trust = LightTrust(anchor: start, scheme: .simulated, policy: .patient)
        let head = chain.finalized(chain.top - 1, by: 67)
        var byteCount = head.wire.count
        var (target, steps) = (UInt64(363), 0)
        while trust.anchor.epoch < Epoch(363) {
            let response = chain.serve(.update(from: trust.anchor.epoch, to: Epoch(target)))
            byteCount += response.wire.count
            guard case .update(let update) = response else { break }
            do throws(LightFault) {
                try trust.advance(update, now: chain.now)
                steps += 1
                target = 363
            } catch {
                guard case .tooFar = error else {
                    Issue.record("\(error)")
                    return
                }
                target = (trust.anchor.epoch.number + target) / 2
            }
        }
        #expect(throws: Never.self) { try trust.believe(head, now: chain.now) }
        #expect(byteCount <= 32_768, "\(byteCount) bytes in \(steps) steps")
        #expect(steps <= 3)
    }

    @Test(
        "Whatever the turnover, the client arrives: at worst epoch by epoch",
        arguments: 0..<12 as Range<UInt64>)
    func bisection(seed: UInt64) throws {
        var random = Chance(seed: seed)
        var members: [UInt32] = [0, 1, 2, 3, 4, 5, 6]
        var committees: [Committee] = []
        for epoch in 0..<20 as Range<UInt32> {
            committees.append(Committee(members))
            for _ in 0..<Int.random(in: 0...4, using: &random) {
                let place = Int.random(in: 0..<members.count, using: &random)
                members[place] = 100 + epoch * 10 + UInt32(place)
            }
        }
        let length = Int.random(in: 1...3, using: &random)
        let chain = TestChain(committees, length: length, epochMilliseconds: 3_600_000)
        var world = LightWorld(chain.anchor, now: chain.now)
        world.add(1) { chain.serve($0) }
        world.add(2) { chain.serve($0) }
        world.refresh()
        #expect(world.adopted.last?.block == chain.headers[chain.top].digest, "seed \(seed)")
        #expect(world.failures.isEmpty, "seed \(seed): \(world.failures)")
        let record = world.client.trust.record
        #expect(try TrustRecord(wire: record.wire) == record)
    }

    @Test("A full node that knows how far a step reaches saves the questions that are in vain")
    func reach() {
        let committees = (0..<20 as Range<UInt32>).map { first in
            Committee((first..<first + 10).map { $0 })
        }
        let chain = TestChain(committees, length: 2, epochMilliseconds: 3_600_000)
        func serve(_ request: LightRequest) -> LightResponse {
            guard case .update(let from, let to) = request else { return chain.serve(request) }
            var epoch = to.number
            let old = committees[Int(from.number)].set
            while epoch > from.number,
                !EpochUpdate.isWithinReach(
                    chain.finalized(Int(epoch + 1) * 2), votedBy: committees[Int(epoch)].set,
                    from: old)
            { epoch -= 1 }
            return chain.serve(.update(from: from, to: Epoch(epoch)))
        }
        var world = LightWorld(chain.anchor, now: chain.now)
        world.add(1, serve)
        world.refresh()
        #expect(world.adopted.last?.block == chain.headers[chain.top].digest)
        // Seven of ten suffice, so each step passes over three changes and commits to one more.
        #expect(world.requests.count == 6, "\(world.requests.count)")
    }

    @Test("A client in touch with the network does not expire, however long the epoch")
    func longEpoch() throws {
        let day: UInt64 = 86_400_000
        let chain = TestChain([Self.four], length: 40, epochMilliseconds: 40 * day)
        var world = LightWorld(chain.anchor, now: chain.now)
        var height = 0
        world.add(1) { chain.serve($0, height: height) }
        for day in stride(from: 10, through: 40, by: 10) {
            height = day
            world.now = chain.headers[day].time
            world.refresh()
            #expect(world.adopted.last?.block == chain.headers[day].digest)
        }
        #expect(world.kept.last?.anchor.height == Height(40))
    }

    @Test("What was kept is enough to go on after a restart")
    func resumption() throws {
        let committees = [Self.four, Committee([2, 3, 4, 5]), Committee([3, 4, 5, 6])]
        let chain = TestChain(committees, length: 4)
        var world = LightWorld(chain.anchor, now: chain.now)
        world.add(1) { chain.serve($0, height: 6) }
        world.refresh()
        let record = try TrustRecord(wire: world.client.trust.record.wire)
        #expect(record.anchor.epoch == Epoch(1))
        var next = LightWorld(chain.anchor, now: chain.now)
        next.client = LightClient(LightTrust(record, scheme: .simulated))
        next.add(1) { chain.serve($0) }
        next.refresh()
        #expect(next.adopted.last?.block == chain.headers[12].digest)
    }

    @Test("A set change turns the old set into the new one and is as short as the turnover")
    func setChange() throws {
        let old = Committee((0..<100 as Range<UInt32>).map { $0 }).set
        let new = Committee((10..<110 as Range<UInt32>).map { $0 }).set
        let change = SetChange(from: old, to: new)
        #expect(change.removed.count == 10 && change.added.count == 10)
        let decoded = try SetChange(wire: change.wire)
        #expect(decoded.applied(to: old) == new)
        #expect(change.wire.count < 500)
        #expect(SetChange(from: old, to: old).wire.isEmpty)
        #expect(change.applied(to: Self.four.set) == nil, "a seat that the set does not have")
    }
}

extension LightPolicy {
    /// For tests of size, where a year passes between two steps.
    static var patient: LightPolicy {
        var policy = LightPolicy()
        policy.trustingPeriod = 400 * 86_400_000
        return policy
    }
}
