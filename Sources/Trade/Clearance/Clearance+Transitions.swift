public import Ledger
public import Primitives

/// What can happen to a clearance; who may say so is checked before.
public enum ClearanceEvent: Equatable, Sendable {
    case seal(MatchDocumentKind, DocumentSeal)
    /// With the failed rules when it is the last one.
    case open(MatchDocumentKind, root: Digest, failed: [MatchRule]?)
    /// With the estimate of the tax, and what lies there for it.
    case declare(Amount, covered: Amount)
    /// Customs gives a status, with a reason.
    case status(UInt32, reason: UInt32)
    /// With the seal of whoever amends.
    case amend(MatchDocumentKind, DocumentSeal)
    case cancel
    /// Anyone says that a deadline is over.
    case timeout
}

/// What a step of a clearance does beside changing it.
public struct ClearanceOutcome: Equatable, Sendable {
    public var effects: [Effect] = []
    /// Customs released or refused the goods.
    public var duty: ClearanceDuty?
    public var parcel: ParcelEvent?

    public init(
        effects: [Effect] = [], duty: ClearanceDuty? = nil, parcel: ParcelEvent? = nil
    ) {
        self.effects = effects
        self.duty = duty
        self.parcel = parcel
    }
}

public enum ClearanceDuty: Equatable, Sendable {
    case release, reject
}

extension Clearance {
    /// The first one and three amendments.
    public static let roundLimit: UInt32 = 4
    /// Of the price: what each signer puts down until all have opened (rule T156).
    public static let stakeShare = Share(clamping: 5)

    /// The table of states and events of reference trade 7.3.
    ///
    /// - Throws: ``Rejection/wrongState``, ``Rejection/tooEarly``, ``Rejection/tooLate``, or
    ///   ``Rejection/notEntitled`` when another one sealed the document.
    public mutating func handle(
        _ event: ClearanceEvent, within times: PaperTimes, at moment: Moment
    ) throws(Rejection) -> ClearanceOutcome {
        let (before, round) = (state, round)
        let outcome = try row(event, times, at: moment)
        changed = moment.height
        if state != before || self.round != round { since = moment.time }
        return outcome
    }

    private mutating func row(
        _ event: ClearanceEvent, _ times: PaperTimes, at moment: Moment
    ) throws(Rejection) -> ClearanceOutcome {
        switch (state, event) {
        case (.open, .seal(let kind, let seal)):
            try within(times.sealing, moment)
            return try take(seal, of: kind)
        case (.sealed, .open(let kind, let root, let failed)):
            try within(times.opening, moment)
            return try open(kind, root, failed)
        case (.open, .timeout):
            try after(times.sealing, moment)
            return reject(missing: MatchDocumentKind.allCases.filter { !isSealed($0) })
        case (.sealed, .timeout):
            try after(times.opening, moment)
            return reject(missing: MatchDocumentKind.allCases.filter { !isOpened($0) })
        case (.matched, .declare(let amount, let covered)):
            guard hasCustoms else { throw .wrongState }
            guard amount <= covered else { throw .balanceShort }
            estimate = amount
            state = .declared
            return ClearanceOutcome()
        case (.rejected, .amend(let kind, let seal)):
            try within(times.amending, moment)
            guard round < Self.roundLimit else { throw .wrongState }
            round += 1
            state = .open
            verdict = ClearanceVerdict()
            return try take(seal, of: kind)
        case (.rejected, .timeout):
            try after(times.amending, moment)
            return cancel()
        case (.open, .cancel), (.matched, .cancel), (.declared, .cancel), (.accepted, .cancel),
            (.review, .cancel), (.inspection, .cancel), (.rejected, .cancel):
            return cancel()
        case (_, .status(let status, let reason)):
            let outcome = try rule(status)
            (verdict.status, verdict.reason) = (status, reason)
            return outcome
        default: throw .wrongState
        }
    }

    // MARK: Rows

    private mutating func take(
        _ seal: DocumentSeal, of kind: MatchDocumentKind
    ) throws(Rejection) -> ClearanceOutcome {
        guard !isSealed(kind), seal.round == round else { throw .wrongState }
        guard self[kind].map({ $0.signer == seal.signer }) ?? true else { throw .notEntitled }
        seals[kind.place] = seal
        if MatchDocumentKind.allCases.allSatisfy(isSealed) { state = .sealed }
        return ClearanceOutcome(effects: [.lock(stake, from: seal.signer, into: .seals)])
    }

    private mutating func open(
        _ kind: MatchDocumentKind, _ root: Digest, _ failed: [MatchRule]?
    ) throws(Rejection) -> ClearanceOutcome {
        guard !isOpened(kind) else { throw .wrongState }
        seals[kind.place]?.root = root
        let isLast = MatchDocumentKind.allCases.allSatisfy(isOpened)
        precondition((failed != nil) == isLast, "the last opening brings the comparison")
        guard let failed else { return ClearanceOutcome() }
        verdict.failed = failed
        state = failed.contains(where: \.isFault) ? .rejected : .matched
        return ClearanceOutcome(effects: stakesBack)
    }

    /// Names who is missing; whoever did what he had to has his stake back, and shares the stakes
    /// of those who sealed and never opened (rule T156).
    private mutating func reject(missing: [MatchDocumentKind]) -> ClearanceOutcome {
        let wasSealed = state == .sealed
        verdict.missing = missing
        state = .rejected
        let loyal = MatchDocumentKind.allCases.filter { isSealed($0) && !missing.contains($0) }
        guard wasSealed, !loyal.isEmpty else {
            return ClearanceOutcome(effects: stakesBack)
        }
        let count = UInt64(loyal.count)
        let pot = stake.minorUnits.multipliedReportingOverflow(by: UInt64(missing.count))
        let part = Amount(minorUnits: pot.overflow ? 0 : pot.partialValue / count)
        var effects: [Effect] = loyal.dropFirst().compactMap { kind in
            self[kind].map { .pay(stake.plus(part), from: .seals, to: $0.signer) }
        }
        if let first = self[loyal[0]] {
            effects.append(.payRest(from: .seals, to: first.signer))
        }
        return ClearanceOutcome(effects: effects)
    }

    private mutating func cancel() -> ClearanceOutcome {
        let effects = state == .open ? stakesBack : []
        state = .cancelled
        return ClearanceOutcome(effects: effects, duty: .reject)
    }

    /// What customs says, by its number (reference trade 1.4).
    private mutating func rule(_ status: UInt32) throws(Rejection) -> ClearanceOutcome {
        let wasHeld = state == .held
        let resumed: ParcelEvent? = wasHeld ? .resume : nil
        switch (state, status) {
        case (.declared, 120): state = .accepted
        case (.declared, 100): state = .rejected
        case (.accepted, 300): state = .review
        case (.accepted, 500), (.review, 500): state = .inspection
        case (.accepted, 501), (.accepted, 502), (.accepted, 503), (.accepted, 599),
            (.review, 501), (.review, 502), (.review, 503), (.review, 599),
            (.inspection, 501), (.inspection, 502), (.inspection, 503), (.inspection, 599):
            state = .held
            return ClearanceOutcome(parcel: .hold)
        case (.review, 399), (.inspection, 399), (.held, 399):
            state = .accepted
            return ClearanceOutcome(parcel: resumed)
        case (.accepted, 800), (.review, 800), (.inspection, 800), (.held, 800):
            state = .released
            return ClearanceOutcome(duty: .release, parcel: resumed)
        case (.accepted, 700), (.review, 700), (.inspection, 700), (.held, 700):
            state = .exported
            return ClearanceOutcome(duty: .reject, parcel: resumed)
        case (.released, 899): state = .closed
        default: throw .wrongState
        }
        return ClearanceOutcome()
    }

    /// Every stake of this round to whoever put it down.
    private var stakesBack: [Effect] {
        MatchDocumentKind.allCases.filter(isSealed).compactMap { kind in
            self[kind].map { .pay(stake, from: .seals, to: $0.signer) }
        }
    }

    private func within(_ term: Term, _ moment: Moment) throws(Rejection) {
        guard !moment.isPast(since.after(term), changed: changed) else { throw .tooLate }
    }

    private func after(_ term: Term, _ moment: Moment) throws(Rejection) {
        guard moment.isPast(since.after(term), changed: changed) else { throw .tooEarly }
    }
}
