import Primitives

/// The views that are still of interest, without gaps.
struct RoundTable: Sendable {
    /// Views kept below the finalized one, for late votes and evidence.
    static let retention: UInt64 = 16
    /// Votes and proposals this far ahead of our view are taken; farther ones are dropped.
    static let lookahead: UInt64 = 16
    /// Views between the finalized one and ours; at the limit the machine stays where it is.
    static let openLimit: UInt64 = 8_192
    /// Votes of views this far behind ours are dropped; certificates stay.
    static let voteRetention: UInt64 = 64

    private let schedule: LeaderSchedule
    private var first: UInt64 = 1
    private var rounds: [Round] = []
    /// Views with a candidate whose execution has no result yet, ascending.
    private(set) var undecided: [View] = []

    /// What others said and what may have to be passed on, until its view is ours (rule C27).
    private(set) var overheard: [Overheard] = []

    /// Views up to here have lost their votes.
    private var compacted: UInt64 = 0

    init(schedule: LeaderSchedule) { self.schedule = schedule }

    func contains(_ view: View) -> Bool {
        view.number >= first && view.number - first < UInt64(rounds.count)
    }

    subscript(view: View) -> Round {
        _read { yield rounds[index(view)] }
        _modify { yield &rounds[index(view)] }
    }

    /// The round of a view, if it is tracked.
    func round(_ view: View) -> Round? { contains(view) ? rounds[index(view)] : nil }

    /// The certificates of a view, if it is tracked; no copy is made of the rest.
    func certificates(of view: View) -> Certificates? {
        contains(view) ? rounds[index(view)].certificates : nil
    }

    /// Whether the leader of a tracked view has voted to give it up; no copy is made of the rest.
    func isGivenUpByLeader(_ view: View) -> Bool {
        let place = index(view)
        return rounds[place].tallies.nullify.vote(of: rounds[place].leader) != nil
    }

    func candidate(of view: View) -> Candidate? {
        contains(view) ? rounds[index(view)].candidate : nil
    }

    private func index(_ view: View) -> Int {
        precondition(contains(view), "view \(view) is tracked")
        return Int(view.number - first)
    }

    /// Tracks all views up to this one.
    ///
    /// - Precondition: it is not farther than the caller's window allows.
    mutating func extend(to view: View) {
        while first + UInt64(rounds.count) <= view.number {
            let next = View(first + UInt64(rounds.count))
            rounds.append(Round(view: next, leader: schedule[next]))
        }
    }

    /// Forgets views that lie farther below a finalized one than ``retention``.
    mutating func prune(finalized view: View) {
        let floor = view.number > Self.retention ? view.number - Self.retention : 1
        undecided.removeAll { $0 <= view }
        guard floor > first else { return }
        let dropped = floor - first
        if dropped >= UInt64(rounds.count) {
            rounds.removeAll(keepingCapacity: true)
        } else {
            rounds.removeFirst(Int(dropped))
        }
        first = floor
    }

    /// Drops the votes of open views that lie farther behind than ``voteRetention``.
    mutating func compact(behind view: View, finalized: View) {
        guard view.number > Self.voteRetention else { return }
        let end = view.number - Self.voteRetention
        var next = max(compacted + 1, finalized.number + 1, first)
        while next <= end, contains(View(next)) {
            rounds[Int(next - first)].compact()
            next += 1
        }
        compacted = max(compacted, end)
    }

    mutating func overhear(_ item: Overheard) { overheard.append(item) }

    /// Takes what is not above a view.
    mutating func takeOverheard(upTo view: View) -> [Overheard] {
        let taken = overheard.filter { $0.vote.view <= view }
        if !taken.isEmpty { overheard.removeAll { $0.vote.view <= view } }
        return taken
    }

    mutating func open(_ view: View) {
        guard !undecided.contains(view) else { return }
        undecided.append(view)
        undecided.sort()
    }

    mutating func close(_ view: View) { undecided.removeAll { $0 == view } }

    func leader(of view: View) -> Seat { schedule[view] }

    /// How many views are tracked.
    var count: Int { rounds.count }
    /// The oldest view tracked.
    var floor: View { View(first) }
    /// The newest view tracked.
    var ceiling: View { View(first + UInt64(rounds.count) - 1) }
}
