import Consensus
import LightClient
import Primitives
import StateTree
import Testing
import Wire

@Suite("Proofs for light nodes")
struct ProofTests {
    private static let four = Committee([1, 2, 3, 4])

    private static func values(_ count: UInt32) -> [LeafKey: [UInt8]] {
        var values: [LeafKey: [UInt8]] = [:]
        for number in 0..<count {
            values[LeafKey(kind: 2, id: number.bigEndianBytes)] =
                [UInt8](repeating: UInt8(truncatingIfNeeded: number), count: 80)
        }
        return values
    }

    private static let key = LeafKey(kind: 2, id: UInt32(7).bigEndianBytes)

    @Test(
        "A leaf is proved by header, certificate and path, and what is not there is proved absent")
    func leaves() throws {
        let chain = TestChain([Self.four], length: 4, values: Self.values(50))
        var trust = LightTrust(anchor: chain.anchor, scheme: .simulated)
        let leaf = try #require(chain.leaf(Self.key))
        let decoded = try LeafProof(wire: leaf.wire)
        let answer = try trust.answer(decoded, for: Self.key, now: chain.now)
        #expect(answer == .present([UInt8](repeating: 7, count: 80)))
        let other = LeafKey(kind: 3, id: [1])
        let absent = try #require(chain.leaf(other))
        #expect(try trust.answer(absent, for: other, now: chain.now) == .absent)
        #expect(throws: LightFault.self) {
            _ = try trust.answer(absent, for: Self.key, now: chain.now)
        }
        let old = try #require(chain.leaf(Self.key, at: 2))
        #expect(throws: LightFault.notNewer(Height(2), than: Height(3))) {
            _ = try trust.answer(old, for: Self.key, notBefore: Height(3), now: chain.now)
        }
    }

    @Test("A payment's proof takes at most 6 KiB at 100 validators and a million leaves")
    func size() throws {
        let hundred = Committee((0..<100 as Range<UInt32>).map { $0 })
        var chain = TestChain([hundred], length: 2, values: Self.values(1_000))
        chain.signers = 67
        let leaf = try #require(chain.leaf(Self.key))
        var trust = LightTrust(anchor: chain.anchor, scheme: .simulated)
        _ = try trust.answer(leaf, for: Self.key, now: chain.now)
        // A thousand times as many leaves make the path ten hashes longer.
        let byteCount = leaf.wire.count + 10 * 34
        #expect(byteCount <= 6_144, "\(byteCount) bytes")
    }

    @Test("An old block is shown under a later header, and at no other height")
    func history() throws {
        let chain = TestChain([Self.four], length: 30)
        for low in [0, 1, 12, 15, 16, 28] {
            let historic = try #require(chain.ancestor(low, under: 29))
            let decoded = try HistoricHeader(wire: historic.wire)
            try decoded.verify(under: chain.headers[29])
            #expect(throws: LightFault.self) { try decoded.verify(under: chain.headers[30]) }
            let other = HistoricHeader(header: chain.headers[low + 1], path: historic.path)
            #expect(throws: LightFault.self) { try other.verify(under: chain.headers[29]) }
        }
    }

    // MARK: Files

    private static func file(epochs: Int) throws -> (ProofFile, TestChain) {
        let committees = (0..<UInt32(epochs)).map { Committee([$0, $0 + 1, $0 + 2, $0 + 3]) }
        let chain = TestChain(committees, length: 2, values: values(50))
        var world = LightWorld(chain.anchor, now: chain.now)
        world.add(1) { chain.serve($0) }
        world.add(2) { chain.serve($0) }
        world.refresh()
        let leaf = try #require(chain.leaf(key))
        var trust = world.client.trust
        _ = try trust.answer(leaf, for: key, now: chain.now)
        return (trust.file(for: leaf), chain)
    }

    @Test(
        "A saved proof is accepted with nothing else than the digest of its anchor",
        arguments: [1, 2, 4])
    func accepted(epochs: Int) throws {
        let (file, chain) = try Self.file(epochs: epochs)
        let decoded = try ProofFile(wire: file.wire)
        let found = try decoded.check(trusting: [chain.anchor.digest], scheme: .simulated)
        #expect(found.key == Self.key)
        #expect(found.answer == .present([UInt8](repeating: 7, count: 80)))
        #expect(found.header == chain.headers[chain.top])
        #expect(found.signed == 40 && found.total == 40)
        #expect(throws: LightFault.unknownAnchor(chain.anchor.digest)) {
            _ = try decoded.check(trusting: [.zero], scheme: .simulated)
        }
    }

    @Test(
        "A saved proof is refused after any single byte is changed, added or taken away",
        arguments: [1, 3])
    func changed(epochs: Int) throws {
        let (file, chain) = try Self.file(epochs: epochs)
        let bytes = file.wire
        func isAccepted(_ bytes: [UInt8]) -> Bool {
            guard let file = try? ProofFile(wire: bytes) else { return false }
            return (try? file.check(trusting: [chain.anchor.digest], scheme: .simulated)) != nil
        }
        #expect(isAccepted(bytes))
        for index in bytes.indices {
            for mask in [0x01, 0x80, 0xff] as [UInt8] {
                var copy = bytes
                copy[index] ^= mask
                #expect(!isAccepted(copy), "byte \(index) ^ \(mask)")
            }
        }
        for count in stride(from: 0, to: bytes.count, by: 7) {
            #expect(!isAccepted(Array(bytes.prefix(count))))
        }
        #expect(!isAccepted(bytes + [0]))
    }

    @Test("A forger who makes the checksum fit is refused by what the file shows")
    func forged() throws {
        let (file, chain) = try Self.file(epochs: 4)
        let trusted = [chain.anchor.digest]
        let leaf = file.leaf
        let richer = StateProof(key: Self.key, end: .value([9, 9]), path: leaf.proof.siblings)
        let strangers = Committee([70, 71, 72, 73])
        let header = leaf.finalized.header
        let fakes: [ProofFile] = [
            ProofFile(
                anchor: file.anchor, steps: file.steps,
                leaf: LeafProof(finalized: leaf.finalized, proof: richer)),
            ProofFile(anchor: file.anchor, steps: [], leaf: leaf),
            ProofFile(anchor: file.anchor, steps: file.steps.reversed(), leaf: leaf),
            ProofFile(
                anchor: TrustAnchor(
                    chain: header.chain, epoch: Epoch(0), set: strangers.set,
                    block: file.anchor.block, height: Height(0), time: Timestamp(1)),
                steps: file.steps, leaf: leaf),
            ProofFile(
                anchor: file.anchor, steps: file.steps,
                leaf: LeafProof(
                    finalized: TestChain.certify(
                        header, by: strangers, strangers.keys,
                        stateRoot: leaf.finalized.stateRoot),
                    proof: leaf.proof)),
        ]
        for (index, fake) in fakes.enumerated() {
            let decoded = try ProofFile(wire: fake.wire)
            #expect(throws: LightFault.self, "fake \(index)") {
                _ = try decoded.check(trusting: trusted, scheme: .simulated)
            }
        }
    }

    @Test("With real signatures a proof file holds as well")
    func ed25519() throws {
        let chain = TestChain(
            [Self.four], length: 2, values: Self.values(20), scheme: .ed25519)
        let leaf = try #require(chain.leaf(Self.key))
        let file = ProofFile(anchor: chain.anchor, steps: [], leaf: leaf)
        let found = try file.check(trusting: [chain.anchor.digest], scheme: .ed25519)
        #expect(found.signed == 40)
        #expect(throws: LightFault.self) {
            _ = try file.check(trusting: [chain.anchor.digest], scheme: .simulated)
        }
    }

    // MARK: Statements

    private static func events(_ count: Int) -> (JournalHead, [JournalEvent]) {
        var journal = JournalHead()
        var events: [JournalEvent] = []
        for number in 0..<count {
            let event = JournalEvent(
                event: [UInt8(number), 1], height: Height(UInt64(3 + number / 2)))
            events.append(event)
            journal.append(event: Digest(hashing: event.event, in: .event), at: event.height)
        }
        return (journal, events)
    }

    @Test("A complete statement is accepted whole and page by page")
    func statement() throws {
        let (journal, events) = Self.events(20)
        try Statement.verify(journal, events: events)
        var statement = Statement(expected: journal)
        for first in stride(from: 0, to: 20, by: 6) {
            #expect(!statement.isAtEnd)
            let page = JournalPage(
                first: UInt64(first + 1), events: Array(events[first..<min(first + 6, 20)]))
            try statement.take(try JournalPage(wire: page.wire))
        }
        #expect(statement.isAtEnd)
        try statement.finish()
        try Statement.verify(JournalHead(), events: [])
    }

    @Test("A statement with anything left out, added, moved or changed is refused")
    func incompleteStatement() {
        let (journal, events) = Self.events(10)
        for index in events.indices {
            var without = events
            without.remove(at: index)
            #expect(throws: StatementFault.self) { try Statement.verify(journal, events: without) }
            var doubled = events
            doubled.insert(events[index], at: index)
            #expect(throws: StatementFault.self) { try Statement.verify(journal, events: doubled) }
            var changed = events
            changed[index] = JournalEvent(event: [99], height: events[index].height)
            #expect(throws: StatementFault.self) { try Statement.verify(journal, events: changed) }
            var moved = events
            moved.swapAt(index, (index + 1) % 10)
            #expect(throws: StatementFault.self) { try Statement.verify(journal, events: moved) }
        }
        var statement = Statement(expected: journal)
        #expect(throws: StatementFault.wrongPage(first: 2, expected: 1)) {
            try statement.take(JournalPage(first: 2, events: events))
        }
        #expect(throws: StatementFault.incomplete(count: 0, expected: 10)) {
            try statement.finish()
        }
    }
}
