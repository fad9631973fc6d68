import Documents
import Foundation
import Primitives
import Wire

/// Who buys, as documents name him; invented from the customer's number, the same each time.
///
/// All of it goes into sealed documents, and nothing of it may be on the chain in any other form.
struct TradePerson: Encodable, Sendable {
    let name: String
    let telephone: String
    let identity: String
    let address: String

    init(_ customer: String) {
        let bytes = Digest(hashing: Array(customer.utf8), in: .person).bytes.array
        func digits(_ count: Int, from place: Int) -> String {
            String(
                decoding: (0..<count).map { 0x30 + bytes[(place + $0) % bytes.count] % 10 },
                as: UTF8.self)
        }
        // Whoever is a number in the file gets a word, so that a search finds him and nothing else.
        let isNumber = customer.utf8.allSatisfy { (0x30...0x39).contains($0) }
        let text = (isNumber ? "Customer " : "") + customer
        name = String(String.UnicodeScalarView(text.unicodeScalars.prefix(Self.nameLimit)))
        telephone = "13" + digits(9, from: 0)
        let year = 1_950 + Int(bytes[9]) % 50
        let body = "310101\(year)" + ["0412", "0923", "1105"][Int(bytes[10]) % 3]
        identity = Self.checked(body + digits(3, from: 11))
        address = "上海市^^^浦东新区^^^梧桐路\(1 + Int(bytes[14]))弄" + digits(4, from: 15) + "号"
    }

    /// Characters of a name in messages 311 and 621.
    private static let nameLimit = 60

    /// With its check character.
    private static func checked(_ digits: String) -> String {
        let candidates = Array("0123456789X").map { digits + String($0) }
        guard let valid = candidates.first(where: ResidentIdentity.isValid) else {
            preconditionFailure("each seventeen digits with a real day have a check character")
        }
        return valid
    }
}

extension TradePlan {
    /// Writes down whose data goes into sealed documents, so that anybody can look for it elsewhere.
    func savePeople(at path: String) throws {
        let people = Set(trades.map(\.customer)).sorted().map { TradePerson($0) }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        try encoder.encode(people).write(to: URL(fileURLWithPath: path))
    }
}

extension HashDomain {
    /// What is invented about a customer.
    static let person = HashDomain("argosy/person")
}
