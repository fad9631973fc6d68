import Ledger
import Primitives
import Testing
import Trade
import Wire

/// Tries every event in every state, in time and late, and writes down what is allowed.
///
/// A row reads `state event mark next`: `=` at any time, `<` only in time, `>` only when the term
/// is over.
struct Table {
    var rows: [String] = []

    mutating func add(
        _ state: String, _ event: String, _ next: (_ isLate: Bool) -> String?
    ) {
        switch (next(false), next(true)) {
        case (nil, nil): break
        case (let early?, nil): rows.append("\(state) \(event) < \(early)")
        case (nil, let late?): rows.append("\(state) \(event) > \(late)")
        case (let early?, let late?):
            if early == late {
                rows.append("\(state) \(event) = \(early)")
            } else {
                rows += ["\(state) \(event) < \(early)", "\(state) \(event) > \(late)"]
            }
        }
    }

    static func moment(_ isLate: Bool) -> Moment {
        isLate
            ? Moment(time: Timestamp(0).after(.days(399)), height: Height(99))
            : Moment(time: Timestamp(0).after(.hours(1)), height: Height(2))
    }

    static let origin = Moment(time: Timestamp(0), height: Height(1))

    /// The name of a case without its data.
    static func name(_ value: Any) -> String {
        String(String(describing: value).prefix { $0 != "(" })
    }
}

@Suite("The tables of states and events")
struct TableTests {
    static let phases: [OrderPhase] = [
        .paid, .funded, .contracted, .depositPaid, .produced, .shipped, .balanceDue, .swapped,
        .released, .delivered,
        .disputed(Dispute(evidence: .zero, claimed: .whole)), .returning, .cancelled, .lost,
        .settled, .expired, .forfeited, .completed, .closed,
    ]

    static let events: [(String, OrderEvent)] = [
        ("payDeposit", .payDeposit), ("produce", .produce), ("ship", .ship),
        ("postDocuments", .postDocuments), ("swap", .swap), ("surrender", .surrender),
        ("deliver", .deliver), ("confirm", .confirm), ("counter", .counter), ("melt", .melt),
        ("lost", .lost), ("refuse", .refuse), ("abandon", .abandon), ("timeout", .timeout),
        ("cancel_B", .cancel(byBuyer: true)), ("cancel_S", .cancel(byBuyer: false)),
        ("dispute", .dispute(Dispute(evidence: .zero, claimed: .whole))),
        ("mutual", .mutual(toBuyer: units(0))),
        ("verdict", .verdict(toBuyer: .whole, inspector: Person.inspector.account)),
        ("open", .returns(.open)),
        ("refund", .returns(.refund([ReturnLine(line: 0, quantity: 1)], units(10)))),
        ("refused", .returns(.refused(Dispute(evidence: .zero, claimed: .whole)))),
        ("end", .returns(.end)),
    ]

    static func rows(_ settlement: Settlement) -> [String] {
        var table = Table()
        for phase in phases {
            for (name, event) in events {
                table.add(Table.name(phase), name) { isLate in
                    var order = Order(
                        terms: Deal(settlement).terms, buyer: Person.buyer.account, number: 1,
                        code: nil, phase: phase, at: Table.origin)
                    let result = try? order.handle(event, at: Table.moment(isLate))
                    return result == nil ? nil : Table.name(order.phase)
                }
            }
        }
        return table.rows
    }

    @Test("Direct: these rows of reference trade 7.1.1 and no others")
    func direct() {
        #expect(
            Self.rows(Deal.direct)
                == [
                    "paid ship < shipped", "paid timeout > cancelled",
                    "paid cancel_B = cancelled", "paid cancel_S = cancelled",
                    "shipped deliver = delivered", "shipped lost = lost",
                    "shipped refuse = returning", "delivered confirm = completed",
                    "delivered timeout > completed", "delivered open = delivered",
                    "delivered refund = delivered", "delivered refused = delivered",
                    "delivered end = delivered", "returning refund = settled",
                    "returning refused = completed", "returning end = completed",
                    "completed timeout > closed", "completed open = completed",
                    "completed refund = completed", "completed refused = completed",
                    "completed end = completed",
                ].inOrder(of: Self.rows(Deal.direct)))
    }

    @Test("Locked: these rows of reference trade 7.1.2 and no others")
    func locked() {
        #expect(
            Self.rows(Deal.locked)
                == [
                    "funded ship < shipped", "funded timeout > cancelled",
                    "funded mutual = settled", "shipped deliver = delivered",
                    "shipped lost = lost", "shipped refuse = returning",
                    "delivered confirm = completed", "delivered timeout > completed",
                    "delivered dispute < disputed", "delivered open = delivered",
                    "delivered refund = delivered", "delivered refused = disputed",
                    "delivered end = delivered", "disputed counter < returning",
                    "disputed melt > disputed", "disputed timeout > expired",
                    "disputed mutual = settled", "disputed verdict = settled",
                    "returning refund = settled", "returning refused = disputed",
                    "returning end = completed", "completed timeout > closed",
                    "completed open = completed", "completed refund = completed",
                    "completed refused = completed", "completed end = completed",
                ].inOrder(of: Self.rows(Deal.locked)))
    }

    @Test("Balance: these rows of reference trade 7.1.3 and no others")
    func balance() {
        #expect(
            Self.rows(Deal.balance)
                == [
                    "contracted payDeposit < depositPaid", "contracted timeout > cancelled",
                    "depositPaid produce < produced", "depositPaid timeout > cancelled",
                    "depositPaid cancel_B > cancelled", "produced ship < shipped",
                    "produced timeout > cancelled", "produced cancel_B > cancelled",
                    "shipped postDocuments = balanceDue", "shipped lost = lost",
                    "shipped abandon = cancelled", "balanceDue swap < swapped",
                    "balanceDue timeout > forfeited", "swapped surrender = released",
                    "swapped lost = lost", "released confirm = completed",
                    "released timeout > completed", "released open = released",
                    "released refund = released", "released refused = released",
                    "released end = released", "completed timeout > closed",
                    "completed open = completed", "completed refund = completed",
                    "completed refused = completed", "completed end = completed",
                ].inOrder(of: Self.rows(Deal.balance)))
    }

    @Test("A phase that is said to be terminal has no row, and every other has one")
    func terminal() {
        for settlement in [Deal.direct, Deal.locked, Deal.balance] {
            let rows = Self.rows(settlement)
            for phase in Self.phases where phase.isTerminal {
                #expect(!rows.contains { $0.hasPrefix(Table.name(phase) + " ") })
            }
        }
        let all = [Deal.direct, Deal.locked, Deal.balance].flatMap(Self.rows)
        for phase in Self.phases where !phase.isTerminal {
            #expect(all.contains { $0.hasPrefix(Table.name(phase) + " ") }, "\(phase)")
        }
    }

    @Test("Custody: these rows of reference trade 7.2 and no others, on the last leg and before")
    func custody() {
        let handover = Deal.handover("DEBER")
        let tender = Tender(
            place: Deal.place("NLRTM"), parcel: 1, weight: 2_000, seal: .zero,
            time: Timestamp(1))
        let cargo = Cargo(
            payer: Person.buyer.account, bearer: Person.buyer.account, value: units(1_000))
        let events: [(String, ParcelEvent)] = [
            ("tender", .tender(tender)),
            ("accept", .accept(handover, by: Person.second.account)), ("transit", .transit),
            ("hold", .hold), ("resume", .resume), ("deliver", .deliver(handover)),
            ("refuse", .refuse(handover)), ("lose", .lose), ("abandon", .abandon),
        ]
        let paths: [[ParcelEvent]] = [
            [], [.transit], [.tender(tender)], [.hold], [.deliver(handover)],
            [.refuse(handover)], [.lose], [.abandon],
        ]
        var rows: [Int: Set<String>] = [:]
        for count in [1, 2] {
            let legs = Array(Deal(Deal.direct).terms.legs.prefix(count))
            for path in paths {
                for (name, event) in events {
                    var parcel = Trade.Parcel(
                        legs: legs, taken: handover, mismatch: nil, at: Table.origin)
                    for step in path {
                        _ = try? parcel.handle(step, cargo, at: Table.moment(false))
                    }
                    let state = Table.name(parcel.state)
                    if (try? parcel.handle(event, cargo, at: Table.moment(false))) != nil {
                        rows[count, default: []].insert(
                            "\(state) \(name) \(Table.name(parcel.state))")
                    }
                }
            }
        }
        let common: Set<String> = [
            "accepted tender tendered", "accepted transit inTransit", "accepted hold held",
            "accepted lose lost", "accepted abandon abandoned", "inTransit tender tendered",
            "inTransit transit inTransit", "inTransit hold held", "inTransit lose lost",
            "inTransit abandon abandoned", "tendered tender tendered", "tendered hold held",
            "tendered lose lost", "tendered abandon abandoned", "held resume inTransit",
            "held lose lost", "held abandon abandoned",
        ]
        let last = ["accepted", "inTransit", "tendered"].flatMap {
            ["\($0) deliver delivered", "\($0) refuse refused"]
        }
        #expect(rows[1] == common.union(last))
        #expect(rows[2] == common.union(["tendered accept accepted"]))
    }

    @Test("Duty: these rows of reference trade 7.4 and no others")
    func duty() throws {
        let rule = try #require(Deal(Deal.direct).terms.duty)
        let events: [(String, DutyEvent)] = [
            ("release", .release(receipt: nil)), ("reject", .reject), ("file", .file),
            ("accept_part", .accept(units(1), receipt: nil)),
            ("accept_all", .accept(units(751), receipt: nil)), ("timeout", .timeout),
        ]
        let paths: [(String, [DutyEvent])] = [
            ("held", []), ("clock", [.release(receipt: nil)]),
            ("extended", [.release(receipt: nil), .file]), ("refunded", [.reject]),
        ]
        var table = Table()
        for (state, path) in paths {
            for (name, event) in events {
                table.add(state, name) { isLate in
                    var lock = DutyLock(
                        rule: rule, buyer: Person.buyer.account, total: units(751),
                        at: Table.origin)
                    for step in path { _ = try? lock.handle(step, at: Table.origin) }
                    let result = try? lock.handle(event, at: Table.moment(isLate))
                    return result == nil ? nil : Table.name(lock.state)
                }
            }
        }
        #expect(
            table.rows == [
                "held release = clock", "held reject = refunded", "held timeout > refunded",
                "clock file < extended", "clock timeout > paid", "extended accept_part < clock",
                "extended accept_all < refunded", "extended timeout > paid",
            ])
    }
}

extension [String] {
    /// The same rows in the order of others, so that a difference shows and an order does not.
    func inOrder(of others: [String]) -> [String] {
        let place = Dictionary(
            others.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
        return sorted { (place[$0] ?? .max, $0) < (place[$1] ?? .max, $1) }
    }
}
