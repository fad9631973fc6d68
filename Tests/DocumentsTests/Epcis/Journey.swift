import Documents

/// The journey of a few tins of tea, from the leaf over two borders to a buyer, and of one of them back.
///
/// A scenario of our own making: every kind of event, every step of a trade, one mistake and its
/// correction. The company prefix is one that GS1 keeps for examples.
struct Journey {
    static let steps = "https://argosy.example/voc/"
    static let company = "9521234"

    /// The tins, the one that comes back first.
    static let tins = (1...6).map { "urn:epc:id:sgtin:\(company).070001.T\(100 + $0)" }
    static let leaves = "urn:epc:class:lgtin:\(company).070002.L2026-03"
    static let carton = "urn:epc:id:sscc:\(company).0000000017"
    static let pallet = "urn:epc:id:sscc:\(company).1000000024"
    static let logger = "urn:epc:id:giai:\(company).LOGGER7"
    static let parcel = "urn:epc:id:sscc:\(company).0000000031"

    static let farm = place("00001")
    static let factory = place("00002")
    static let port = place("00003")
    static let border = place("00004")
    static let warehouse = place("00005")
    static let seller = "urn:epc:id:pgln:\(company).00010"
    static let carrier = "urn:epc:id:pgln:\(company).00011"
    static let buyer = "urn:epc:id:pgln:\(company).00012"
    static let order = "urn:epcglobal:cbv:bt:9521234000006:PO-7001"

    private static func place(_ reference: String) -> String {
        "urn:epc:id:sgln:\(company).\(reference).0"
    }

    private static func own(_ name: String, _ text: String) -> Extension {
        Extension("argosy:\(name)", namespace: steps, .string(text))
    }

    private var events: [EpcisEvent] = []
    private var hour = 0

    /// The whole journey as one document.
    static func document() -> EpcisDocument {
        var journey = Journey()
        journey.make()
        journey.pack()
        journey.travel()
        journey.cross()
        journey.sell()
        journey.comeBack()
        return EpcisDocument(
            journey.events, created: time(day: 60, hour: 0),
            prefixes: [(name: "argosy", meaning: steps)])
    }

    private static func time(day: Int, hour: Int) -> EventTime {
        func padded(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
        let text =
            "2026-0\(3 + day / 30)-\(padded(1 + day % 30))T\(padded(hour % 24)):30:00.250+08:00"
        guard let time = EventTime(text) else { preconditionFailure("\(text) is a time") }
        return time
    }

    private mutating func add(
        _ subject: EpcisEvent.Subject, _ step: String, _ disposition: String?, at place: String,
        _ change: (inout EpcisEvent) -> Void = { _ in }
    ) {
        hour += 11
        var event = EpcisEvent(
            subject, at: Self.time(day: hour / 24, hour: hour), zoneOffset: "+08:00",
            business: BusinessContext(
                step: step, disposition: disposition, readPoint: Place(place)))
        change(&event)
        events.append(event)
    }

    private static func seen(_ epcs: String...) -> EpcisEvent.Subject {
        .object(ObjectSubject(.observe, Things(epcs: epcs)))
    }

    private static func quantity(_ name: String, _ amount: String) -> QuantityElement {
        QuantityElement(name, quantity: JsonNumber(amount), unit: "KGM")
    }

    private mutating func make() {
        let harvest = Things(quantities: [Self.quantity(Self.leaves, "12.50")])
        add(.object(ObjectSubject(.add, harvest)), "commissioning", "active", at: Self.farm) {
            $0.masterData = [
                Self.own("origin", "CN-53"), Self.own("harvest", "spring 2026"),
                Extension(
                    "argosy:garden", namespace: Self.steps,
                    .object(
                        JsonObject([
                            .init("argosy:name", .string("Wuliang")),
                            .init("argosy:altitude", .number(JsonNumber(1_850))),
                        ]))),
            ]
        }
        add(
            .object(ObjectSubject(.observe, harvest)), "sensor_reporting", nil, at: Self.farm
        ) { event in
            let metadata = SensorFields([
                .init("startTime", .time(Self.time(day: 0, hour: 12))),
                .init("endTime", .time(Self.time(day: 0, hour: 20))),
                .init("deviceID", .uri(Self.logger)),
            ])
            let humidity = SensorFields(
                [
                    .init("type", .uri("RelativeHumidity")),
                    .init("minValue", .number(JsonNumber("41.0") ?? JsonNumber(41))),
                    .init("maxValue", .number(JsonNumber("48.75") ?? JsonNumber(48))),
                    .init("uom", .text("P1")),
                ], extensions: [Self.own("height", "shelf three")])
            event.sensors = [SensorElement(metadata: metadata, reports: [humidity])]
        }
        let making = TransformationSubject(
            inputs: harvest, outputs: Things(epcs: Self.tins),
            transformationID: "urn:epc:id:gdti:\(Self.company).00021.BATCH-9")
        add(.transformation(making), "commissioning", "active", at: Self.factory) {
            $0.masterData = [Self.own("lot", "T2026-1"), Self.own("best", "2028-03-01")]
        }
        let tested = EpcisEvent.Subject.object(
            ObjectSubject(.observe, Things(epcs: Self.tins)))
        add(tested, "inspecting", "conformant", at: Self.factory) {
            $0.business.transactions = [
                TypedReference("testres", "urn:epc:id:gdti:\(Self.company).00022.LAB-55"),
                TypedReference("cert", "https://inspector.example/certificates/55"),
            ]
            $0.record.certification = ["https://inspector.example/certificates/55"]
            $0.record.isCertificationBare = true
        }
    }

    private mutating func pack() {
        // One tin too few is written down, declared wrong, and written down again.
        let wrong = ChildSubject(
            .add, parent: Self.carton, children: Things(epcs: Array(Self.tins.dropLast())))
        add(.aggregation(wrong), "packing", "in_progress", at: Self.factory)
        let right = ChildSubject(.add, parent: Self.carton, children: Things(epcs: Self.tins))
        add(.aggregation(right), "packing", "container_closed", at: Self.factory)
        let name = EpcisDocument(
            [events[events.count - 1]], created: Self.time(day: 60, hour: 0),
            prefixes: [(name: "argosy", meaning: Self.steps)]
        ).hashes[0].uri
        events[events.count - 2].record.error = ErrorDeclaration(
            declared: Self.time(day: 3, hour: 1), reason: "incorrect_data",
            correctiveEventIDs: [name])
        let stacked = ChildSubject(
            .add, parent: Self.pallet, children: Things(epcs: [Self.carton]))
        add(.aggregation(stacked), "loading", "in_progress", at: Self.factory)
        let mounted = ChildSubject(.add, parent: Self.pallet, children: Things(epcs: [Self.logger]))
        add(.association(mounted), "installing", nil, at: Self.factory)
        let tied = TransactionSubject(.add, Things(epcs: Self.tins))
        add(.transaction(tied), "reserving", "reserved", at: Self.factory) {
            $0.business.transactions = [
                TypedReference("po", Self.order),
                TypedReference("inv", "urn:epcglobal:cbv:bt:9521234000006:INV-1"),
            ]
        }
    }

    private mutating func travel() {
        add(Self.seen(Self.pallet), "shipping", "in_transit", at: Self.factory) {
            $0.business.transactions = [
                TypedReference("desadv", "urn:epcglobal:cbv:bt:9521234000006:DA-1")
            ]
            $0.business.sources = [
                TypedReference("possessing_party", Self.seller),
                TypedReference("owning_party", Self.seller),
            ]
            $0.business.destinations = [
                TypedReference("possessing_party", Self.carrier),
                TypedReference("location", Self.port),
            ]
        }
        add(
            Self.seen(Self.pallet), Self.steps + "customs_export_releasing", "in_transit",
            at: Self.port
        ) { $0.extensions = [Self.own("tariff", "HS090210"), Self.own("code", "800")] }
        add(Self.seen(Self.pallet), "departing", "in_transit", at: Self.port)
    }

    private mutating func cross() {
        add(Self.seen(Self.pallet), "arriving", "in_progress", at: Self.border)
        add(Self.seen(Self.pallet), "holding", "in_progress", at: Self.border) {
            $0.business.persistentDisposition = PersistentDisposition(set: ["unavailable"])
        }
        add(
            Self.seen(Self.pallet), Self.steps + "customs_import_releasing", "in_progress",
            at: Self.border
        ) { $0.business.persistentDisposition = PersistentDisposition(unset: ["unavailable"]) }
        let unstacked = ChildSubject(.delete, parent: Self.pallet, children: Things())
        add(.aggregation(unstacked), "unloading", "in_progress", at: Self.warehouse) {
            $0.business.location = Place(Self.warehouse)
        }
        let unpacked = ChildSubject(.delete, parent: Self.carton, children: Things(epcs: Self.tins))
        add(.aggregation(unpacked), "unpacking", "sellable_not_accessible", at: Self.warehouse)
    }

    private mutating func sell() {
        let boxed = ChildSubject(
            .add, parent: Self.parcel, children: Things(epcs: [Self.tins[0]]))
        add(.aggregation(boxed), "packing", "container_closed", at: Self.warehouse)
        add(Self.seen(Self.parcel), "accepting", "retail_sold", at: Self.warehouse) {
            $0.business.destinations = [TypedReference("owning_party", Self.buyer)]
        }
    }

    private mutating func comeBack() {
        add(Self.seen(Self.tins[0]), "shipping", "returned", at: Self.border) {
            $0.business.transactions = [
                TypedReference("rma", "urn:epcglobal:cbv:bt:9521234000006:RMA-3")
            ]
            $0.business.sources = [TypedReference("possessing_party", Self.buyer)]
        }
        add(Self.seen(Self.tins[0]), "receiving", "returned", at: Self.warehouse)
        add(Self.seen(Self.tins[0]), "inspecting", "damaged", at: Self.warehouse)
        let ended = ObjectSubject(.delete, Things(epcs: [Self.tins[0]]))
        add(.object(ended), "destroying", "destroyed", at: Self.warehouse)
    }
}
