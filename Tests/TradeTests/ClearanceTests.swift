import Chain
import Ledger
import Primitives
import Testing
import Trade
import Wire

@Suite("Clearance (reference trade 7.3)")
struct ClearanceTests {
    @Test("Four sealed documents match, are declared, accepted, released and closed")
    func release() throws {
        var (net, clearance) = try ClearanceCase.shipped()
        let id = clearance.deal.id
        try clearance.compare(in: &net)
        #expect(try net.clearance(id).state == .matched)
        #expect(try net.clearance(id).verdict.names == [])
        #expect(try net.held(id, .seals) == 0)
        try net.must(.agent, clearance.declare())
        try net.must(.customs, clearance.rule(120))
        let receipt = Array("sealed receipt".utf8)
        try net.must(
            .customs, clearance.rule(800, receipt: Digest(hashing: receipt, in: .attachment)),
            documents: [receipt])
        #expect(try net.duty(id).state == .clock)
        #expect(try net.duty(id).receipt == Digest(hashing: receipt, in: .attachment))
        try net.must(.customs, clearance.rule(899))
        #expect(try net.clearance(id).state == .closed)
    }

    @Test("Every wrong document ends in rejected with the name of its rule")
    func wrongDocuments() throws {
        let cases: [(MatchDocumentKind, MatchField, String)] = [
            (.payment, .paid, "PAID_AMOUNT"), (.waybill, .consignee, "CONSIGNEE"),
            (.list, .buyerTelephone, "BUYER_TEL_INV"), (.list, .netWeight, "NET_GT_GROSS"),
        ]
        for (kind, field, name) in cases {
            var (net, clearance) = try ClearanceCase.shipped()
            let changed = clearance.clear(kind).setting(field, to: Array("other".utf8))
            switch kind {
            case .order: clearance.documents.order = changed
            case .payment: clearance.documents.payment = changed
            case .waybill: clearance.documents.waybill = changed
            case .list: clearance.documents.list = changed
            }
            try clearance.compare(in: &net)
            let found = try net.clearance(clearance.deal.id)
            #expect(found.state == .rejected)
            #expect(found.verdict.names == [name])
            #expect(found.verdict.failed == clearance.documents.clear.failedRules)
            #expect(try net.verdict(.agent, clearance.declare()) == .wrongState)
        }
    }

    @Test("Without customs the state stops at matched, says so, and takes reports as claims")
    func withoutCustoms() throws {
        var (net, clearance) = try ClearanceCase.shipped {
            $0.accepted.removeAll { $0.role == .customs }
        }
        let id = clearance.deal.id
        try clearance.compare(in: &net)
        let found = try net.clearance(id)
        #expect(found.state == .matched)
        #expect(!found.hasCustoms)
        #expect(try net.verdict(.agent, clearance.declare()) == .wrongState)
        let report = Action.Kind.reportReceipt(
            ReportReceipt(order: id, status: 800, receipt: mark("receipt 622")))
        #expect(try net.verdict(.stranger, report) == .notEntitled)
        try net.must(.agent, report)
        #expect(try net.clearance(id).state == .matched)
        #expect(try net.duty(id).state == .held)
    }

    @Test("Each document has one kind of signer; nobody else may seal, open or declare it")
    func signers() throws {
        var (net, clearance) = try ClearanceCase.shipped()
        for kind in MatchDocumentKind.allCases {
            let sealed = try clearance.sealed(kind, signer: .stranger)
            let refusal = try net.verdict(
                .stranger, .sealDocument(sealed.action), documents: [sealed.attachment])
            #expect(refusal == .notEntitled || refusal == .notAttested, "\(kind)")
        }
        try clearance.seal(in: &net)
        let opening = Action.Kind.openDocument(try clearance.sealed(.order).opening)
        #expect(try net.verdict(.stranger, opening) == .notEntitled)
        try clearance.open(in: &net)
        #expect(try net.verdict(.seller, clearance.declare()) == .notEntitled)
        try net.must(.agent, clearance.declare())
        #expect(try net.verdict(.agent, clearance.rule(120)) == .notAttested)
    }

    @Test("A seal without its document is refused; the document travels with it")
    func attached() throws {
        let (net, clearance) = try ClearanceCase.shipped()
        let sealed = try clearance.sealed(.order)
        #expect(try net.verdict(.seller, .sealDocument(sealed.action)) == .notAttached)
    }

    @Test("Holds by customs stop the custodian's time; 399 goes on, 700 gives the duty back")
    func holds() throws {
        var (net, clearance) = try ClearanceCase.shipped()
        let id = clearance.deal.id
        try clearance.compare(in: &net)
        try net.must(.agent, clearance.declare())
        try net.must(.customs, clearance.rule(120))
        for code: UInt32 in [501, 502, 503, 599] {
            try net.must(.customs, clearance.rule(code))
            #expect(try net.clearance(id).state == .held)
            #expect(try net.parcel(id).state.number == 4)
            #expect(try net.verdict(.agent, clearance.cancel) == .wrongState)
            try net.must(.customs, clearance.rule(399))
            #expect(try net.parcel(id).state.number == 2)
        }
        try net.must(.customs, clearance.rule(700))
        #expect(try net.clearance(id).state == .exported)
        #expect(try net.duty(id).state == .refunded)
        #expect(try net.held(id, .duty) == 0)
    }

    @Test("The estimate is covered by the locked duty, and duty follows the clearance alone")
    func estimate() throws {
        var (net, clearance) = try ClearanceCase.shipped()
        try clearance.compare(in: &net)
        #expect(
            try net.verdict(.agent, clearance.declare(UInt64(Deal.tax) + 1)) == .balanceShort)
        #expect(try net.verdict(.customs, clearance.deal.release) == .wrongState)
        try net.must(.agent, clearance.declare())
        try net.must(.agent, clearance.cancel)
        #expect(try net.clearance(clearance.deal.id).state == .cancelled)
        #expect(try net.duty(clearance.deal.id).state == .refunded)
    }

    @Test("Deadlines of sealing, opening and amending at T−1, T and T+1")
    func deadlines() throws {
        try Self.checkDeadlines(.usual)
    }

    @Test("The times of papers are those of the terms, each to the millisecond")
    func agreedDeadlines() throws {
        try Self.checkDeadlines(
            PaperTimes(sealing: .hours(1), opening: .hours(5), amending: .days(9)))
    }

    private static func checkDeadlines(_ times: PaperTimes) throws {
        for part in 0..<3 {
            var (net, clearance) = try ClearanceCase.shipped { $0.papers = times }
            let id = clearance.deal.id
            let term: Term
            let act: TradeNetwork.Move
            switch part {
            case 0:
                try clearance.seal(in: &net, [.order])
                (term, act) = (times.sealing, try clearance.sealing(.payment))
            case 1:
                try clearance.seal(in: &net)
                (term, act) = (times.opening, try clearance.opening(.order))
            default:
                clearance.documents.payment = clearance.documents.payment.setting(
                    .paid, to: [1])
                try clearance.compare(in: &net)
                clearance.round = 2
                (term, act) = (times.amending, try clearance.amending(.payment))
            }
            let end = try net.clearance(id).since.after(term)
            try net.grace()
            for (offset, isOver) in [(-1, false), (0, false), (1, true)] {
                let time = Timestamp(UInt64(Int(end.milliseconds) + offset))
                #expect(try net.verdict(act, at: time) == (isOver ? .tooLate : nil), "\(part)")
                #expect(
                    try net.verdict(.stranger, clearance.timeOut, at: time)
                        == (isOver ? nil : .tooEarly), "\(part)")
            }
        }
    }

    @Test("Three amendments and no fourth; an amended clearance can match")
    func amendments() throws {
        var (net, clearance) = try ClearanceCase.shipped()
        let id = clearance.deal.id
        let right = clearance.documents.payment
        clearance.documents.payment = right.setting(.paid, to: [1])
        try clearance.compare(in: &net)
        for round: UInt32 in 2...4 {
            clearance.round = round
            try net.must(clearance.amending(.payment))
            #expect(try net.clearance(id).state == .open)
            try clearance.seal(in: &net, [.order, .waybill, .list])
            var copy = (net, clearance)
            copy.1.documents.payment = right
            #expect(
                try copy.0.verdict(copy.1.opening(.payment)) == .contradiction,
                "what was sealed is what is opened")
            try clearance.open(in: &net)
            #expect(try net.clearance(id).state == .rejected)
        }
        clearance.round = 5
        #expect(try net.verdict(clearance.amending(.payment)) == .wrongState)
        var (other, second) = try ClearanceCase.shipped()
        second.documents.payment = right.setting(.paid, to: [1])
        try second.compare(in: &other)
        second.round = 2
        second.documents.payment = right
        try other.must(second.amending(.payment))
        try second.seal(in: &other, [.order, .waybill, .list])
        try second.open(in: &other)
        #expect(try other.clearance(second.deal.id).state == .matched)
    }

    @Test("Seals and openings of one clearance in any order of a block give one state root")
    func order() throws {
        for seed: UInt64 in 0..<6 {
            var random = Chance(seed: seed)
            var (net, clearance) = try ClearanceCase.shipped()
            try clearance.seal(in: &net, [.list])
            let rest: [MatchDocumentKind] = [.order, .payment, .waybill]
            let seals = try rest.map { try net.transaction(clearance.sealing($0)) }
            var copy = net
            try net.block(seals)
            try copy.block(seals.shuffled(using: &random))
            #expect(
                try net.clearance(clearance.deal.id) == copy.clearance(clearance.deal.id),
                "seed \(seed)")
            let openings = try MatchDocumentKind.allCases.map {
                try net.transaction(clearance.opening($0))
            }
            try net.block(openings)
            try copy.block(openings.shuffled(using: &random))
            #expect(
                try net.clearance(clearance.deal.id) == copy.clearance(clearance.deal.id),
                "seed \(seed)")
        }
    }
}
