import Consensus
import Primitives
import Wire

/// Sees everything at once, and notes what must never be (`consensus.md` 4.2, I1 to I7).
struct Checker {
    private var finalByView: [View: VoteSubject] = [:]
    private var blockByHeight: [Height: Digest] = [:]
    private var notarized: [View: VoteSubject] = [:]
    private var nullified: Set<View> = []
    private var durable: [Int: Set<Vote>] = [:]
    private var votes: [Vote: Int] = [:]
    private var subjects: [VoteKey: VoteSubject] = [:]
    private(set) var violations: [String] = []
    private(set) var finalCount = 0
    private var newest: Finalization?

    private struct VoteKey: Hashable {
        let seat: Int
        let view: View
        let kind: VoteKind
    }

    mutating func persisted(_ records: [VoteRecord], by index: Int) {
        for record in records {
            switch record {
            case .voted(let vote): durable[index, default: []].insert(vote)
            case .proposed(let proposal): durable[index, default: []].insert(proposal.vote)
            case .certified(let certificate): seen(certificate)
            case .accepted, .rejected: break
            }
        }
    }

    /// An honest node sends: its own votes must be on disk (I7) and never contradict (I6).
    mutating func sent(_ message: ConsensusMessage, by index: Int) {
        let vote: Vote
        switch message {
        case .vote(let own): vote = own
        case .proposal(let proposal): vote = proposal.vote
        case .certificates, .status, .request, .relay: return
        }
        guard Int(vote.seat.index) == index else { return }
        if durable[index]?.contains(vote) != true {
            violations.append("I7: \(index) sent a vote that is not on disk, view \(vote.view)")
        }
        let key = VoteKey(seat: index, view: vote.view, kind: vote.kind)
        if let earlier = subjects[key], earlier != vote.subject {
            violations.append("I6: \(index) voted twice in view \(vote.view)")
        }
        subjects[key] = vote.subject
        let opposite: VoteKind? =
            switch vote.kind {
            case .nullify: .finalize
            case .finalize: .nullify
            case .notarize: nil
            }
        if let opposite,
            subjects[VoteKey(seat: index, view: vote.view, kind: opposite)] != nil
        {
            violations.append("I6: \(index) nullified and finalized view \(vote.view)")
        }
    }

    mutating func seen(_ message: ConsensusMessage) {
        switch message {
        case .certificates(let batch): for certificate in batch.certificates { seen(certificate) }
        case .proposal, .relay:
            if let parent = message.proposal?.parent { seen(parent) }
            for certificate in message.proposal?.skipped ?? [] { seen(certificate) }
        case .vote, .status, .request: break
        }
    }

    /// A certificate exists: it must fit all others (I2, I3, I4).
    private mutating func seen(_ certificate: Certificate) {
        let view = certificate.view
        switch certificate.subject {
        case .notarize:
            if let other = notarized[view], other != certificate.subject {
                violations.append("I3: two notarizations in view \(view)")
            }
            notarized[view] = certificate.subject
        case .nullify: nullified.insert(view)
        case .finalize:
            if let other = finalByView[view], other != certificate.subject {
                violations.append("I1: two finalizations in view \(view)")
            }
            finalByView[view] = certificate.subject
        }
        if finalByView[view] != nil, nullified.contains(view) {
            violations.append("I2: view \(view) is final and nullified")
        }
        if let final = finalByView[view], let other = notarized[view], final.block != other.block {
            violations.append("I4: view \(view) is final with another block than notarized")
        }
    }

    /// A node finalized: its chain and all others' are prefixes of one (I1, I5).
    mutating func finalized(_ finalization: Finalization, headers: [Digest: BlockHeader]) {
        seen(finalization.certificate)
        var block = finalization.block
        while let header = headers[block] {
            if let known = blockByHeight[header.height] {
                if known != block {
                    violations.append("I1: two final blocks at height \(header.height)")
                }
                break
            }
            blockByHeight[header.height] = block
            finalCount += 1
            var skipped = header.parentView.next
            while skipped < header.view {
                if finalByView[skipped] != nil {
                    violations.append("I5: final view \(skipped) was skipped")
                }
                skipped = skipped.next
            }
            block = header.parent
        }
    }

    func block(at height: Height) -> Digest? { blockByHeight[height] }
}
