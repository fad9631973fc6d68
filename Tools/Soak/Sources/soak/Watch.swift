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
    private var blocks: [Height: FinalRecord] = [:]
    /// The highest height that each node has called final.
    private var shown: [Int: Height] = [:]
    private(set) var complaints: [String] = []
    private(set) var voteCount = 0
    private(set) var highest = Height(0)

    /// A node has said that a height is final.
    mutating func hear(_ height: UInt64, from node: Int) {
        shown[node] = max(shown[node] ?? Height(0), Height(height))
    }

    /// Looks at what a dead or stopped node has on its disk.
    mutating func look(_ node: Int, at reading: HomeReading) {
        if let shown = shown[node], reading.head < shown {
            complain(
                "node \(node + 1) has lost final blocks: \(shown) was final, \(reading.head) is")
        }
        for cast in reading.ownVotes { take(cast, node, isOwn: true) }
        for cast in reading.seenVotes { take(cast, node, isOwn: false) }
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

    private mutating func take(_ cast: HomeReading.Cast, _ node: Int, isOwn: Bool) {
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
