import Documents
import Foundation
import Primitives
import Trade
import Wire

/// The goods of one order as GS1 and EPCIS name them: a lot for each line, in one box.
struct TradeGoods: Sendable {
    /// A company prefix that GS1 keeps for examples.
    private static let company = "9521234"

    /// By line.
    let lots: [ItemEvent.Thing]
    let box: ItemEvent.Thing
    private let quantities: [QuantityElement]
    private let boxName: String

    /// The goods of the order, or others that were packed in their place.
    init(_ trade: PlannedTrade, swapped isSwapped: Bool = false) {
        let number = trade.number + 1
        quantities = trade.lines.enumerated().map { place, line in
            let reference = Self.digits(of: (isSwapped ? "other than " : "") + line.stockCode)
            return QuantityElement(
                "urn:epc:class:lgtin:\(Self.company).0\(reference).T\(number)-\(place + 1)",
                quantity: JsonNumber(String(line.quantity)))
        }
        lots = quantities.map { ItemEvent.Thing($0.epcClass) }
        boxName = "urn:epc:id:sscc:\(Self.company)." + Self.padded(number, to: 10)
        box = ItemEvent.Thing(boxName)
    }

    /// Keys of the lots, ascending.
    var keys: [Digest] { lots.map(\.key).sorted() }

    /// What packing must show: a hash of the keys of lots, ascending.
    static func contents(_ keys: [Digest]) -> Digest {
        Digest(hashing: keys.sorted().flatMap { $0.bytes.array }, in: .packing)
    }

    var contents: Digest { Self.contents(keys) }

    /// The number on the box, 18 digits.
    var boxNumber: UInt64 {
        box.uri.split(separator: "/").last.flatMap { UInt64($0) } ?? 0
    }

    /// The item reference of a stock code: five digits that follow from it.
    private static func digits(of stockCode: String) -> String {
        let bytes = Digest(hashing: Array(stockCode.utf8), in: .packing).bytes
        let number = (0..<4).reduce(0) { $0 << 8 | Int(bytes[$1]) }
        return padded(number % 100_000, to: 5)
    }

    private static func padded(_ number: Int, to count: Int) -> String {
        let text = String(number)
        return String(repeating: "0", count: max(0, count - text.count)) + text
    }

    // MARK: Events

    /// A moment of the ledger as EPCIS writes it.
    private static func time(_ time: Timestamp) -> EventTime {
        let date = Date(timeIntervalSince1970: Double(time.milliseconds / 1_000))
        guard let time = EventTime(date.formatted(.iso8601)) else {
            preconditionFailure("a time of the ledger is a time of EPCIS")
        }
        return time
    }

    private func document(
        _ subject: EpcisEvent.Subject, _ step: String, _ disposition: String, at now: Timestamp
    ) -> EpcisDocument {
        let time = Self.time(now)
        let event = EpcisEvent(
            subject, at: time, zoneOffset: "+00:00",
            business: BusinessContext(step: step, disposition: disposition))
        return EpcisDocument([event], created: time)
    }

    private func digest(of document: EpcisDocument) -> Digest {
        guard let hash = document.hashes.first else {
            preconditionFailure("the document has an event")
        }
        return Digest(hash.digest)
    }

    /// CBV hash of the event that the lots were made.
    func commissioning(at now: Timestamp) -> Digest {
        digest(
            of: document(
                .object(ObjectSubject(.add, Things(quantities: quantities))), "commissioning",
                "active", at: now))
    }

    /// CBV hash of the event that the box was named.
    func labelling(at now: Timestamp) -> Digest {
        digest(
            of: document(
                .object(ObjectSubject(.add, Things(epcs: [boxName]))), "commissioning", "active",
                at: now))
    }

    /// The packing list: an EPCIS document of the event that the lots were put into the box.
    func packing(at now: Timestamp) -> (document: [UInt8], event: Digest) {
        let document = document(
            .aggregation(
                ChildSubject(.add, parent: boxName, children: Things(quantities: quantities))),
            "packing", "in_progress", at: now)
        return (Array(JsonWriter.text(of: document.json).utf8), digest(of: document))
    }

    /// CBV hash of the event that the lots were taken out of the box.
    func unpacking(at now: Timestamp) -> Digest {
        digest(
            of: document(
                .aggregation(
                    ChildSubject(
                        .delete, parent: boxName, children: Things(quantities: quantities))),
                "unpacking", "in_progress", at: now))
    }

    /// CBV hash of something that happened to the box.
    func boxEvent(_ step: String, _ disposition: String, at now: Timestamp) -> Digest {
        digest(
            of: document(
                .object(ObjectSubject(.observe, Things(epcs: [boxName]))), step, disposition,
                at: now))
    }

    /// The list of what comes back, as an EPCIS document.
    func returnList(_ lines: [ReturnLine], at now: Timestamp) -> [UInt8] {
        let back = lines.map { line in
            QuantityElement(
                quantities[Int(line.line)].epcClass, quantity: JsonNumber(String(line.quantity)))
        }
        let document = document(
            .object(ObjectSubject(.observe, Things(quantities: back))), "shipping", "returned",
            at: now)
        return Array(JsonWriter.text(of: document.json).utf8)
    }
}
