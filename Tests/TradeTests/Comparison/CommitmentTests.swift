import Primitives
import Testing
import Trade
import Wire

@Suite("Field keys and commitments")
struct CommitmentTests {
    private static func bytes(_ hex: String) -> [UInt8] { Hex.decode(hex) ?? [] }

    @Test("Keys and commitments are those of HKDF and HMAC as another implementation computes them")
    func vectors() {
        let secret = Secret()
        let key = secret.key(.paid)
        #expect(
            key.bytes.array
                == Self.bytes("e2f9b3cfeda3e36f1f52f2a5e63ede24814dca3b81adc1c2451e400a10e9618a"))
        #expect(
            Commitment(to: Array("450".utf8), under: key).bytes.array
                == Self.bytes("88ac173cdb402edc4a3e2afd61a12d0bc0e61c2136602bf233775725668d2580"))
        let line = FieldKey(secret: secret.bytes, order: secret.order, line: 2)
        #expect(
            line.bytes.array
                == Self.bytes("a3ca9346041a511165c1a06eed8b796978742a4307c687a9ddbe9724bc501a7b"))
        #expect(
            Commitment(to: [], under: line).bytes.array
                == Self.bytes("4fde0efd763bc21060e0c026a61a344670045cd6914fe837c110f6fe3b1730b6"))
    }

    @Test("No two fields share a key but those that must be equal")
    func separation() {
        let keys = MatchField.allCases.map { Secret().key($0) }
        #expect(Set(keys).count == MatchField.allCases.count - 3)
        let lines = (0..<MatchLine.limit).map {
            FieldKey(secret: Secret().bytes, order: Secret().order, line: $0)
        }
        #expect(Set(lines + keys).count == Set(keys).count + MatchLine.limit)
    }

    @Test("Two orders of one buyer share no commitment, so they cannot be linked")
    func unlinkable() {
        let parcel = Parcel()
        let first = parcel.sealed()
        let otherOrder = parcel.sealed(secret: Secret(order: Array("ORD2".utf8)))
        let otherSecret = parcel.sealed(secret: Secret(bytes: FixedBytes(repeating: 8)))
        for other in [otherOrder, otherSecret] {
            let shared = Set(first.order.values + first.order.lines)
                .intersection(other.order.values + other.order.lines)
            #expect(shared == [])
        }
    }

    @Test("Disclosing one key opens one field: brute force of the others has no key to try with")
    func disclosure() {
        let secret = Secret()
        let sealed = secret.commit(Parcel().list)
        let opened = MatchField.allCases.filter { field in
            Parcel().list[field].map {
                Commitment(to: $0, under: secret.key(.buyerName)) == sealed[field]
            } ?? false
        }
        #expect(opened == [.buyerName])
    }

    @Test(
        "Lists are padded to 4, 8, 16 and so on; an empty slot tells nothing apart from its number")
    func padding() {
        #expect([0, 1, 4, 5, 9, 99, 128].map(MatchLine.paddedCount) == [4, 4, 4, 8, 16, 128, 128])
        let sealed = Parcel().sealed()
        #expect(sealed.order.lines.count == 4)
        #expect(Set(sealed.order.lines).count == 4)
        #expect(sealed.order.lines == sealed.list.lines)
        #expect(sealed.waybill.lines == [])
    }

    @Test("Parts of a line cannot be moved across their borders")
    func lineBytes() {
        func line(_ unit: String, _ name: String) -> [UInt8] {
            MatchLine(
                number: [0x31], quantity: [0x31], price: [0x31], total: [0x31],
                unit: Array(unit.utf8), country: [], name: Array(name.utf8)
            ).bytes
        }
        #expect(line("011", "a") != line("01", "1a"))
        #expect(line("011", "a") == line("011", "a"))
    }

    @Test("A standard needs one key for each disclosed field")
    func standard() {
        #expect(MatchStandard<Commitment>(disclosed: []) == nil)
        let keys = MatchField.disclosed.map { Secret().key($0) }
        #expect(MatchStandard<Commitment>(disclosed: keys + keys) == nil)
        #expect(MatchStandard<Commitment>(disclosed: keys) != nil)
    }

    @Test("Keys of another order as the disclosed ones fail the rules on constants")
    func wrongDisclosure() {
        let keys = MatchField.disclosed.map { Secret(order: [0x41]).key($0) }
        guard let standard = MatchStandard<Commitment>(disclosed: keys) else {
            Issue.record("five keys are a standard")
            return
        }
        let sealed = Parcel().sealed()
        let match = ThreeDocumentMatch(
            order: sealed.order, payment: sealed.payment, waybill: sealed.waybill,
            list: sealed.list, standard: standard)
        #expect(
            match.failedRules
                == [.currency, .singleLimit, .annualLimit, .packageCount, .netOverGross])
    }
}
