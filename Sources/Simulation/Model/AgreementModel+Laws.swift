/// What must hold in every state of the model.
extension AgreementModel {
    /// What does not hold; `nil` when all does.
    func fault(in state: ModelState) -> String? {
        for view in 1...viewCount {
            if let fault = faultOfView(view, state) ?? faultOfSeats(view, state) { return fault }
        }
        return faultOfChain(state) ?? faultOfProposals(state) ?? (isStuck(state) ? stuck : nil)
    }

    private var stuck: String { "P1: honest seats alone cannot leave all views any more" }

    func blocks(of view: Int) -> [ModelBlock] {
        [ModelBlock(view: view, variant: 0), ModelBlock(view: view, variant: 1)]
    }

    /// I2, I3, I4, and what a finalization says about the state.
    private func faultOfView(_ view: Int, _ state: ModelState) -> String? {
        let blocks = blocks(of: view)
        if blocks.allSatisfy({ canExist(.notarize($0), in: view, state) }) {
            return "I3: two blocks of view \(view) can be notarized"
        }
        for block in blocks where canFinalize(block, state) {
            if canExist(.nullify, in: view, state) {
                return "I2: view \(view) can be finalized and nullified"
            }
            if !canExist(.notarize(block), in: view, state) {
                return "I4: \(block.name) can be finalized and is not notarized"
            }
            if !isValid(block) { return "I8: \(block.name) can be finalized and is invalid" }
            if canFinalize(block, .other, state) {
                return "I8: \(block.name) can be finalized with a state that is not its own"
            }
        }
        return nil
    }

    /// I6: no honest seat has signed two contradicting things.
    private func faultOfSeats(_ view: Int, _ state: ModelState) -> String? {
        for seat in 0..<ModelState.honestCount {
            let votes = state.votes(of: seat, in: view)
            if votes.isSuperset(of: .anyNotarize) || votes.intersection(.anyFinalize).count > 1
                || (votes.contains(.nullify) && !votes.isDisjoint(with: .anyFinalize))
            {
                return "I6: seat \(seat) contradicts itself in view \(view)"
            }
        }
        return nil
    }

    /// I1, I5: what can be finalized lies on one chain whose gaps are proved.
    private func faultOfChain(_ state: ModelState) -> String? {
        var last: ModelBlock?
        for view in 1...viewCount {
            for block in blocks(of: view) where canFinalize(block, state) {
                var chain: [ModelParent] = [.block(block)]
                while case .block(let top)? = chain.last, let parent = state.parent(of: top) {
                    for skipped in parent.view + 1..<top.view
                    where !canExist(.nullify, in: skipped, state) {
                        return "I5: \(top.name) skips view \(skipped), which is not nullified"
                    }
                    chain.append(parent)
                }
                if let last, !chain.contains(.block(last)) {
                    return "I1: \(last.name) and \(block.name) can be finalized on two chains"
                }
                last = block
            }
        }
        return nil
    }

    /// P2: what an honest leader proposes, every honest seat may vote for.
    private func faultOfProposals(_ state: ModelState) -> String? {
        for view in 1...viewCount {
            guard case .honest(let leader) = leaders[view - 1] else { continue }
            let block = ModelBlock(view: view, variant: 0)
            guard state.votes(of: leader, in: view).contains(.notarize(block)),
                let parent = state.parent(of: block)
            else { continue }
            for skipped in parent.view + 1..<view
            where !state.seen(in: skipped).contains(.nullify) {
                return "P2: honest \(block.name) skips view \(skipped) without proof"
            }
        }
        return nil
    }

    // MARK: Progress

    /// P1: whether, once messages arrive and the traitor is silent, an honest seat stays behind.
    ///
    /// Votes cast so far are said again (R10), certificates that one has reach all (R9), timers
    /// fire (R6). Every view then ends.
    private func isStuck(_ start: ModelState) -> Bool {
        var state = start
        var places = (0..<ModelState.honestCount).map { start.view(of: $0) }
        while places.contains(where: { $0 <= viewCount }) {
            var hasMoved = false
            for seat in places.indices where places[seat] <= viewCount {
                let view = places[seat]
                if let mark = exit(of: seat, from: view, places, state, since: start) {
                    state.see(mark, in: view)
                    places[seat] += 1
                    hasMoved = true
                } else if mayGiveUp(view, seat, state) {
                    state.vote(.nullify, by: seat, in: view)
                    hasMoved = true
                }
            }
            if !hasMoved { return true }
        }
        return false
    }

    private func mayGiveUp(_ view: Int, _ seat: Int, _ state: ModelState) -> Bool {
        let own = state.votes(of: seat, in: view)
        return own.isDisjoint(with: .anyFinalize) && !own.contains(.nullify)
            && !has(.neverGivesUp)
    }

    /// A certificate by which a seat can leave a view without the traitor's help.
    private func exit(
        of seat: Int, from view: Int, _ places: [Int], _ state: ModelState,
        since start: ModelState
    ) -> ModelState.Marks? {
        let isBehind = places.contains { $0 > view }
        func isThere(_ mark: ModelState.Marks) -> Bool {
            if state.seen(in: view).contains(mark), !(has(.helpsNobody) && isBehind) { return true }
            return (0..<ModelState.honestCount).allSatisfy { voter in
                let isOld = start.votes(of: voter, in: view).contains(mark)
                return state.votes(of: voter, in: view).contains(mark)
                    && !(has(.neverRepeats) && isOld && voter != seat)
            }
        }
        let gaveUp = state.votes(of: seat, in: view).contains(.nullify)
        let certifies =
            !(has(.noCertifyAfterNullify) && gaveUp) && !(has(.verdictsDiffer) && seat == 0)
        for block in blocks(of: view)
        where certifies && isValid(block) && isThere(.notarize(block)) {
            return .notarize(block)
        }
        return !has(.staysAfterNullification) && isThere(.nullify) ? .nullify : nil
    }
}
