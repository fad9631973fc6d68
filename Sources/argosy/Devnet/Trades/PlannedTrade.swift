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
    /// Customs does not let the goods in, because of their papers.
    case turnedBack
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
            [
                .silentBuyer, .idleSeller, .calledOff, .lostParcel, .refusedAtDoor, .wrongGoods,
                .turnedBack,
            ]
        case .locked:
            [
                .silentBuyer, .idleSeller, .calledOff, .lostParcel, .refusedAtDoor, .wrongGoods,
                .turnedBack, .disputed, .unresolved,
            ]
        case .balance: [.silentBuyer, .idleSeller, .lostParcel, .unpaid]
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
    /// Returns one after the other, each by line ascending.
    var returns: [[ReturnLine]] = []

    var pence: UInt64 { lines.reduce(0) { $0 + $1.quantity * $1.unitPence } }

    /// Whether every line is so cheap that its duty is rounded down to nothing.
    var isDutyFree: Bool {
        lines.allSatisfy {
            Amount(minorUnits: $0.quantity * $0.unitPence).part(TradeTerms.dutyShare) == .zero
        }
    }

    var isAllReturned: Bool {
        var left = lines.map(\.quantity)
        for line in returns.joined() { left[Int(line.line)] -= line.quantity }
        return left.allSatisfy { $0 == 0 }
    }

    /// What the rules say of an order that is played like this.
    ///
    /// - Source: Trade specification, rules T22, T33, T51 to T53 and T61.
    var end: TradeEnd {
        switch course {
        case .smooth where returns.isEmpty: .delivered("closed", duty: "paid")
        case .smooth:
            // What was not returned waits for the end of the time for returns.
            .delivered(
                isAllReturned ? "settled" : "completed",
                duty: isAllReturned ? "refunded" : "clock", returns: returns.map { _ in "closed" })
        case .silentBuyer: .delivered("closed", duty: "paid")
        case .disputed: .delivered("settled", duty: "paid")
        case .unresolved: .delivered("expired", duty: "paid")
        case .wrongGoods: .delivered("settled", duty: "refunded", returns: ["closed"])
        case .idleSeller: TradeEnd(order: "cancelled", duty: "refunded")
        case .calledOff:
            TradeEnd(order: mode == .locked ? "settled" : "cancelled", duty: "refunded")
        case .lostParcel:
            TradeEnd(order: "lost", duty: "refunded", parcel: "lost", keeper: "carrier")
        case .refusedAtDoor:
            TradeEnd(
                order: "settled", duty: "refunded", parcel: "refused", keeper: "warehouse",
                returns: ["closed"])
        case .turnedBack:
            TradeEnd(
                order: "settled", duty: "refunded", parcel: "refused", keeper: "warehouse",
                returns: ["refunded"])
        case .unpaid:
            TradeEnd(order: "forfeited", duty: "refunded", parcel: "abandoned", keeper: "carrier")
        }
    }
}

/// Where the records of a trade end; a word for each, empty where there is none.
struct TradeEnd: Sendable, Equatable {
    var order: String
    var duty: String
    var parcel = ""
    /// Who has the box.
    var keeper = ""
    var returns: [String] = []

    static func delivered(_ order: String, duty: String, returns: [String] = []) -> TradeEnd {
        TradeEnd(
            order: order, duty: duty, parcel: "delivered", keeper: "buyer", returns: returns)
    }
}
