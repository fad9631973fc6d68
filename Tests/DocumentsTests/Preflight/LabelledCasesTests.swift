import Documents
import Foundation
import LabelledCases
import Testing
import Trade
import Wire

/// The labelled cases: four documents and the rules that fail.
@Suite("Labelled cases of the three-document match", .needsCustomsData)
struct LabelledCasesTests {
    static let cases = LabelledCase.all
    static let limits = TaxRules.known.retailLimits(on: nil)

    @Test("All 39 cases are there")
    func count() { #expect(Self.cases.count == 39) }

    @Test("Each case fails exactly its rules in the clear", arguments: cases)
    func clear(_ labelled: LabelledCase) throws {
        let match = try labelled.quadruple.match(limits: Self.limits, used: .zero)
        #expect(match.failedRules.map(\.name).sorted() == labelled.expect)
    }

    @Test("Each case fails exactly its rules through commitments alone", arguments: cases)
    func committed(_ labelled: LabelledCase) throws {
        let clear = try labelled.quadruple.match(limits: Self.limits, used: .zero)
        let secret = FixedBytes<32>(repeating: 0x5a)
        let order = Array(labelled.id.utf8)
        let keys = MatchField.disclosed.map { FieldKey(secret: secret, order: order, field: $0) }
        let standard = try #require(MatchStandard<Commitment>(disclosed: keys))
        let sealed = ThreeDocumentMatch(
            order: clear.order.committed(secret: secret, order: order),
            payment: clear.payment.committed(secret: secret, order: order),
            waybill: clear.waybill.committed(secret: secret, order: order),
            list: clear.list.committed(secret: secret, order: order), standard: standard)
        #expect(sealed.failedRules.map(\.name).sorted() == labelled.expect)
    }

    @Test("The XML files of a case give the same rules as its JSON", arguments: cases)
    func files(_ labelled: LabelledCase) throws {
        func reading(_ number: Int) throws -> CustomsReader.Reading? {
            let path = "ceb/threedoc/\(labelled.id).CEB\(number)Message.xml"
            guard let bytes = try? CustomsData.bytes(path) else { return nil }
            return try CustomsReader.read(bytes)
        }
        guard let order = try reading(311), let payment = try reading(411),
            let waybill = try reading(511), let list = try reading(621)
        else { return }
        let report = Preflight(rules: .known).report(
            on: .init(order: order, payment: payment, waybill: waybill, list: list))
        #expect(report.failed.map(\.name).sorted() == labelled.expect)
        #expect(report.faults.isEmpty)
        #expect(report.isClean == labelled.expect.isEmpty)
    }

    /// A vector of canonical form, key and commitment.
    struct Vectors: Decodable {
        struct Vector: Decodable {
            let label: String
            let kind: String
            let value: String
            let canonical: String
            let fieldKey: String
            let commitment: String
        }
        let orderKey: String
        let orderId: String
        let vectors: [Vector]
    }

    @Test("Canonical forms, field keys and commitments are those of the vectors")
    func vectors() throws {
        let file = try CustomsData.json("vectors/commitments.json", as: Vectors.self)
        let secret = try #require(FixedBytes<32>(Self.bytes(file.orderKey)))
        for vector in file.vectors {
            let canonical =
                switch vector.kind {
                case "code": Normaliser.identity(vector.value)
                case "dec": Normaliser.number(vector.value)
                case "phone": Normaliser.telephone(vector.value)
                default: Normaliser.text(vector.value)
                }
            #expect(canonical == Array(vector.canonical.utf8), "\(vector.value)")
            let key = FieldKey(
                secret: secret, order: Array(file.orderId.utf8), label: Array(vector.label.utf8))
            #expect(key.bytes.array == Self.bytes(vector.fieldKey))
            let commitment = Commitment(to: canonical, under: key)
            #expect(commitment.bytes.array == Self.bytes(vector.commitment))
            #expect(MatchField.allCases.contains { $0.label == Array(vector.label.utf8) })
        }
        #expect(file.vectors.count >= 12)
    }

    private static func bytes(_ hex: String) -> [UInt8] {
        let digits = hex.compactMap(\.hexDigitValue)
        return stride(from: 0, to: digits.count - 1, by: 2).map {
            UInt8(digits[$0] * 16 + digits[$0 + 1])
        }
    }
}
