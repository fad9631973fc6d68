import Chain
import Consensus
import Primitives
import Replica
import Wire

/// What node 1 of a besieged network signs rightly, although it should not say it.
extension Drill {
    /// Votes of every kind and a proposal of a view that is far from the others' view.
    static func injectFar(_ view: View, of epoch: Epoch, into cluster: inout Cluster) {
        guard var header = cluster.finalHeader(of: 0, at: Height(1)) else { return }
        (header.epoch, header.view, header.parentView) = (epoch, view, view.previous)
        let subjects: [VoteSubject] = [
            .nullify, .notarize(parentView: view.previous, block: header.digest),
            .finalize(parentView: view.previous, block: header.digest, stateRoot: .zero),
        ]
        let votes = subjects.compactMap { cluster.vote($0, in: view, by: 1, of: epoch) }
        for vote in votes { inject(.vote(vote), into: &cluster) }
        if let proposal = proposal(header, cluster) { inject(.proposal(proposal), into: &cluster) }
        cluster.run(untilMilliseconds: cluster.milliseconds + 1)
    }

    /// A proposal of a view that node 1 leads is kept when its body may be so long, and ends the
    /// connection when it may not; nobody is asked for the body.
    static func expectLimit(_ byteCount: UInt32, _ seed: UInt64, _ out: inout Findings) {
        var cluster = besieged(seed)
        // Within the window in which others take its words.
        let views = cluster.views(ledBy: 1, after: cluster.finalView.adding(2), count: 12)
        let height = cluster.height(of: 0)
        guard views.count >= 2, var header = cluster.finalHeader(of: 0, at: height),
            let seat = cluster.seat(of: 1)
        else { return out.expect(false, "node 1 leads nothing") }
        header.parent = header.digest
        (header.parentView, header.height, header.time) = (
            header.view, height.next, header.time.next
        )
        header.leader = seat
        for (view, count) in [(views[0], Simplex.bodyByteLimit), (views[1], byteCount)] {
            (header.view, header.bodyByteCount) = (view, count)
            guard let proposal = proposal(header, cluster) else { continue }
            inject(.proposal(proposal), into: &cluster)
            cluster.run(untilMilliseconds: cluster.milliseconds + 1)
            let isAllowed = count == Simplex.bodyByteLimit
            out.expect(
                cluster.isConnected(0, 1) == isAllowed,
                "with a proposal of \(count) bytes the leader is \(isAllowed ? "let go" : "kept")")
        }
        out.expectProgress(of: &cluster)
    }

    private static func inject(_ message: ConsensusMessage, into cluster: inout Cluster) {
        cluster.inject(ConsensusFrame(message).wire, on: .consensus, from: 1, to: 0)
    }

    private static func proposal(_ header: BlockHeader, _ cluster: Cluster) -> Proposal? {
        let subject = VoteSubject.notarize(parentView: header.parentView, block: header.digest)
        return cluster.vote(subject, in: header.view, by: 1, of: header.epoch).map {
            Proposal(header: header, vote: $0, parent: nil, skipped: [])
        }
    }
}
