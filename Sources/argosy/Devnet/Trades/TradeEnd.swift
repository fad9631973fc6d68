/// Where the records of a trade end; a word for each, empty where there is none.
struct TradeEnd: Sendable, Equatable {
    var order: String
    var duty: String
    var parcel = ""
    /// Who has the box.
    var keeper = ""
    var returns: [String] = []
    /// Where the clearance is, and after how many rounds.
    var clearance = ""
    var rounds = 0
    /// What was locked for duty, and how much of it went back with returned goods.
    ///
    /// - Unit: pence.
    var tax: UInt64 = 0
    var refunded: UInt64 = 0

    static func delivered(_ order: String, duty: String, returns: [String] = []) -> TradeEnd {
        TradeEnd(
            order: order, duty: duty, parcel: "delivered", keeper: "buyer", returns: returns)
    }
}

extension PlannedTrade {
    /// What the rules say of an order that is played like this.
    ///
    /// - Source: Trade specification, rules T22, T33, T51 to T53, T61 and T153.
    var end: TradeEnd {
        var end = goodsEnd
        if isDutyFree {
            end.duty = ""
            // No duty comes back, so customs has nothing to say about what does.
            if course != .turnedBack, course != .wrongPapers, course != .neverOpened {
                end.returns = end.returns.map { _ in "refunded" }
            }
        }
        (end.clearance, end.rounds) = clearanceEnd
        return end
    }

    private var goodsEnd: TradeEnd {
        switch course {
        case .smooth where returns.isEmpty: .delivered("closed", duty: "paid")
        case .smooth:
            // What was not returned waits for the end of the time for returns.
            .delivered(
                isAllReturned ? "settled" : "completed",
                duty: isAllReturned ? "refunded" : "clock", returns: returns.map { _ in "closed" })
        case .silentBuyer, .mendedPapers, .falsePapers, .inspected, .lateSeal:
            .delivered("closed", duty: "paid")
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
        case .turnedBack, .wrongPapers, .neverOpened:
            TradeEnd(
                order: "settled", duty: "refunded", parcel: "refused", keeper: "warehouse",
                returns: ["refunded"])
        case .unpaid:
            TradeEnd(order: "forfeited", duty: "refunded", parcel: "abandoned", keeper: "carrier")
        }
    }

    private var clearanceEnd: (state: String, rounds: Int) {
        switch course {
        case .smooth, .silentBuyer, .wrongGoods, .inspected, .disputed, .unresolved: ("closed", 1)
        case .mendedPapers, .falsePapers, .lateSeal: ("closed", 2)
        // Nothing was let in, so nothing is left to close.
        case .refusedAtDoor: ("released", 1)
        case .lostParcel, .unpaid: ("accepted", 1)
        case .turnedBack: ("exported", 1)
        case .wrongPapers, .neverOpened: ("cancelled", 1)
        case .idleSeller, .calledOff: ("", 0)
        }
    }
}

extension TradeEnd: CustomStringConvertible {
    var description: String {
        let rounds = rounds > 1 ? " in round \(rounds)" : ""
        let parts = [
            ("order", order), ("duty", duty), ("of", tax > 0 ? "\(tax) pence" : ""),
            ("returned duty", refunded > 0 ? "\(refunded) pence" : ""), ("parcel", parcel),
            ("box", keeper), ("returns", returns.joined(separator: "+")),
            ("clearance", clearance.isEmpty ? "" : clearance + rounds),
        ]
        return parts.filter { !$0.1.isEmpty }.map { "\($0.0) \($0.1)" }.joined(separator: ", ")
    }
}
