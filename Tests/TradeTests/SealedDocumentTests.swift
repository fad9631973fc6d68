import Ledger
import Primitives
import Testing
import Trade
import Wire

@Suite("Documents sealed to their readers")
struct SealedDocumentTests {
    static let context = mark("an order")
    static let entropy = mark("entropy").bytes

    static func reading(_ person: Person) throws -> ReadingKey {
        try #require(ReadingKey(of: person.account))
    }

    @Test("Sections of every size are read by each reader, and by nobody else")
    func sizes() throws {
        let people = [Person.customs, .agent, .buyer]
        let readers = try people.map(Self.reading)
        for size in [0, 1, 31, 32, 33, 63, 64, 1_000, 40_000] {
            let contents = [[UInt8](repeating: 0x80, count: size), [], [0, 0]]
            let sealed = try SealedDocument(
                sealing: contents, to: readers, context: Self.context, entropy: Self.entropy)
            let copy = try SealedDocument(wire: sealed.wire)
            #expect(copy == sealed)
            for person in people {
                #expect(
                    copy.open(by: person.key.agreementKey, context: Self.context) == contents)
            }
            #expect(copy.open(by: Person.stranger.key.agreementKey, context: Self.context) == nil)
            #expect(copy.open(by: Person.buyer.key.agreementKey, context: mark("other")) == nil)
        }
    }

    @Test("A changed byte anywhere is noticed")
    func changedByte() throws {
        let contents: [[UInt8]] = [[1, 2, 3], Array("name".utf8)]
        let sealed = try SealedDocument(
            sealing: contents, to: [Self.reading(.buyer)], context: Self.context,
            entropy: Self.entropy)
        let bytes = sealed.wire
        for place in bytes.indices {
            var changed = bytes
            changed[place] ^= 1
            guard let copy = try? SealedDocument(wire: changed) else { continue }
            #expect(
                copy.open(by: Person.buyer.key.agreementKey, context: Self.context) == nil,
                "byte \(place)")
        }
    }

    @Test("Readers, sections and bytes have limits")
    func limits() throws {
        let reader = try Self.reading(.buyer)
        for count in [0, 17] {
            #expect(throws: SealingError.readerCount(count, limit: 16)) {
                try SealedDocument(
                    sealing: [[1]], to: Array(repeating: reader, count: count),
                    context: .zero, entropy: Self.entropy)
            }
        }
        for count in [0, 161] {
            #expect(throws: SealingError.sectionCount(count, limit: 160)) {
                try SealedDocument(
                    sealing: Array(repeating: [1], count: count), to: [reader],
                    context: .zero, entropy: Self.entropy)
            }
        }
        #expect(throws: SealingError.self) {
            try SealedDocument(
                sealing: Array(repeating: [UInt8](repeating: 1, count: 40_000), count: 2),
                to: [reader], context: .zero, entropy: Self.entropy)
        }
        #expect(throws: SealingError.readerUnusable(index: 0)) {
            try SealedDocument(
                sealing: [[1]], to: [ReadingKey(FixedBytes(repeating: 0))], context: .zero,
                entropy: Self.entropy)
        }
        #expect(ReadingKey(of: AccountID(FixedBytes(repeating: 0))) == nil)
    }

    @Test("Entropy used twice by mistake never gives two texts one key")
    func entropyTwice() throws {
        let reader = try Self.reading(.buyer)
        let one = try SealedDocument(
            sealing: [[1]], to: [reader], context: .zero, entropy: Self.entropy)
        let two = try SealedDocument(
            sealing: [[2]], to: [reader], context: .zero, entropy: Self.entropy)
        #expect(one.ephemeral != two.ephemeral)
        #expect(one.sections[0].mark != two.sections[0].mark)
    }

    @Test("The key of one section opens that section alone")
    func oneSection() throws {
        let sealed = try SealedDocument(
            sealing: [[1], [2]], to: [Self.reading(.buyer)], context: Self.context,
            entropy: Self.entropy)
        let key = try #require(
            sealed.key(for: Person.buyer.key.agreementKey, context: Self.context))
        let first = key.section(0)
        #expect(
            sealed.sections[0].read(with: first, at: 0, context: Self.context)
                == .content([1]))
        #expect(
            sealed.sections[1].read(with: first, at: 1, context: Self.context) == .wrongKey)
        #expect(sealed.sections[0].read(with: first, at: 1, context: Self.context) == .broken)
    }

    @Test("A quota receipt is read by the buyer, for his order, and names nobody")
    func quotaReceipt() throws {
        let order = mark("an order")
        let customsKey = mark("key of customs").bytes
        let tag = QuotaReceipt.tag(
            key: customsKey, identity: Array("110101199001010011".utf8), year: 2_026)
        let receipt = QuotaReceipt(
            order: order, tag: tag, year: 2_026, used: units(407), rest: units(25_593))
        let sealed = try receipt.sealed(to: Self.reading(.buyer), entropy: Self.entropy)
        let buyer = Person.buyer.key.agreementKey
        #expect(QuotaReceipt(sealed, of: order, by: buyer) == receipt)
        #expect(QuotaReceipt(sealed, of: mark("other"), by: buyer) == nil)
        #expect(QuotaReceipt(sealed, of: order, by: Person.seller.key.agreementKey) == nil)
        let next = QuotaReceipt.tag(
            key: customsKey, identity: Array("110101199001010011".utf8), year: 2_027)
        #expect(next != tag)
    }
}
