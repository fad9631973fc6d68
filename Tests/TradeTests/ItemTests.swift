import Chain
import Ledger
import Primitives
import Testing
import Trade
import Wire

/// A network with things on it, and short words for what happens to them.
struct ItemWorld {
    var net: TradeNetwork

    init() throws { net = try TradeNetwork() }

    static func key(_ name: String) -> Digest { Digest(hashing: Array(name.utf8), in: .item) }

    static func begin(_ names: String..., tag: Person? = nil) -> Action.Kind {
        .beginItems(
            BeginItems(
                event: mark("begin"),
                items: names.map { .init(key: key($0), tag: tag?.account) }
                    .sorted { $0.key < $1.key }))
    }

    static func see(
        _ names: String..., event: String = "see", at sighting: Sighting? = nil
    ) -> Action.Kind {
        .observeItems(
            ObserveItems(
                event: mark(event), items: names.map(key).sorted(), sighting: sighting))
    }

    static func join(_ children: String..., into parent: String) -> Action.Kind {
        .joinItems(
            JoinItems(
                event: mark("join"), parent: key(parent), children: children.map(key).sorted()))
    }

    static func part(_ children: String..., from parent: String) -> Action.Kind {
        .partItems(
            PartItems(
                event: mark("part"), parent: key(parent), children: children.map(key).sorted()))
    }

    static func make(_ outputs: String..., of inputs: [String]) -> Action.Kind {
        .transformItems(
            TransformItems(
                event: mark("make"), inputs: inputs.map(key).sorted(),
                outputs: outputs.map { .init(key: key($0)) }.sorted { $0.key < $1.key }))
    }

    static func hand(_ names: String..., to receiver: Person) -> Action.Kind {
        .handOverItems(
            HandOverItems(
                event: mark("hand"), items: names.map(key).sorted(),
                receiver: receiver.account))
    }

    static func end(_ name: String) -> Action.Kind {
        .endItems(EndItems(event: mark("end"), items: [key(name)]))
    }

    func item(_ name: String) throws -> Item {
        var draft = try net.draft
        return try draft.item(Self.key(name))
    }

    /// The journal as a client has it once its completeness is proved.
    func journal(_ key: Digest) throws -> ItemJournal {
        var draft = try net.draft
        return ItemJournal(item: try draft.item(key), entries: net.entries[key] ?? [])
    }

    func trace(_ name: String) throws -> Trace {
        var trace = Trace(of: Self.key(name))
        while let next = trace.needed.first { trace.take(try journal(next), of: next) }
        return trace
    }

    /// Hashes of the events of a history, in order.
    func events(_ name: String) throws -> [Digest] {
        try trace(name).lines.compactMap(\.event.subject)
    }
}

@Suite("Items: made, packed, handed over, claimed, recalled")
struct ItemTests {
    @Test("A name is taken once, and only its keeper and whom the maker attests write about it")
    func writers() throws {
        var goods = try ItemWorld()
        try goods.net.must(.seller, ItemWorld.begin("shirt"))
        #expect(try goods.net.send(.stranger, ItemWorld.begin("shirt")) == .recordExists)
        #expect(try goods.net.send(.stranger, ItemWorld.see("shirt")) == .notEntitled)
        #expect(try goods.net.send(.customs, ItemWorld.see("shirt")) == .notEntitled)
        try goods.net.must(
            .seller, .attest(Attest(subject: Person.customs.account, role: .customs)))
        try goods.net.must(.customs, ItemWorld.see("shirt"))
        try goods.net.must(
            .seller,
            .revokeAttestation(
                RevokeAttestation(subject: Person.customs.account, role: .customs)))
        #expect(try goods.net.send(.customs, ItemWorld.see("shirt")) == .notEntitled)
        try goods.net.must(.seller, ItemWorld.see("shirt"))
    }

    @Test("A hand-over needs both signatures, and moves everything inside")
    func handOver() throws {
        var goods = try ItemWorld()
        try goods.net.must(.seller, ItemWorld.begin("shirt", "box"))
        try goods.net.must(.seller, ItemWorld.join("shirt", into: "box"))
        #expect(
            throws: BlockFault.invalid(.transaction(index: 0, .signatureMissing)),
            performing: { try goods.net.send(.seller, ItemWorld.hand("box", to: .first)) })
        try goods.net.must(.seller, ItemWorld.hand("box", to: .first), with: [.first])
        #expect(try goods.net.send(.seller, ItemWorld.see("shirt")) == .notEntitled)
        #expect(
            try goods.net.send(.first, ItemWorld.hand("shirt", to: .buyer), with: [.buyer])
                == .wrongState)
        try goods.net.must(.first, ItemWorld.part("shirt", from: "box"))
        #expect(try goods.item("shirt").keeper == Person.first.account)
        try goods.net.must(.first, ItemWorld.hand("shirt", to: .buyer), with: [.buyer])
        #expect(try goods.item("shirt").keeper == Person.buyer.account)
    }

    @Test("Nothing lies in itself, and at most eight levels lie in one another")
    func piles() throws {
        var goods = try ItemWorld()
        let names = (0...9).map { "box \($0)" }
        for name in names { try goods.net.must(.seller, ItemWorld.begin(name)) }
        for level in 0..<8 {
            try goods.net.must(.seller, ItemWorld.join(names[level], into: names[level + 1]))
        }
        #expect(try goods.item(names[8]).levels == 8)
        #expect(
            try goods.net.send(.seller, ItemWorld.join(names[8], into: names[9])) == .wrongState)
        #expect(
            try goods.net.send(.seller, ItemWorld.join(names[8], into: names[0])) == .wrongState)
        #expect(
            try goods.net.send(.seller, ItemWorld.join(names[3], into: names[9])) == .wrongState)
        try goods.net.must(.seller, ItemWorld.part(names[7], from: names[8]))
        try goods.net.must(.seller, ItemWorld.see(names[7]))
        #expect(
            try goods.net.send(.seller, ItemWorld.part(names[7], from: names[8])) == .wrongState)
    }

    @Test("What happens to a container is in the history of what lies in it, and of nothing else")
    func reach() throws {
        var goods = try ItemWorld()
        try goods.net.must(.seller, ItemWorld.begin("shirt", "shoe", "box", "ship"))
        try goods.net.must(.seller, ItemWorld.see("box", event: "box before"))
        try goods.net.must(.seller, ItemWorld.join("shirt", into: "box"))
        try goods.net.must(.seller, ItemWorld.see("box", event: "box sealed"))
        try goods.net.must(.seller, ItemWorld.join("box", into: "ship"))
        try goods.net.must(.seller, ItemWorld.see("ship", event: "at sea"))
        try goods.net.must(.seller, ItemWorld.part("box", from: "ship"))
        try goods.net.must(.seller, ItemWorld.see("ship", event: "ship after"))
        try goods.net.must(.seller, ItemWorld.join("shoe", into: "box"))
        try goods.net.must(.seller, ItemWorld.part("shirt", from: "box"))
        try goods.net.must(.seller, ItemWorld.see("box", event: "box after"))
        let shirt = try goods.events("shirt")
        #expect(shirt.contains(mark("box sealed")))
        #expect(shirt.contains(mark("at sea")))
        for absent in ["box before", "box after", "ship after"] {
            #expect(!shirt.contains(mark(absent)), "\(absent)")
        }
        let shoe = try goods.events("shoe")
        #expect(!shoe.contains(mark("box sealed")))
        #expect(!shoe.contains(mark("at sea")))
        #expect(shoe.contains(mark("box after")))
        let levels = try goods.trace("shirt").lines.filter { $0.event.subject == mark("at sea") }
        #expect(levels.map(\.level) == [2])
    }

    @Test("The first claim of a label is recorded, a second one is an alarm, and the key must sign")
    func claims() throws {
        var goods = try ItemWorld()
        let label = Person("label")
        try goods.net.must(.seller, ItemWorld.begin("shirt", tag: label))
        let claim = Action.Kind.claimItem(
            ClaimItem(item: ItemWorld.key("shirt"), tag: label.account))
        #expect(
            throws: BlockFault.invalid(.transaction(index: 0, .signatureMissing)),
            performing: { try goods.net.send(.buyer, claim) })
        let forged = Action.Kind.claimItem(
            ClaimItem(item: ItemWorld.key("shirt"), tag: Person.stranger.account))
        #expect(
            try goods.net.send(.buyer, forged, with: [.stranger]) == .notEntitled)
        try goods.net.must(.buyer, claim, with: [label])
        #expect(try goods.item("shirt").claimant == Person.buyer.account)
        #expect(try goods.item("shirt").alarms == 0)
        try goods.net.must(.stranger, claim, with: [label])
        #expect(try goods.item("shirt").claimant == Person.buyer.account)
        #expect(try goods.item("shirt").claims == 2)
        #expect(try goods.item("shirt").alarms == 1)
    }

    @Test("A journey that nothing makes is an alarm; an ordinary flight is none")
    func journeys() throws {
        var goods = try ItemWorld()
        try goods.net.must(.seller, ItemWorld.begin("shirt"))
        let start = TradeNetwork.start.adding(10)
        let later = start.adding(100 * 3_600_000)
        func at(_ north: Int64, _ east: Int64, _ hours: UInt64) throws -> Sighting {
            try #require(
                Sighting(
                    latitude: north, longitude: east, time: start.adding(hours * 3_600_000)))
        }
        // Shanghai, Frankfurt 12 hours later, Sao Paulo an hour after that, and a street further.
        try goods.net.must(
            .seller, ItemWorld.see("shirt", at: try at(312_300, 1_214_700, 0)), at: later)
        try goods.net.must(.seller, ItemWorld.see("shirt", at: try at(501_100, 86_800, 12)))
        #expect(try goods.item("shirt").alarms == 0)
        try goods.net.must(.seller, ItemWorld.see("shirt", at: try at(-235_500, -466_300, 13)))
        #expect(try goods.item("shirt").alarms == 1)
        try goods.net.must(.seller, ItemWorld.see("shirt", at: try at(-235_600, -466_400, 13)))
        #expect(try goods.item("shirt").alarms == 1)
        let future = try at(0, 0, 200)
        #expect(try goods.net.send(.seller, ItemWorld.see("shirt", at: future)) == .termsInvalid)
    }

    @Test("Distances are lower bounds, across the date line and at the poles too")
    func distances() throws {
        func metres(_ a: (Int64, Int64), _ b: (Int64, Int64)) throws -> UInt64 {
            let time = Timestamp(1)
            let first = try #require(Sighting(latitude: a.0, longitude: a.1, time: time))
            let second = try #require(Sighting(latitude: b.0, longitude: b.1, time: time))
            #expect(Journey(first, second).metres == Journey(second, first).metres)
            return Journey(first, second).metres
        }
        // Great-circle distances in metres: Auckland to Apia 2,890 km over the date line, pole to pole,
        // two points near a pole, London to Paris 344 km.
        #expect(try metres((-368_500, 1_747_600), (-138_300, -1_717_700)) <= 2_890_000)
        #expect(try metres((-368_500, 1_747_600), (-138_300, -1_717_700)) > 2_000_000)
        #expect(try metres((900_000, 0), (-900_000, 0)) <= 20_015_000)
        #expect(try metres((899_900, 0), (899_900, 1_800_000)) <= 2_300)
        #expect(try metres((515_100, -1_300), (488_600, 23_500)) <= 344_000)
        #expect(Sighting(latitude: 900_001, longitude: 0, time: Timestamp(1)) == nil)
    }

    @Test("A recall reaches what was made of a thing and what lies in it, and who has it now")
    func recall() throws {
        var goods = try ItemWorld()
        try goods.net.must(.seller, ItemWorld.begin("milk"))
        try goods.net.must(.seller, ItemWorld.make("cheese one", "cheese two", of: ["milk"]))
        #expect(try goods.item("milk").state == .consumed)
        try goods.net.must(.seller, ItemWorld.begin("box"))
        try goods.net.must(.seller, ItemWorld.join("cheese one", into: "box"))
        try goods.net.must(.seller, ItemWorld.hand("box", to: .buyer), with: [.buyer])
        let recall = Action.Kind.recallItems(
            RecallItems(notice: mark("notice"), items: [ItemWorld.key("milk")]))
        #expect(try goods.net.send(.buyer, recall) == .notEntitled)
        try goods.net.must(.seller, recall)
        func reached() throws -> [Digest: Digest] {
            var reach = RecallReach(of: [ItemWorld.key("milk")])
            while let next = reach.needed.first {
                let journal = try goods.journal(next)
                var draft = try goods.net.draft
                var outer = journal.item
                while let parent = outer.parent { outer = try draft.item(parent) }
                reach.take(journal, of: next, keptBy: outer.keeper)
            }
            return Dictionary(
                uniqueKeysWithValues: reach.holders.map { ($0.item, $0.keeper) })
        }
        #expect(
            try reached() == [
                ItemWorld.key("cheese one"): Digest(Person.buyer.account.bytes),
                ItemWorld.key("cheese two"): Digest(Person.seller.account.bytes),
            ])
        let seen = Action.Kind.acknowledgeRecall(
            AcknowledgeRecall(notice: mark("notice"), items: [ItemWorld.key("cheese one")]))
        #expect(try goods.net.send(.seller, seen) == .notEntitled)
        try goods.net.must(.buyer, seen)
        #expect(try goods.item("cheese one").isRecallSeen)
    }

    @Test("A thing that is gone is not written about, and an error is declared by one more step")
    func endings() throws {
        var goods = try ItemWorld()
        try goods.net.must(.seller, ItemWorld.begin("shirt"))
        let declared = Action.Kind.declareError(
            DeclareError(
                event: mark("begin"), reason: .incorrectData, corrective: mark("better"),
                items: [ItemWorld.key("shirt")]))
        #expect(try goods.net.send(.stranger, declared) == .notEntitled)
        try goods.net.must(.seller, declared)
        #expect(try goods.events("shirt") == [mark("begin"), mark("begin")])
        try goods.net.must(.seller, ItemWorld.end("shirt"))
        for kind in [ItemWorld.see("shirt"), ItemWorld.end("shirt"), declared] {
            #expect(try goods.net.send(.seller, kind) == .wrongState)
        }
        #expect(try goods.net.send(.seller, ItemWorld.begin("shirt")) == .recordExists)
    }
}
