import Documents
import Testing

@Suite("Check digits and codes")
struct CodesTests {
    @Test("A right number passes; with any digit changed it does not")
    func slips() {
        let numbers: [(String, (String) -> Bool)] = [
            ("10614141123459", GS1Number.isGTIN), ("9780471117094", GS1Number.isGLN),
            ("006141411234567890", GS1Number.isSSCC), ("EE471108151CN", PostalItemNumber.isValid),
            ("CSQU3054383", ContainerNumber.isValid),
            ("529900T8BM49AURSDO55", LegalEntityIdentifier.isValid),
            ("91110000600037341L", SocialCreditCode.isValid),
            ("360426199101010071", ResidentIdentity.isValid), ("9319466", ShipNumber.isValid),
            ("GB82WEST12345698765432", BankAccountNumber.isValid),
        ]
        for (number, isValid) in numbers {
            #expect(isValid(number), "\(number)")
            for index in number.indices where number[index].isNumber {
                var digits = Array(number)
                let position = number.distance(from: number.startIndex, to: index)
                let value = number[index].wholeNumberValue ?? 0
                digits[position] = Character(String((value + 1) % 10))
                #expect(!isValid(String(digits)), "\(String(digits))")
            }
            for wrong in [
                "", " ", number + "0", String(number.dropLast()), number.lowercased() + "x", "中",
            ] {
                #expect(!isValid(wrong), "\(wrong)")
            }
        }
    }

    @Test("Countries and currencies have the numbers of ISO and, where confirmed, of customs")
    func lists() {
        #expect(CountryCode("CN")?.number == "156")
        #expect(CountryCode("CHN") == CountryCode("156"))
        #expect(CountryCode("CN")?.customsNumber == "142")
        #expect(CountryCode("JP")?.customsNumber == "116")
        #expect(CountryCode(customsNumber: "133")?.letters == "KR")
        #expect(CountryCode("DE")?.customsNumber == nil)
        #expect(CountryCode(customsNumber: "156") == nil)
        #expect(CountryCode("XX") == nil)
        #expect(CurrencyCode("CNY")?.number == "156")
        #expect(CurrencyCode("CNY")?.customsNumber == "142")
        #expect(CurrencyCode(customsNumber: "502")?.letters == "USD")
        #expect(CurrencyCode("XYZ") == nil)
    }

    @Test("HS and place codes have their form")
    func forms() {
        #expect(HSCode("330300")?.chapter == "33")
        #expect(HSCode("3303000010")?.digits == "330300")
        for wrong in ["", "33030", "770100", "000100", "980100", "33030a", "3303001"] {
            #expect(HSCode(wrong) == nil, "\(wrong)")
        }
        #expect(PlaceCode("CNSHA")?.country.letters == "CN")
        #expect(PlaceCode("US 3LA")?.place == "3LA")
        for wrong in ["", "CNSH", "CNSHAA", "XXSHA", "CNSH1", "cnsha", "CNSH0"] {
            #expect(PlaceCode(wrong) == nil, "\(wrong)")
        }
    }
}

@Suite("Check digits against the vectors", .needsCustomsData)
struct CheckDigitVectorTests {
    struct Verdict: Decodable {
        let v: String
        let ok: Bool
    }
    struct Postal: Decodable {
        let serial: String
        let check: Int
        let example: String
    }
    struct Body: Decodable {
        let body: String
        let check: Int
        let full: String
    }
    struct Vectors: Decodable {
        let s10: [Postal]
        let gs1: [Body]
        let lei: [Verdict]
        let uscc: [Verdict]
        let iso6346: [Verdict]
        let imo: [Verdict]
        let cnid: [Verdict]
        let iban: [Verdict]
    }

    @Test("Every vector gives its check digit or its verdict")
    func vectors() throws {
        let vectors = try CustomsData.json("vectors/checkdigits.json", as: Vectors.self)
        for vector in vectors.s10 {
            #expect(PostalItemNumber.checkDigit(of: vector.serial) == vector.check)
            #expect(PostalItemNumber.isValid(vector.example))
        }
        for vector in vectors.gs1 {
            #expect(GS1Number.checkDigit(of: vector.body) == vector.check)
            let count = vector.full.count
            #expect(count == 18 ? GS1Number.isSSCC(vector.full) : GS1Number.isGTIN(vector.full))
        }
        let verdicts: [([Verdict], (String) -> Bool)] = [
            (vectors.lei, LegalEntityIdentifier.isValid), (vectors.uscc, SocialCreditCode.isValid),
            (vectors.iso6346, ContainerNumber.isValid), (vectors.imo, ShipNumber.isValid),
            (vectors.cnid, ResidentIdentity.isValid), (vectors.iban, BankAccountNumber.isValid),
        ]
        for (list, isValid) in verdicts {
            #expect(!list.isEmpty)
            for vector in list { #expect(isValid(vector.v) == vector.ok, "\(vector.v)") }
        }
    }

    @Test("Places and goods of the reference lists have the form that is checked")
    func lists() throws {
        let places = String(
            decoding: try CustomsData.bytes("refdata/unlocode/SG.csv"), as: UTF8.self)
        for line in places.split(whereSeparator: \.isNewline).dropFirst() {
            let fields = line.split(separator: ",", omittingEmptySubsequences: false)
            #expect(PlaceCode(fields[0] + " " + fields[1]) != nil, "\(line)")
        }
        let goods = String(
            decoding: try CustomsData.bytes("refdata/harmonized-system.csv"), as: UTF8.self)
        var seen = 0
        for line in goods.split(separator: "\n").dropFirst() {
            let fields = line.split(separator: ",", maxSplits: 2)
            guard fields.count > 1, fields[1].count == 6, fields[1].allSatisfy(\.isNumber) else {
                continue
            }
            // A national code for goods that nobody classified.
            guard fields[1] != "999999" else { continue }
            seen += 1
            #expect(HSCode(String(fields[1])) != nil, "\(fields[1])")
        }
        #expect(seen > 5_000)
    }
}
