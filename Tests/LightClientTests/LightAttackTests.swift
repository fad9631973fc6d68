import Consensus
import LightClient
import Primitives
import StateTree
import Testing
import Wire

@Suite("Attacks on a light client")
struct LightAttackTests {
    private static let four = Committee([1, 2, 3, 4])
    private static let day: UInt64 = 86_400_000

    @Test(
        "Attack 54: two thirds of the old keys or fewer cannot invent validators", arguments: 1...6)
    func lunatic(traitors: Int) {
        let old = Committee((1...9 as ClosedRange<UInt32>).map { $0 })
        let chain = TestChain([old, old], length: 4)
        // The traitors and strangers of their own make a set in which all sign.
        let invented = Committee((1...UInt32(traitors)).map { $0 } + [100, 101, 102, 103])
        var header = chain.headers[6]
        header.validatorSet = invented.set.digest
        header.nextValidatorSet = invented.set.digest
        let forged = TestChain.certify(
            header, by: invented, invented.keys, stateRoot: Digest(hashing: [9], in: .leaf))
        var trust = LightTrust(anchor: chain.anchor, scheme: .simulated)
        let update = EpochUpdate(
            to: forged, from: old.set, set: invented.set, next: invented.set)
        let total = old.set.totalWeight
        #expect(throws: LightFault.tooFar(weight: UInt64(traitors) * 10, total: total)) {
            try trust.advance(update, now: chain.now)
        }
        #expect(trust.anchor == chain.anchor)
        #expect(throws: LightFault.unknownValidators(Epoch(1))) {
            try trust.believe(forged, now: chain.now)
        }
    }

    @Test("Attack 54: a client that meets forgers only stops nowhere and believes nothing")
    func forgersOnly() {
        let chain = TestChain([Self.four, Self.four], length: 4)
        let strangers = Committee([50, 51, 52, 53])
        let false_ = TestChain([strangers, strangers], length: 4)
        var world = LightWorld(chain.anchor, now: chain.now)
        world.add(1) { false_.serve($0) }
        world.add(2) { false_.serve($0) }
        world.refresh()
        #expect(world.adopted.isEmpty && world.client.stop == nil)
        world.add(3) { chain.serve($0) }
        world.refresh()
        #expect(world.adopted.last?.block == chain.headers[8].digest)
    }

    @Test("Attack 54: an anchor older than the trusting period proves nothing; a new one is needed")
    func expiry() {
        let chain = TestChain([Self.four], length: 4)
        var world = LightWorld(
            chain.anchor, now: Timestamp(chain.anchor.time.milliseconds + 14 * Self.day))
        world.add(1) { chain.serve($0) }
        world.refresh()
        #expect(
            world.client.stop == .fault(.expired(age: 14 * Self.day, limit: 14 * Self.day)))
        world.refresh()
        #expect(world.adopted.isEmpty)
    }

    @Test("A header from the future is refused; ten seconds are forgiven")
    func future() throws {
        let chain = TestChain([Self.four], length: 4)
        let head = chain.finalized(4)
        let time = head.header.time.milliseconds
        var trust = LightTrust(anchor: chain.anchor, scheme: .simulated)
        #expect(throws: LightFault.fromFuture(ahead: 10_001, limit: 10_000)) {
            try trust.believe(head, now: Timestamp(time - 10_001))
        }
        try trust.believe(head, now: Timestamp(time - 10_000))
    }

    @Test("Attack 54: two final blocks of one height stop the client, and both are kept")
    func conflict() throws {
        let chain = TestChain([Self.four], length: 8)
        let fork = TestChain([Self.four], length: 8, fork: 1, forkAt: 5)
        var world = LightWorld(chain.anchor, now: chain.now)
        world.add(1) { chain.serve($0) }
        world.add(2) { fork.serve($0) }
        world.refresh()
        guard case .conflict(let conflict) = world.client.stop else {
            Issue.record("no conflict")
            return
        }
        #expect(conflict.isReal && conflict.ancestor == nil)
        #expect(try Conflict(wire: conflict.wire) == conflict)
        #expect(world.adopted.isEmpty)
    }

    @Test("Attack 54: final blocks of two heights on two forks are found by the history root")
    func conflictAcrossHeights() {
        let chain = TestChain([Self.four], length: 8)
        let fork = TestChain([Self.four], length: 8, fork: 1, forkAt: 5)
        var world = LightWorld(chain.anchor, now: chain.now)
        world.add(1) { chain.serve($0, height: 6) }
        world.refresh()
        #expect(world.adopted.count == 1)
        world.add(2) { fork.serve($0) }
        world.refresh()
        guard case .conflict(let conflict) = world.client.stop else {
            Issue.record("no conflict")
            return
        }
        #expect(conflict.isReal && conflict.ancestor?.header.height == Height(6))
        #expect(world.adopted.count == 1)
    }

    @Test("Another state of the same block is a conflict too")
    func twoStates() {
        let chain = TestChain([Self.four], length: 4)
        let other = Digest(hashing: [1], in: .leaf)
        var world = LightWorld(chain.anchor, now: chain.now)
        world.add(1) { chain.serve($0) }
        world.add(2) { $0 == .head ? .head(chain.finalized(4, stateRoot: other)) : nil }
        world.refresh()
        guard case .conflict = world.client.stop else {
            Issue.record("no conflict")
            return
        }
    }

    @Test("A certificate of too few, of another block or with one bad signature is refused")
    func certificates() {
        let chain = TestChain([Self.four], length: 4)
        let trust = LightTrust(anchor: chain.anchor, scheme: .simulated)
        #expect(throws: LightFault.certificate(.noQuorum(weight: 20, total: 40))) {
            try trust.verify(chain.finalized(4, by: 2), now: chain.now)
        }
        let mixed = FinalizedHeader(
            header: chain.headers[3], finalization: chain.finalized(4).finalization)
        #expect(throws: LightFault.self) { try trust.verify(mixed, now: chain.now) }
        let strangers = Committee([1, 2, 3, 9])
        let forged = TestChain.certify(
            chain.headers[4], by: strangers, strangers.keys, stateRoot: .zero)
        #expect(throws: LightFault.self) { try trust.verify(forged, now: chain.now) }
        var foreign = chain.headers[4]
        foreign.chain = .zero
        let elsewhere = TestChain.certify(
            foreign, by: Self.four, Self.four.keys, stateRoot: .zero)
        #expect(throws: LightFault.wrongChain(.zero)) {
            try trust.verify(elsewhere, now: chain.now)
        }
    }

    @Test(
        "Attack 53: a header of unknown rules, signed by a quorum, says that an upgrade is needed")
    func upgrade() {
        let chain = TestChain([Self.four], length: 4)
        var header = chain.headers[4]
        header.protocolNumber = 2
        let signed = TestChain.certify(header, by: Self.four, Self.four.keys, stateRoot: .zero)
        let unsigned = TestChain.certify(
            header, by: Self.four, Array(Self.four.keys.prefix(1)), stateRoot: .zero)
        var world = LightWorld(chain.anchor, now: chain.now)
        world.add(1) { $0 == .head ? .head(unsigned) : nil }
        world.refresh()
        #expect(world.client.stop == nil, "one liar cannot stop the client")
        world.add(2) { $0 == .head ? .head(signed) : nil }
        world.refresh()
        #expect(world.client.stop == .fault(.upgradeRequired(protocolNumber: 2)))
    }

    @Test("Pitfall 11: nothing in a set of validators is outside the digest that a header signs")
    func wholeSet() throws {
        let chain = TestChain([Self.four, Self.four], length: 4)
        let members = Self.four.set.members
        let stranger = Validator(key: Committee([70]).keys[0].publicKey, weight: 10)
        var others: [[Validator]] = members.indices.map { index in
            // Of each member either field.
            var changed = members
            changed[index] = Validator(key: members[index].key, weight: 11)
            return changed
        }
        others += members.indices.map { index in
            (members.filter { $0 != members[index] } + [stranger]).sorted { $0.key < $1.key }
        }
        others.append((members + [stranger]).sorted { $0.key < $1.key })
        others.append(Array(members.dropFirst()))
        for other in others {
            let set = try #require(ValidatorSet(other))
            #expect(set.digest != Self.four.set.digest)
            var trust = LightTrust(anchor: chain.anchor, scheme: .simulated)
            let target = chain.finalized(8)
            let update = EpochUpdate(to: target, from: Self.four.set, set: set, next: set)
            #expect(throws: LightFault.self) { try trust.advance(update, now: chain.now) }
            #expect(trust.anchor == chain.anchor)
        }
        // There is one order and no field beside: the wire form has no room for anything else.
        #expect(ValidatorSet(Array(members.reversed())) == Self.four.set)
        let bytes = Self.four.set.wire
        for index in bytes.indices {
            var changed = bytes
            changed[index] ^= 1
            guard let set = try? ValidatorSet(wire: changed) else { continue }
            #expect(set.digest != Self.four.set.digest, "byte \(index)")
        }
        #expect(throws: WireError.self) { try ValidatorSet(wire: bytes + [0x50, 0x01]) }
    }

    @Test("A next set that the header does not announce is refused")
    func unannounced() {
        let next = Committee([2, 3, 4, 5])
        let chain = TestChain([Self.four, next], length: 4)
        var trust = LightTrust(anchor: chain.anchor, scheme: .simulated)
        let target = chain.finalized(4)
        let strangers = Committee([60, 61, 62, 63])
        let wrong = EpochUpdate(
            to: target, from: Self.four.set, set: Self.four.set, next: strangers.set)
        #expect(throws: LightFault.self) { try trust.advance(wrong, now: chain.now) }
        let early = EpochUpdate(
            target: chain.finalized(3), set: SetChange(from: Self.four.set, to: Self.four.set),
            next: SetChange(from: Self.four.set, to: strangers.set))
        #expect(throws: LightFault.nothingAnnounced) {
            try trust.advance(early, now: chain.now)
        }
        #expect(trust.anchor == chain.anchor)
    }

    @Test("A source that gives the wrong kind of answer is given up, and another is asked")
    func wrongAnswers() {
        let chain = TestChain([Self.four, Committee([2, 3, 4, 5])], length: 4)
        var world = LightWorld(chain.anchor, now: chain.now)
        world.add(1) { _ in .submitted([]) }
        world.add(2) { $0 == .head ? chain.serve($0) : .refused(.busy) }
        world.add(3) { chain.serve($0) }
        world.refresh()
        world.refresh()
        #expect(world.adopted.last?.block == chain.headers[8].digest)
        #expect(world.failures[LightWorld.name(1)] == .wrongAnswer)
    }
}
