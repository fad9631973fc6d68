import ArgumentParser
import Ledger
import Primitives
import Trade

/// What terms somebody agrees to without being asked again (reference trade 7.7).
///
/// The protocol allows every term from an hour on. That is enough for machines, and too short for a person who
/// has to open a parcel; so a wallet is stricter than the protocol.
struct TermsPolicy {
    static let usual = TermsPolicy()

    /// To look at what was delivered. // T_insp
    var inspection = Term.days(2)
    /// For goods that are not right. // T_ret
    var defects = Term.days(7)
    /// To answer a return. // T_rma
    var answer = Term.hours(24)
    /// To seal and to open papers. // T_seal, T_open
    var papers = Term.hours(12)
    /// Before deposits begin to melt, and until they are gone. // T_neg, T_max
    var negotiation = Term.days(7)
    var melting = Term.days(14)
    /// To pay the balance. // T_bal
    var balance = Term.days(3)
    /// The longest that money may lie before goods leave, and before they arrive. // T_ship, T_del
    var shipping = Term.days(30)
    var delivery = Term.days(90)

    /// What speaks against the terms, each in one sentence; empty when nothing does.
    func objections(to terms: Terms) -> [String] {
        var found: [String] = []
        func atLeast(_ bound: Term, _ term: Term, _ what: String) {
            guard term < bound else { return }
            found.append(
                "\(what) lasts \(Self.text(term)), and at least \(Self.text(bound)) is usual")
        }
        func atMost(_ bound: Term, _ term: Term, _ what: String) {
            guard term > bound else { return }
            found.append(
                "\(what) lasts \(Self.text(term)), and at most \(Self.text(bound)) is usual")
        }
        atLeast(inspection, terms.times.inspection, "the time to look at the goods")
        atLeast(defects, terms.returns.forDefect, "the time to send back goods that are not right")
        atLeast(answer, terms.returns.answer, "the seller's time to answer a return")
        atLeast(papers, terms.papers.sealing, "the time to seal the papers")
        atLeast(papers, terms.papers.opening, "the time to open the papers")
        atMost(shipping, terms.times.shipping, "the seller's time to ship")
        atMost(delivery, terms.times.delivery, "the time to deliver")
        switch terms.settlement {
        case .direct: break
        case .locked(let locked):
            atLeast(negotiation, locked.negotiation, "the time to agree before deposits melt")
            atLeast(melting, locked.limit, "the time until a dispute ends")
        case .balance(let balance):
            atLeast(self.balance, balance.payment, "the buyer's time to pay the balance")
        }
        return found
    }

    /// `3 days`, `36 hours`, `5 minutes`.
    static func text(_ term: Term) -> String {
        let minutes = (term.milliseconds + 59_999) / 60_000
        guard minutes >= 60 else { return minutes == 1 ? "1 minute" : "\(minutes) minutes" }
        let hours = term.milliseconds / 3_600_000
        let (count, unit) =
            hours > 0 && hours.isMultiple(of: 24) ? (hours / 24, "day") : (hours, "hour")
        return count == 1 ? "1 \(unit)" : "\(count) \(unit)s"
    }
}
