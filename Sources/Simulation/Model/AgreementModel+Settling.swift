/// What is left of a view that all have done with.
extension AgreementModel {
    /// The state with what cannot matter any more taken out, so that those that differ in nothing
    /// else become one.
    ///
    /// Nobody votes in a view once somebody has voted in a later one (``steps(from:)``). What is
    /// asked of it from then on is only which certificates its votes are enough for: the rules and
    /// laws of later views read nothing else, and no seat's own votes of it were asked for but by
    /// the laws that the states before were held against. Somebody has left it, so some certificate
    /// of it is in honest hands and lets out whoever is still there (R9). So the votes become those
    /// of seats 1 and 2, one for each possible certificate, and blocks that cannot be notarized go.
    ///
    /// Only of the rules as they are: with a ``ModelMistake`` seats differ in more.
    func settled(_ state: ModelState) -> ModelState {
        precondition(mistake == nil, "seats that make mistakes are not alike")
        var settled = state
        for view in 1..<state.newestView {
            let certificates = certificates(of: view, state)
            for seat in 0..<ModelState.honestCount {
                settled.setVotes(seat == 0 ? [] : certificates, of: seat, in: view)
            }
            settled.setSeen(certificates.subtracting(.anyFinalize), in: view)
            for block in blocks(of: view) where !certificates.contains(.notarize(block)) {
                settled.forget(block)
            }
        }
        return settled
    }

    private func certificates(of view: Int, _ state: ModelState) -> ModelState.Marks {
        var found: ModelState.Marks = canExist(.nullify, in: view, state) ? .nullify : []
        for block in blocks(of: view) {
            if canExist(.notarize(block), in: view, state) { found.insert(.notarize(block)) }
            for root in ModelRoot.allCases where canFinalize(block, root, state) {
                found.insert(.finalize(block, root))
            }
        }
        return found
    }
}
