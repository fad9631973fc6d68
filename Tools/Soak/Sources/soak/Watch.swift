import Consensus
import Node
import Primitives

/// Remembers every vote and every final block that any node has ever had on its disk or shown, and
/// compares what comes later with it.
struct Watch {
    private struct Place: Hashable {
        let epoch: Epoch
        let view: View
        let seat: Seat
    }

    private var casts: [Place: [VoteKind: VoteSubject]] = [:]
    /// Votes of each seat that other nodes had in their logs.
    private var sent: [Seat: Set<HomeReading.Cast>] = [:]
    private var blocks: [Height: FinalRecord] = [:]
    /// The highest height that each node has called final.
    private var shown: [Int: Height] = [:]
    private(set) var complaints: [String] = []
    private(set) var voteCount = 0
    private var logged: Set<HomeReading.Cast> = []
    private(set) var highest = Height(0)

    /// Votes that another node had, and that were in the log of the one that cast them.
    var loggedCount: Int { logged.count }

    /// A node has said that a height is final.
    mutating func hear(_ height: UInt64, from node: Int) {
        shown[node] = max(shown[node] ?? Height(0), Height(height))
    }

    /// Looks at what dead or stopped nodes have on their disks.
    mutating func look(at homes: [(node: Int, reading: HomeReading)]) {
        for (node, reading) in homes { look(node, at: reading) }
        for (node, reading) in homes { compareSent(node, with: reading) }
    }

    /// What others have of a node's votes was in its own log before it was sent.
    private mutating func compareSent(_ node: Int, with reading: HomeReading) {
        guard let seat = reading.ownVotes.first?.seat else { return }
        for cast in sent.removeValue(forKey: seat) ?? [] {
            if let mark = reading.highWater, cast.mark <= mark,
                reading.ownVotes.contains(cast) || reading.mayHaveForgotten(cast)
            {
                if reading.ownVotes.contains(cast) { logged.insert(cast) }
            } else {
                complain(
                    "node \(node + 1) sent a vote that is not in its log: \(cast.subject.kind) in view"
                        + " \(cast.view) of epoch \(cast.epoch)")
            }
        }
    }

    private mutating func look(_ node: Int, at reading: HomeReading) {
        if let shown = shown[node], reading.head < shown {
            complain(
                "node \(node + 1) has lost final blocks: \(shown) was final, \(reading.head) is")
        }
        for cast in reading.ownVotes { take(cast, node) }
        for cast in reading.seenVotes { take(cast, node) }
        let seat = reading.ownVotes.first?.seat
        for cast in reading.seenVotes where cast.seat != seat {
            sent[cast.seat, default: []].insert(cast)
        }
        for height in reading.blocks.keys.sorted() {
            guard let record = reading.blocks[height] else { continue }
            guard let known = blocks[height] else {
                blocks[height] = record
                highest = max(highest, height)
                continue
            }
            if known.digest != record.digest {
                complain("node \(node + 1) has another final block at height \(height)")
            } else if known.stateRoot != record.stateRoot {
                complain("node \(node + 1) has another state root at height \(height)")
            }
        }
    }

    private mutating func take(_ cast: HomeReading.Cast, _ node: Int) {
        let place = Place(epoch: cast.epoch, view: cast.view, seat: cast.seat)
        let kind = cast.subject.kind
        let known = casts[place, default: [:]]
        if let before = known[kind] {
            if before != cast.subject {
                complain(
                    "seat \(cast.seat) voted twice in view \(cast.view) of epoch \(cast.epoch)")
            }
            return
        }
        let opposite: VoteKind? =
            switch kind {
            case .nullify: .finalize
            case .finalize: .nullify
            case .notarize: nil
            }
        if let opposite, known[opposite] != nil {
            complain("seat \(cast.seat) gave up and finalized view \(cast.view) of \(cast.epoch)")
        }
        casts[place, default: [:]][kind] = cast.subject
        voteCount += 1
    }

    mutating func complain(_ what: String) {
        if complaints.count < 100 { complaints.append(what) }
    }
}
