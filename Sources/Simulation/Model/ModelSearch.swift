/// Visits every state that a model can come to, and checks each.
///
/// - Source: `consensus.md` 1.5 for what must hold, 4.2 "Systematic part" for why all states.
public struct ModelSearch: Sendable {
    /// What a search has found.
    public struct Result: Sendable {
        /// How many states were visited: all there are, when no fault was found.
        public let stateCount: Int
        /// What does not hold, and the steps that lead there; `nil` when all holds.
        public let fault: String?
        public let steps: [String]
    }

    let model: AgreementModel

    /// A model of one to four views; the traitor leads those of the list.
    ///
    /// The second block of a view may be invalid, or one honest seat's execution lead to another
    /// state.
    public init(
        views: Int, ledByTraitor: Set<Int>, hasInvalid: Bool = false, isDiverged: Bool = false,
        mistake: ModelMistake? = nil
    ) {
        precondition((1...ModelState.viewLimit).contains(views), "a model has one to four views")
        // Only seat 0 leads besides the traitor, so that the other two can stand for each other.
        model = AgreementModel(
            leaders: (1...views).map { ledByTraitor.contains($0) ? .traitor : .honest(0) },
            hasInvalid: hasInvalid, isDiverged: isDiverged, mistake: mistake)
    }

    /// Searches in order of the number of steps, so that a fault is shown by a shortest path.
    ///
    /// States that differ only in what cannot matter any more are visited once.
    public func run() -> Result { visit(reduced: model.mistake == nil).result }

    /// Whether taking states together loses none: visiting every single one, and putting each with
    /// its like only then, leaves the same (decision 0079).
    public var losesNothing: Bool {
        let all = visit(reduced: false).states.map { model.settled($0).mirrored() }
        return Set(all) == Set(visit(reduced: true).states)
    }

    private func visit(reduced: Bool) -> (states: [ModelState], result: Result) {
        let start = ModelState()
        var states = [start]
        var origins: [(from: Int, step: ModelStep?)] = [(0, nil)]
        var known: Set<ModelState> = [start]
        var next = 0
        while next < states.count {
            let state = states[next]
            if let fault = model.fault(in: state) {
                let steps = path(to: next, origins)
                return (states, Result(stateCount: states.count, fault: fault, steps: steps))
            }
            for (step, successor) in model.steps(from: state) {
                let standing = (reduced ? model.settled(successor) : successor).mirrored()
                guard known.insert(standing).inserted else { continue }
                states.append(standing)
                origins.append((next, step))
            }
            next += 1
        }
        return (states, Result(stateCount: states.count, fault: nil, steps: []))
    }

    private func path(to place: Int, _ origins: [(from: Int, step: ModelStep?)]) -> [String] {
        var steps: [String] = []
        var place = place
        while let step = origins[place].step {
            steps.append(step.description)
            place = origins[place].from
        }
        return steps.reversed()
    }
}

extension ModelSearch {
    /// All searches of so many views: whoever leads, with valid and invalid blocks, and with one
    /// seat whose execution goes wrong.
    public static func all(views: Int) -> [ModelSearch] {
        (0..<1 << views).flatMap { pattern in
            let ledByTraitor = Set((1...views).filter { pattern >> ($0 - 1) & 1 == 1 })
            return [(false, false), (true, false), (false, true)].map { hasInvalid, isDiverged in
                ModelSearch(
                    views: views, ledByTraitor: ledByTraitor, hasInvalid: hasInvalid,
                    isDiverged: isDiverged)
            }
        }
    }

    /// What the smallest network shows in which a mistake makes itself felt.
    public static func firstFault(with mistake: ModelMistake) -> String? {
        for ledByTraitor in [[1], [2], [1, 2]] as [Set<Int>] {
            for hasInvalid in [false, true] {
                let search = ModelSearch(
                    views: 2, ledByTraitor: ledByTraitor, hasInvalid: hasInvalid,
                    mistake: mistake)
                if let fault = search.run().fault { return fault }
            }
        }
        return nil
    }
}

extension ModelSearch: CustomStringConvertible {
    public var description: String {
        let leaders = model.leaders.map { $0 == .traitor ? "traitor" : "honest" }
        return "\(model.viewCount) views led by \(leaders.joined(separator: ", "))"
            + (model.hasInvalid ? ", some blocks invalid" : "")
            + (model.isDiverged ? ", one execution wrong" : "")
    }
}

extension ModelSearch.Result: CustomStringConvertible {
    public var description: String {
        fault.map { "\($0): \(steps.joined(separator: "; "))" }
            ?? "all \(stateCount) states are sound"
    }
}
