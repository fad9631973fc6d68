/// The rules R1 to R10 of `consensus.md` 1.4, as small as they can be written.
///
/// Four seats of one weight: three are honest, one is a traitor whose votes are there for whatever
/// helps it and missing when they would help the others. Messages arrive in any order, late or
/// never: an honest seat may use any certificate that enough votes exist for, or not. Timers may
/// fire at any time.
///
/// Each function below is one rule; a ``ModelMistake`` leaves a part of one out.
struct AgreementModel: Sendable {
    /// Who leads each view.
    enum Leader: Hashable, Sendable {
        case traitor
        case honest(Int)
    }

    let leaders: [Leader]
    /// Whether blocks of the second variant turn out invalid when they are executed.
    let hasInvalid: Bool
    /// Whether the execution of seat 0 leads to another state than that of the others.
    let isDiverged: Bool
    let mistake: ModelMistake?

    var viewCount: Int { leaders.count }

    /// Votes of honest seats that make a quorum together with the traitor's: 3 of 4 in all.
    private var neededWithTraitor: Int { mistake == .halfQuorum ? 1 : 2 }

    func has(_ other: ModelMistake) -> Bool { mistake == other }

    // MARK: What enough votes exist for

    /// R4, R7, R8: a certificate is more than two thirds of the weight for one thing.
    func canExist(_ mark: ModelState.Marks, in view: Int, _ state: ModelState) -> Bool {
        state.count(anyOf: mark, in: view) >= neededWithTraitor
    }

    /// R8: a finalization is of a block and one state.
    func canFinalize(_ block: ModelBlock, _ root: ModelRoot, _ state: ModelState) -> Bool {
        let mark: ModelState.Marks =
            has(.rootsMixed) ? .finalizeWithAnyRoot(block) : .finalize(block, root)
        return canExist(mark, in: block.view, state)
    }

    func canFinalize(_ block: ModelBlock, _ state: ModelState) -> Bool {
        ModelRoot.allCases.contains { canFinalize(block, $0, state) }
    }

    private func hold(
        _ mark: ModelState.Marks, in view: Int, _ state: inout ModelState
    ) -> Bool {
        if state.seen(in: view).contains(mark) { return true }
        guard canExist(mark, in: view, state) else { return false }
        state.see(mark, in: view)
        return true
    }

    func isValid(_ block: ModelBlock) -> Bool { !(hasInvalid && block.variant == 1) }

    /// R5: notarized, valid, and on a block of which the same holds.
    private func certify(
        _ block: ModelBlock, by seat: Int, _ state: inout ModelState
    ) -> Bool {
        guard isValid(block) || has(.votesWithoutExecution),
            hold(.notarize(block), in: block.view, &state)
        else { return false }
        if has(.noCertifyAfterNullify), state.votes(of: seat, in: block.view).contains(.nullify) {
            return false
        }
        if has(.verdictsDiffer), seat == 0 { return false }
        return true
    }

    /// R2, R3: the parent is certified, and every view between is nullified.
    private func mayStand(
        on parent: ModelParent, in view: Int, for seat: Int, _ state: inout ModelState
    ) -> Bool {
        if case .block(let block) = parent, !has(.parentUnchecked) {
            guard certify(block, by: seat, &state) else { return false }
        }
        guard !has(.skipsUnproved) else { return true }
        for skipped in parent.view + 1..<view where !hold(.nullify, in: skipped, &state) {
            return false
        }
        return true
    }

    // MARK: What a seat may do

    /// All states that one vote of one honest seat leads to, and what the vote was.
    ///
    /// Views are entered when something is said in them: to have entered and be silent is the same
    /// as not to have entered yet. And nobody votes in a view any more once someone has voted in a
    /// later one: whatever lets a seat vote was there before the later vote and stays, so each set
    /// of votes that can come about at all can come about view by view.
    func steps(from state: ModelState) -> [(step: ModelStep, state: ModelState)] {
        var steps: [(ModelStep, ModelState)] = []
        for seat in 0..<ModelState.honestCount {
            let first = state.view(of: seat)
            let newest = state.newestView
            for view in stride(from: first - 1, through: newest, by: -1) {
                finalize(in: view, by: seat, state, &steps)
            }
            guard first <= viewCount else { continue }
            var entered = [state]
            for view in first...viewCount {
                for state in entered where view >= newest {
                    finalize(in: view, by: seat, state, &steps)
                    notarize(in: view, by: seat, state, &steps)
                    nullify(in: view, by: seat, state, &steps)
                }
                entered = entered.flatMap { leave(view, by: seat, $0) }
            }
        }
        return steps
    }

    /// What a seat remembers of its own votes.
    private func own(_ seat: Int, _ view: Int, _ state: ModelState) -> ModelState.Marks {
        has(.forgetsVotes) ? [] : state.votes(of: seat, in: view)
    }

    /// R2 for the leader, R3 for the others.
    private func notarize(
        in view: Int, by seat: Int, _ state: ModelState,
        _ steps: inout [(ModelStep, ModelState)]
    ) {
        let own = own(seat, view, state)
        let isAgain = has(.proposesTwice) && leaders[view - 1] == .honest(seat)
        guard own.isDisjoint(with: .anyNotarize) || has(.votesTwice) || isAgain,
            !own.contains(.nullify)
        else { return }
        for block in proposals(in: view, for: seat, state) {
            for parent in parents(of: block, state) {
                var next = state
                guard
                    mayStand(on: parent, in: view, for: seat, &next)
                        || (has(.proposesUnproved) && leaders[view - 1] == .honest(seat))
                else { continue }
                next.setParent(parent, of: block)
                next.vote(.notarize(block), by: seat, in: view)
                steps.append((.notarize(seat, block, parent), next))
            }
        }
    }

    /// Blocks that a seat may vote for: an honest leader makes one, and before the others vote.
    private func proposals(in view: Int, for seat: Int, _ state: ModelState) -> [ModelBlock] {
        let first = ModelBlock(view: view, variant: 0)
        let second = ModelBlock(view: view, variant: 1)
        switch leaders[view - 1] {
        case .traitor: return [first, second]
        case .honest(seat): return has(.proposesTwice) ? [first, second] : [first]
        case .honest(let leader):
            return state.votes(of: leader, in: view).contains(.notarize(first)) ? [first] : []
        }
    }

    private func parents(of block: ModelBlock, _ state: ModelState) -> [ModelParent] {
        if let parent = state.parent(of: block) { return [parent] }
        let earlier = (0..<2 * (block.view - 1)).map { ModelBlock(index: $0) }
        return [.genesis]
            + earlier.filter { state.parent(of: $0) != nil }.map { ModelParent.block($0) }
    }

    /// R6: by a timer, at any time.
    private func nullify(
        in view: Int, by seat: Int, _ state: ModelState,
        _ steps: inout [(ModelStep, ModelState)]
    ) {
        let own = own(seat, view, state)
        guard own.isDisjoint(with: .anyFinalize) || has(.nullifiesAfterFinalize),
            !state.votes(of: seat, in: view).contains(.nullify)
        else { return }
        var next = state
        next.vote(.nullify, by: seat, in: view)
        steps.append((.nullify(seat, view), next))
    }

    /// R5: what is certified is voted final, unless the view was given up.
    private func finalize(
        in view: Int, by seat: Int, _ state: ModelState,
        _ steps: inout [(ModelStep, ModelState)]
    ) {
        let own = own(seat, view, state)
        guard !own.contains(.nullify) || has(.finalizesAfterNullify) else { return }
        for variant in 0..<2 {
            let block = ModelBlock(view: view, variant: variant)
            guard state.parent(of: block) != nil, own.isDisjoint(with: .anyFinalize) else {
                continue
            }
            var next = state
            guard certify(block, by: seat, &next) || has(.finalizesUncertified) else { continue }
            let root: ModelRoot = isDiverged && seat == 0 ? .other : .executed
            next.vote(.finalize(block, root), by: seat, in: view)
            if next != state { steps.append((.finalize(seat, block, root), next)) }
        }
    }

    /// R1, R7: a view is left by a certificate of it, of either kind.
    private func leave(_ view: Int, by seat: Int, _ state: ModelState) -> [ModelState] {
        if has(.leavesWithoutCertificate) { return [state] }
        var ways: [ModelState] = []
        var nullified = state
        if !has(.staysAfterNullification), hold(.nullify, in: view, &nullified) {
            ways.append(nullified)
        }
        for variant in 0..<2 {
            let block = ModelBlock(view: view, variant: variant)
            var certified = state
            if certify(block, by: seat, &certified) { ways.append(certified) }
        }
        return ways
    }
}

/// One step of one honest seat.
enum ModelStep: Hashable, Sendable, CustomStringConvertible {
    case notarize(Int, ModelBlock, ModelParent)
    case nullify(Int, Int)
    case finalize(Int, ModelBlock, ModelRoot)

    var description: String {
        switch self {
        case .notarize(let seat, let block, .genesis):
            "seat \(seat) notarizes \(block.name) on genesis"
        case .notarize(let seat, let block, .block(let parent)):
            "seat \(seat) notarizes \(block.name) on \(parent.name)"
        case .nullify(let seat, let view): "seat \(seat) nullifies view \(view)"
        case .finalize(let seat, let block, .executed): "seat \(seat) finalizes \(block.name)"
        case .finalize(let seat, let block, .other):
            "seat \(seat) finalizes \(block.name) with another state"
        }
    }
}
