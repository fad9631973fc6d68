/// Visits every state that a model can come to, and checks each.
///
/// - Source: `consensus.md` 1.5 for what must hold, 4.2 "Systematic part" for why all states.
public struct ModelSearch: Sendable {
    /// What a search has found.
    public struct Result: Sendable {
        public let stateCount: Int
        /// Whether all states were visited.
        public let isComplete: Bool
        /// What does not hold, and the steps that lead there; `nil` when all holds.
        public let fault: String?
        public let steps: [String]
    }

    let model: AgreementModel
    let stateLimit: Int

    /// A model of three or four views; the traitor leads those of the list.
    public init(
        views: Int, ledByTraitor: Set<Int>, hasInvalid: Bool = false,
        mistake: ModelMistake? = nil, stateLimit: Int = .max
    ) {
        precondition((1...ModelState.viewLimit).contains(views), "a model has one to four views")
        // Only seat 0 leads besides the traitor, so that the other two can stand for each other.
        model = AgreementModel(
            leaders: (1...views).map { ledByTraitor.contains($0) ? .traitor : .honest(0) },
            hasInvalid: hasInvalid, mistake: mistake)
        self.stateLimit = stateLimit
    }

    /// Searches in order of the number of steps, so that a fault is shown by a shortest path.
    public func run() -> Result {
        let start = ModelState()
        var states = [start]
        var origins: [(from: Int, step: ModelStep?)] = [(0, nil)]
        var known: Set<ModelState> = [start]
        var next = 0
        while next < states.count {
            let state = states[next]
            if let fault = model.fault(in: state) {
                return Result(
                    stateCount: states.count, isComplete: false, fault: fault,
                    steps: path(to: next, origins))
            }
            for (step, successor) in model.steps(from: state) {
                let standing = successor.mirrored()
                guard known.insert(standing).inserted else { continue }
                guard states.count < stateLimit else {
                    return Result(
                        stateCount: states.count, isComplete: false, fault: nil, steps: [])
                }
                states.append(standing)
                origins.append((next, step))
            }
            next += 1
        }
        return Result(stateCount: states.count, isComplete: true, fault: nil, steps: [])
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
    /// The searches that are made before a release: all of three views, and of four as far as
    /// ``stateLimit`` goes.
    public static var suite: [ModelSearch] {
        let traitors: [Set<Int>] = [[], [1], [2], [3]]
        return traitors.flatMap { traitor in
            [false, true].map { hasInvalid in
                ModelSearch(views: 3, ledByTraitor: traitor, hasInvalid: hasInvalid)
            }
        } + [ModelSearch(views: 4, ledByTraitor: [], stateLimit: 4_000_000)]
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
    }
}

extension ModelSearch.Result: CustomStringConvertible {
    public var description: String {
        let extent = isComplete ? "all \(stateCount) states" : "\(stateCount) states"
        return fault.map { "\($0): \(steps.joined(separator: "; "))" } ?? "\(extent) are sound"
    }
}
