import Documents
import Ledger
import Primitives
import Trade

/// How an order is paid.
enum TradeMode: String, Sendable, CaseIterable {
    case direct, locked, balance
}

/// What happens in a trade.
enum TradeCourse: String, Sendable, CaseIterable {
    /// All goes well, and the buyer says so.
    case smooth
    /// The goods arrive, and the buyer never says anything again.
    case silentBuyer
    /// The seller takes the order and does nothing.
    case idleSeller
    /// Called off before the goods leave: by the buyer alone, or by both when the money is locked.
    case calledOff
    /// The second carrier never hands the parcel over.
    case lostParcel
    /// The buyer does not take the parcel.
    case refusedAtDoor
    /// The seller packed other goods; two signatures show it.
    case wrongGoods
    /// Customs inspects the goods and does not let them in.
    case turnedBack
    /// A paper is wrong; whoever signed it mends it, and the goods are released.
    case mendedPapers
    /// A paper is wrong and stays so; the declarant takes the goods back out.
    case wrongPapers
    /// One signer does not seal before the time is over, and then does.
    case lateSeal
    /// One signer seals and never opens, nobody amends, and the goods go back.
    case neverOpened
    /// The seller tells customs something else than he committed to; customs shows it to everybody, and he
    /// mends it.
    case falsePapers
    /// Customs reviews, inspects and holds the goods before it lets them in.
    case inspected
    /// The buyer disputes, and an inspector decides.
    case disputed
    /// The buyer disputes, and nobody moves until the deposits have melted.
    case unresolved
    /// The goods wait at the end of the way for a balance that does not come.
    case unpaid

    /// What can go wrong in a mode, besides nothing.
    static func troubles(of mode: TradeMode) -> [TradeCourse] {
        switch mode {
        case .direct:
            return [
                .silentBuyer, .idleSeller, .calledOff, .lostParcel, .refusedAtDoor, .wrongGoods,
                .turnedBack, .mendedPapers, .wrongPapers, .falsePapers, .inspected, .lateSeal,
                .neverOpened,
            ]
        case .locked:
            return [
                .silentBuyer, .idleSeller, .calledOff, .lostParcel, .refusedAtDoor, .wrongGoods,
                .turnedBack, .disputed, .unresolved, .mendedPapers, .wrongPapers, .falsePapers,
                .inspected, .lateSeal, .neverOpened,
            ]
        case .balance:
            return [
                .silentBuyer, .idleSeller, .lostParcel, .unpaid, .mendedPapers, .falsePapers,
                .inspected, .lateSeal,
            ]
        }
    }

    /// Whether the goods go back with the carrier, unopened.
    var goesBackUnopened: Bool {
        switch self {
        case .refusedAtDoor, .turnedBack, .wrongPapers, .neverOpened: true
        case .smooth, .silentBuyer, .idleSeller, .calledOff, .lostParcel, .wrongGoods,
            .mendedPapers, .falsePapers, .lateSeal, .inspected, .disputed, .unresolved, .unpaid:
            false
        }
    }
}

/// One order of the plan: what is sold to whom, how it goes, and how it must end.
struct PlannedTrade: Sendable {
    struct Line: Sendable {
        let stockCode: String
        let quantity: UInt64
        let unitPence: UInt64
    }

    let number: Int
    let invoice: String
    let customer: String
    let mode: TradeMode
    let course: TradeCourse
    let lines: [Line]
    /// How the goods enter, and what that costs.
    let assessment: TradeAssessment
    /// What is wrong with the papers, of a course in which something is.
    let fault: PaperFault
    /// Returns one after the other, each by line ascending.
    var returns: [[ReturnLine]] = []

    var pence: UInt64 { lines.reduce(0) { $0 + $1.quantity * $1.unitPence } }

    /// Who is late with his paper, or never opens it, of a course in which somebody is.
    var absent: MatchDocumentKind {
        MatchDocumentKind.allCases[number % MatchDocumentKind.allCases.count]
    }

    /// Whether it is within the limits of retail import.
    var isRetail: Bool { assessment.channel == .retail }

    /// Whether every line is so cheap that its duty is rounded to nothing.
    var isDutyFree: Bool { assessment.duties.allSatisfy { $0 == 0 } }

    var isAllReturned: Bool {
        var left = lines.map(\.quantity)
        for line in returns.joined() { left[Int(line.line)] -= line.quantity }
        return left.allSatisfy { $0 == 0 }
    }
}
