import Primitives

/// One attempt to find the head.
struct Round: Sendable {
    enum Phase: Sendable {
        case asked(ticket: UInt64)
        /// Its validators may not be known yet.
        case claimed(FinalizedHeader)
        case verified(FinalizedHeader)
        case lost
    }

    struct Inquiry: Sendable {
        let source: PeerName
        var phase: Phase

        var verified: FinalizedHeader? {
            if case .verified(let header) = phase { header } else { nil }
        }
    }

    /// The one further question that may be open.
    enum Question: Sendable {
        case step(PeerName, ticket: UInt64, from: Epoch, to: Epoch)
        case ancestor(PeerName, ticket: UInt64, low: FinalizedHeader, high: FinalizedHeader)

        var source: PeerName {
            switch self {
            case .step(let source, _, _, _), .ancestor(let source, _, _, _): source
            }
        }

        var ticket: UInt64 {
            switch self {
            case .step(_, let ticket, _, _), .ancestor(_, let ticket, _, _): ticket
            }
        }
    }

    var inquiries: [Inquiry] = []
    var question: Question?
    var stepCount = 0
    /// Lower blocks that were shown to lie under the highest one, and which that is.
    var joined: (high: Digest, low: [Digest])?
}

extension LightClient {
    mutating func begin(_ effects: inout [Effect]) {
        round = Round()
        turn += 1
        for _ in 0..<trust.policy.sourceCount { askAnother(&effects) }
        if round?.inquiries.isEmpty != false {
            round = nil
            effects.append(.unreached)
        }
    }

    /// Asks the next source that this round has not asked; returns whether there was one.
    @discardableResult
    private mutating func askAnother(_ effects: inout [Effect]) -> Bool {
        guard let inquiries = round?.inquiries, inquiries.count < Self.inquiryLimit else {
            return false
        }
        for place in sources.indices {
            let source = sources[(place + turn) % sources.count]
            guard !inquiries.contains(where: { $0.source == source }) else { continue }
            let ticket = nextTicket()
            round?.inquiries.append(.init(source: source, phase: .asked(ticket: ticket)))
            effects.append(.ask(source, .head, ticket: ticket))
            return true
        }
        return false
    }

    func isExpected(_ source: PeerName, _ ticket: UInt64) -> Bool {
        guard let round else { return false }
        if let question = round.question, question.source == source, question.ticket == ticket {
            return true
        }
        return round.inquiries.contains { inquiry in
            guard inquiry.source == source, case .asked(ticket) = inquiry.phase else {
                return false
            }
            return true
        }
    }

    /// Gives a source up for this round.
    mutating func lose(_ source: PeerName, _ fault: LightFault, _ effects: inout [Effect]) {
        guard let index = round?.inquiries.firstIndex(where: { $0.source == source }) else {
            return
        }
        if case .lost? = round?.inquiries[index].phase { return }
        round?.inquiries[index].phase = .lost
        if round?.question?.source == source { round?.question = nil }
        effects.append(.failed(source, fault))
    }

    // MARK: Answers

    mutating func take(
        _ response: LightResponse, from source: PeerName, now: Timestamp,
        _ effects: inout [Effect]
    ) {
        if case .refused(let refusal) = response {
            lose(source, .refused(refusal), &effects)
            return
        }
        guard let question = round?.question, question.source == source else {
            guard case .head(let header) = response,
                let index = round?.inquiries.firstIndex(where: { $0.source == source })
            else { return lose(source, .wrongAnswer, &effects) }
            round?.inquiries[index].phase = .claimed(header)
            return
        }
        switch (question, response) {
        case (.step(_, _, let from, let to), .update(let update)):
            take(update, from: source, span: from...to, now: now, &effects)
        case (.ancestor(_, _, let low, let high), .ancestor(let ancestor)):
            take(ancestor, from: source, low: low, high: high, &effects)
        case (.step, _), (.ancestor, _):
            lose(source, .wrongAnswer, &effects)
        }
    }

    private mutating func take(
        _ update: EpochUpdate, from source: PeerName, span: ClosedRange<Epoch>, now: Timestamp,
        _ effects: inout [Effect]
    ) {
        round?.question = nil
        // A full node that sees that the step is too far answers with a shorter one.
        guard span.contains(update.target.header.epoch) else {
            return lose(source, .wrongAnswer, &effects)
        }
        do throws(LightFault) {
            let before = trust.anchor.epoch
            try trust.advance(update, now: now)
            keptAt = trust.anchor.time
            effects.append(.keep(trust.record))
            round?.stepCount += 1
            // The last block of an epoch leads into the next one when the set changes there, and
            // is never asked for when it does not.
            if trust.anchor.epoch == before { lose(source, .wrongAnswer, &effects) }
        } catch {
            let (from, to) = (span.lowerBound.number, span.upperBound.number)
            guard case .tooFar = error, from < to else {
                return fail(source, error, &effects)
            }
            askStep(source, to: Epoch(from + (to - from) / 2), &effects)
        }
    }

    private mutating func take(
        _ ancestor: HistoricHeader, from source: PeerName, low: FinalizedHeader,
        high: FinalizedHeader, _ effects: inout [Effect]
    ) {
        round?.question = nil
        do throws(LightFault) {
            guard ancestor.header.height == low.header.height else { throw .wrongAnswer }
            try ancestor.verify(under: high.header)
        } catch { return lose(source, error, &effects) }
        guard ancestor.header.digest == low.block else {
            halt(
                .conflict(Conflict(first: low, second: high, ancestor: ancestor)), &effects)
            return
        }
        round?.joined?.low.append(low.block)
    }

    // MARK: What comes next

    /// Does all that needs no further answer, and asks for what is missing.
    mutating func goOn(now: Timestamp, _ effects: inout [Effect]) {
        guard stop == nil, round != nil, round?.question == nil else { return }
        verifyClaims(now: now, &effects)
        guard stop == nil, let round, round.question == nil else { return }
        for inquiry in round.inquiries {
            if case .asked = inquiry.phase { return }
        }
        let verified = round.inquiries.compactMap(\.verified)
        if verified.count < trust.policy.sourceCount, askAnother(&effects) { return }
        reconcile(now: now, &effects)
    }

    private mutating func verifyClaims(now: Timestamp, _ effects: inout [Effect]) {
        for index in round?.inquiries.indices ?? 0..<0 {
            guard let inquiry = round?.inquiries[index], case .claimed(let header) = inquiry.phase
            else { continue }
            do throws(LightFault) {
                try trust.verify(header, now: now)
                round?.inquiries[index].phase = .verified(header)
            } catch {
                if case .unknownValidators(let epoch) = error {
                    askStep(inquiry.source, to: epoch.previous, &effects)
                    return
                }
                if case .contradiction = error, let head = trust.head {
                    let conflict = Conflict(first: head, second: header, ancestor: nil)
                    return halt(.conflict(conflict), &effects)
                }
                fail(inquiry.source, error, &effects)
                if stop != nil { return }
            }
        }
    }

    /// Gives a source up, or everything when the fault is ours.
    private mutating func fail(
        _ source: PeerName, _ fault: LightFault, _ effects: inout [Effect]
    ) {
        switch fault {
        case .expired, .upgradeRequired: halt(.fault(fault), &effects)
        default: lose(source, fault, &effects)
        }
    }

    private mutating func askStep(
        _ source: PeerName, to epoch: Epoch, _ effects: inout [Effect]
    ) {
        let from = trust.anchor.epoch
        guard let round, round.stepCount < Self.stepLimit, from <= epoch else {
            return lose(source, .wrongAnswer, &effects)
        }
        let ticket = nextTicket()
        self.round?.question = .step(source, ticket: ticket, from: from, to: epoch)
        effects.append(.ask(source, .update(from: from, to: epoch), ticket: ticket))
    }

    /// Compares all heads with the highest, and adopts it when they lie on one chain.
    private mutating func reconcile(now: Timestamp, _ effects: inout [Effect]) {
        let inquiries = round?.inquiries.filter { $0.verified != nil } ?? []
        let heads = inquiries.compactMap(\.verified)
        guard let high = heads.max(by: { $0.header.height < $1.header.height }),
            let owner = inquiries.first(where: { $0.verified?.block == high.block })?.source
        else {
            round = nil
            effects.append(.unreached)
            return
        }
        if round?.joined?.high != high.block { round?.joined = (high.block, []) }
        for low in heads + [trust.head].compactMap({ $0 }) {
            if low.header.height == high.header.height {
                guard low.block == high.block, low.stateRoot == high.stateRoot else {
                    let conflict = Conflict(first: low, second: high, ancestor: nil)
                    return halt(.conflict(conflict), &effects)
                }
            } else if low.header.height < high.header.height,
                round?.joined?.low.contains(low.block) != true
            {
                let ticket = nextTicket()
                round?.question = .ancestor(owner, ticket: ticket, low: low, high: high)
                let request = LightRequest.ancestor(low.header.height, under: high.header.height)
                effects.append(.ask(owner, request, ticket: ticket))
                return
            }
        }
        round = nil
        let before = trust.anchor.epoch
        trust.enter(high)
        let age = trust.anchor.time.milliseconds - min(keptAt, trust.anchor.time).milliseconds
        if trust.anchor.epoch != before || age >= Self.keepInterval {
            keptAt = trust.anchor.time
            effects.append(.keep(trust.record))
        }
        // A source that is behind our head confirms nothing.
        guard let head = trust.head, head.header.height == high.header.height else {
            effects.append(.unreached)
            return
        }
        effects.append(.adopted(head, confirmations: heads.count))
    }
}
