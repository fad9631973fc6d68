public import Ledger
public import Primitives

/// Whose goods a parcel holds, as far as its money needs it.
public struct Cargo: Equatable, Sendable {
    /// Paid the freight in, and has back what nobody earns.
    public let payer: AccountID
    /// Has the loss when the goods are lost or damaged, and so what the custodian's bond pays.
    public let bearer: AccountID
    /// Declared value.
    public let value: Amount

    public init(payer: AccountID, bearer: AccountID, value: Amount) {
        self.payer = payer
        self.bearer = bearer
        self.value = value
    }
}

/// What can happen to a parcel; who may say so is checked before.
public enum ParcelEvent: Equatable, Sendable {
    /// The custodian offers it to the next one.
    case tender(Tender)
    /// The next custodian takes it.
    case accept(Handover, by: AccountID)
    /// Loading, departing, arriving.
    case transit
    case hold, resume
    case deliver(Handover)
    case refuse(Handover)
    case lose, abandon
}

extension Parcel {
    /// Price lost for each day that is begun after the term of a leg.
    public static let delayShare: UInt64 = 100
    /// Of the next leg's price, for each day begun while a tender waits too long.
    public static let storageShare: UInt64 = 100

    /// The table of states and events of reference trade 7.2.
    ///
    /// - Returns: What happens to money.
    /// - Throws: ``Rejection/wrongState`` for a row that the table does not have.
    public mutating func handle(
        _ event: ParcelEvent, _ cargo: Cargo, at moment: Moment
    ) throws(Rejection) -> [Effect] {
        let effects: [Effect]
        switch (state, event) {
        case (.accepted, .tender(let tender)), (.inTransit, .tender(let tender)),
            (.tendered, .tender(let tender)):
            state = .tendered(tender)
            effects = []
        case (.tendered(let tender), .accept(let handover, let next)):
            effects = try accept(handover, tender, by: next, cargo, at: moment)
        case (.accepted, .transit), (.inTransit, .transit):
            state = .inTransit
            effects = []
        case (.accepted, .hold), (.inTransit, .hold), (.tendered, .hold):
            state = .held(moment.time)
            effects = []
        case (.held(let since), .resume):
            held = held + moment.time.since(since)
            state = .inTransit
            effects = []
        case (.accepted, .deliver(let handover)), (.inTransit, .deliver(let handover)),
            (.tendered, .deliver(let handover)):
            effects = try end(.delivered, handover, cargo, at: moment)
        case (.accepted, .refuse(let handover)), (.inTransit, .refuse(let handover)),
            (.tendered, .refuse(let handover)):
            effects = try end(.refused, handover, cargo, at: moment)
        case (.accepted, .lose), (.inTransit, .lose), (.tendered, .lose):
            state = .lost
            effects = paying(min(leg.bond, cargo.value), cargo, earned: .zero)
        case (.held, .lose):
            // Customs has it: the custodian does not answer for that.
            state = .lost
            effects = paying(.zero, cargo, earned: .zero)
        case (.accepted, .abandon), (.inTransit, .abandon), (.tendered, .abandon),
            (.held, .abandon):
            state = .abandoned
            effects = paying(.zero, cargo, earned: leg.price)
        default: throw .wrongState
        }
        changed = moment.height
        return effects
    }

    /// Whether the custodian has had the parcel twice as long as agreed, holds not counted.
    public func isOverdue(at moment: Moment) -> Bool {
        if case .held = state { return false }
        return moment.isPast(accepted.after(leg.term + leg.term + held), changed: changed)
    }

    private mutating func accept(
        _ handover: Handover, _ tender: Tender, by next: AccountID, _ cargo: Cargo,
        at moment: Moment
    ) throws(Rejection) -> [Effect] {
        guard !isOnLastLeg else { throw .wrongState }
        guard Handover.agree(handover.weight, tender.weight) || handover.damage > damage else {
            throw .contradiction
        }
        let waiting = tender.time.after(Terms.tenderTerm)
        var following = legs[current + 1]
        if next != following.custodian {
            guard moment.isPast(waiting, changed: changed) else { throw .notEntitled }
        }
        var effects = leave(handover, by: tender.time, cargo)
        let days = min(moment.time.daysBegun(after: waiting), 10)
        let storage = following.price.part(Share(clamping: days * Self.storageShare))
        effects.append(.pay(storage, from: .freight, to: custodian))
        following.price = following.price.less(storage)
        following.custodian = next
        effects.append(.lock(following.bond, from: next, into: .carrierBond))
        current += 1
        legs[current] = following
        (accepted, held) = (moment.time, Term(milliseconds: 0))
        (last, state) = (handover, .accepted)
        return effects
    }

    private mutating func end(
        _ end: ParcelState, _ handover: Handover, _ cargo: Cargo, at moment: Moment
    ) throws(Rejection) -> [Effect] {
        guard isOnLastLeg else { throw .wrongState }
        let effects = leave(handover, by: moment.time, cargo)
        (last, state) = (handover, end)
        return effects
    }

    /// Pays the custodian who gives the parcel away, and takes from his bond what he answers for.
    ///
    /// He answers for what is worse than when he took it: more damage, or other contents
    /// (reference trade 7.2, 7.4). A place that is not on the route earns nothing.
    private mutating func leave(
        _ handover: Handover, by time: Timestamp, _ cargo: Cargo
    ) -> [Effect] {
        let late = min(time.daysBegun(after: accepted.after(leg.term + held)), 10)
        let isOnRoute = handover.place == leg.destination
        let price = leg.price.part(Share(clamping: late * Self.delayShare).rest)
        var blame = handover.damage.over(damage)
        if mismatch == nil, handover.contents != last.contents {
            mismatch = Mismatch(liable: custodian, contents: handover.contents)
            blame = .whole
        }
        damage = max(damage, handover.damage)
        let liability = min(leg.bond, cargo.value.part(blame))
        return paying(liability, cargo, earned: isOnRoute ? price : .zero)
    }

    /// Divides the price of the leg and the bond of its custodian.
    private func paying(_ liability: Amount, _ cargo: Cargo, earned: Amount) -> [Effect] {
        let rest: Effect =
            isOnLastLeg || state == .lost
            ? .payRest(from: .freight, to: cargo.payer)
            : .pay(leg.price.less(earned), from: .freight, to: cargo.payer)
        return [
            .pay(earned, from: .freight, to: custodian), rest,
            .pay(liability, from: .carrierBond, to: cargo.bearer),
            .payRest(from: .carrierBond, to: custodian),
        ]
    }
}
