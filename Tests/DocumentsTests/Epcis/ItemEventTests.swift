import Documents
import Primitives
import Testing

@Suite("Events as the ledger takes them")
struct ItemEventTests {
    static func items() throws -> [ItemEvent] {
        let document = Journey.document()
        return try document.events.map { try ItemEvent($0, in: document.context) }
    }

    @Test("A thing has one key, however its name is written")
    func names() {
        let urn = ItemEvent.Thing("urn:epc:id:sgtin:9521234.070001.T101")
        let link = ItemEvent.Thing("https://shop.example/gtin/9521234700012/lot/1/ser/T101?a=b")
        #expect(urn == link)
        #expect(urn.uri == "https://id.gs1.org/01/09521234700012/21/T101")
        #expect(urn.key == Digest(hashing: Array(urn.uri.utf8), in: .item))
        #expect(ItemEvent.Thing("urn:uuid:7").uri == "urn:uuid:7")
        #expect(
            ItemEvent.Thing("urn:epc:id:sgtin:9521234.070001.A!b")
                == ItemEvent.Thing("https://id.gs1.org/01/09521234700012/21/A%21b"))
    }

    @Test("The journey says what began, joined, parted, was made of what, and ended")
    func journey() throws {
        let items = try Self.items()
        let tins = Journey.tins.map { ItemEvent.Thing($0) }
        let carton = ItemEvent.Thing(Journey.carton)
        let pallet = ItemEvent.Thing(Journey.pallet)
        let leaves = ItemEvent.Thing(Journey.leaves, amount: "12.50 KGM")
        #expect(items[0].change == .began([leaves]))
        #expect(
            items[2].change
                == .transformed(
                    inputs: [leaves], outputs: tins,
                    process: "urn:epc:id:gdti:9521234.00021.BATCH-9"))
        #expect(items[3].change == .observed(tins))
        #expect(items[5].change == .joined(.aggregation, parent: carton, children: tins))
        #expect(items[6].change == .joined(.aggregation, parent: pallet, children: [carton]))
        #expect(
            items[7].change
                == .joined(
                    .association, parent: pallet, children: [ItemEvent.Thing(Journey.logger)]))
        #expect(items[8].change == .tied(.add, parent: nil, tins))
        #expect(items[8].documents.first == TypedReference("po", Journey.order))
        #expect(
            items.contains {
                $0.change == .parted(.aggregation, parent: pallet, children: [])
            })
        #expect(items.last?.change == .ended([tins[0]]))
        #expect(items[2].things.count == 7)
        #expect(items[2].things.map(\.key) == items[2].things.map(\.key).sorted())
        #expect(Set(items.map(\.digest)).count == items.count)
    }

    @Test(
        "An error declaration has the hash of the event that it takes back, and names the right one"
    )
    func correction() throws {
        let items = try Self.items()
        let correction = try #require(items[4].correction)
        #expect(correction.reason == "incorrect_data")
        #expect(correction.correctiveDigests == [items[5].digest])
        #expect(correction.otherNames == [])
        #expect(items.filter { $0.correction != nil }.count == 1)
        let document = Journey.document()
        var event = document.events[4]
        event.record.error = nil
        event.record.eventID = "urn:uuid:1"
        #expect(try ItemEvent(event, in: document.context).digest == items[4].digest)
        event.record.error = ErrorDeclaration(
            declared: event.eventTime, reason: nil, correctiveEventIDs: ["urn:uuid:2"])
        let other = try ItemEvent(event, in: document.context)
        #expect(other.correction?.otherNames == ["urn:uuid:2"])
    }

    @Test("A report about a place, and an event about too many things, stay out of the ledger")
    func refused() throws {
        let time = try #require(EventTime("2026-03-01T12:00:00Z"))
        let context = Journey.document().context
        func event(_ things: Things) -> EpcisEvent {
            EpcisEvent(.object(ObjectSubject(.observe, things)), at: time, zoneOffset: "+08:00")
        }
        #expect(throws: ItemEvent.Fault.noThings) {
            try ItemEvent(event(Things()), in: context)
        }
        let limit = ItemEvent.thingLimit
        let names = (0...limit).map { "urn:x:\($0)" }
        _ = try ItemEvent(event(Things(epcs: Array(names.dropLast()))), in: context)
        #expect(throws: ItemEvent.Fault.tooManyThings(count: limit + 1)) {
            try ItemEvent(event(Things(epcs: names)), in: context)
        }
        let parted = ChildSubject(.delete, parent: nil, children: Things(epcs: ["urn:x:1"]))
        let orphan = EpcisEvent(.aggregation(parted), at: time, zoneOffset: "+08:00")
        #expect(throws: ItemEvent.Fault.noParent) { try ItemEvent(orphan, in: context) }
    }

    @Test("The journey is a valid document, and comes back from its text")
    func roundTrip() throws {
        let document = Journey.document()
        let text = JsonWriter.text(of: document.json, indented: true)
        let check = try EpcisCheck(Array(text.utf8))
        #expect(check.findings == [])
        #expect(check.document == document)
        #expect(check.hashes == document.hashes)
        #expect(document.events.count == 23)
        #expect(Set(document.events.map(\.typeName)).count == 5)
    }
}
