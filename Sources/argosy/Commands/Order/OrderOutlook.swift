import Foundation
import Ledger
import Primitives
import Trade

/// What comes next in an order, and until when: for people, from the records and the terms.
///
/// - Source: Trade specification, rules T12, T22, T51 to T53, T61 and T153.
struct OrderOutlook {
    /// From this part of the time to file a return on, it is told that the time runs out.
    static let filingAlarm = Share(clamping: 667)

    let order: Order
    let duty: DutyLock?
    let clearance: Clearance?
    let lastReturn: Return?
    let now: Timestamp

    /// What can be done until a moment, and what happens then.
    struct Deadline: Encodable {
        /// `the seller must ship`.
        let what: String
        /// Milliseconds since 1970; the deadline is over ten blocks after it at the earliest.
        let until: UInt64
        let isOver: Bool
        /// What anybody can do once it is over.
        let then: String

        enum CodingKeys: String, CodingKey {
            case what
            case until
            case isOver = "is_over"
            case then
        }
    }

    private func deadline(
        _ what: String, _ start: Timestamp, _ term: Term, then: String
    ) -> Deadline {
        let end = start.after(term)
        return Deadline(what: what, until: end.milliseconds, isOver: now > end, then: then)
    }

    /// Of order, clearance, return and duty, in this order.
    var deadlines: [Deadline] {
        [ofOrder, ofClearance, ofReturn, ofDuty].compactMap { $0 }
    }

    private var ofOrder: Deadline? {
        let (terms, since) = (order.terms, order.since)
        func row(_ what: String, _ term: Term, _ then: String = "argosy order timeout") -> Deadline
        {
            deadline(what, since, term, then: then)
        }
        switch order.phase {
        case .paid, .funded, .produced: return row("the seller must ship", terms.times.shipping)
        case .contracted: return row("the buyer must pay the deposit", terms.times.shipping)
        case .depositPaid:
            guard case .balance(let balance) = terms.settlement else { return nil }
            return row(
                "the seller must have the goods made", balance.production, "argosy order cancel")
        case .shipped, .swapped: return row("the goods must arrive", terms.times.delivery)
        case .balanceDue:
            guard case .balance(let balance) = terms.settlement else { return nil }
            return row("the buyer must pay the balance", balance.payment)
        case .delivered, .released:
            guard case .locked = terms.settlement else {
                return row("the buyer may look, and confirm", terms.times.inspection)
            }
            return row("the buyer may dispute, or confirm", terms.times.inspection)
        case .disputed:
            guard case .locked(let locked) = terms.settlement else { return nil }
            let isMelting = now > since.after(locked.negotiation)
            return row(
                isMelting
                    ? "both may agree while deposits melt" : "both may agree before deposits melt",
                isMelting ? locked.limit : locked.negotiation,
                isMelting ? "argosy order timeout" : "argosy order melt")
        case .completed:
            return deadline(
                "goods that are not right can come back", order.delivered, terms.returns.forDefect,
                then: "argosy order timeout")
        case .returning, .cancelled, .lost, .settled, .expired, .forfeited, .closed: return nil
        }
    }

    private var ofClearance: Deadline? {
        guard let clearance else { return nil }
        let papers = order.terms.papers
        func row(_ what: String, _ term: Term) -> Deadline {
            deadline(what, clearance.since, term, then: "argosy clearance timeout")
        }
        let kinds = MatchDocumentKind.allCases
        func words(_ kinds: [MatchDocumentKind]) -> String {
            kinds.map { "\($0)" }.joined(separator: ", ")
        }
        switch clearance.state {
        case .open:
            return row(
                "to be sealed: \(words(kinds.filter { !clearance.isSealed($0) }))", papers.sealing)
        case .sealed:
            return row(
                "to be opened: \(words(kinds.filter { !clearance.isOpened($0) }))", papers.opening)
        case .rejected: return row("a signer may amend his paper", papers.amending)
        case .matched, .declared, .accepted, .review, .inspection, .held, .released, .closed,
            .exported, .cancelled:
            return nil
        }
    }

    private var ofReturn: Deadline? {
        guard let lastReturn else { return nil }
        let terms = order.terms
        func row(_ what: String, _ term: Term) -> Deadline {
            deadline(what, lastReturn.since, term, then: "argosy return timeout")
        }
        switch lastReturn.state {
        case .requested: return row("the seller must answer the return", terms.returns.answer)
        case .authorised: return row("the buyer must send the goods back", Terms.shipBackTerm)
        case .returning: return row("the goods must be back", terms.times.delivery)
        case .received: return row("the goods must be inspected", Terms.returnInspectionTerm)
        case .inspected: return row("the seller must refund", Terms.refundTerm)
        case .refunded, .closed, .refused, .lapsed, .lost, .kept, .defaulted: return nil
        }
    }

    private var ofDuty: Deadline? {
        guard let duty else { return nil }
        func row(_ what: String, _ start: Timestamp, _ term: Term) -> Deadline {
            deadline(what, start, term, then: "argosy order duty")
        }
        switch duty.state {
        case .held: return row("customs must release the goods", duty.opened, duty.rule.clearance)
        case .clock:
            return row("a return must be filed to get duty back", duty.released, duty.rule.filing)
        case .extended:
            return row("filed goods must be back", duty.released, duty.rule.arrival)
        case .paid, .refunded: return nil
        }
    }

    /// That goods are on their way back, nobody has filed it, and the time for it runs out (reference trade
    /// 7.4, a buyer who times the filing).
    var alarm: String? {
        guard let duty, duty.state == .clock, let lastReturn, lastReturn.customs == .none,
            !lastReturn.state.isTerminal
        else { return nil }
        let filing = duty.rule.filing
        let early = Term(
            milliseconds: filing.milliseconds / 1_000 * UInt64(Self.filingAlarm.thousandths))
        guard now > duty.released.after(early) else { return nil }
        let end = Self.date(duty.released.after(filing).milliseconds)
        return now > duty.released.after(filing)
            ? "The return was not filed by \(end): its duty stays with customs."
            : "The return is not filed with customs: after \(end) its duty is lost. "
                + "The agent files it with `argosy return file`."
    }

    static func date(_ milliseconds: UInt64) -> String {
        Date(timeIntervalSince1970: Double(milliseconds) / 1_000).formatted(.iso8601)
    }
}
