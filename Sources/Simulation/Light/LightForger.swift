import Chain
import Consensus
import Ledger
import LightClient
import Primitives
import StateTree
import Wire

/// What a full node that betrays light nodes makes of an honest answer.
///
/// - Source: attack 54; rules N1 to N6.
struct LightForger: Sendable {
    let key: SigningKey
    /// Keys of others that it signs with as well.
    let stolen: [SigningKey]
    /// Who really votes.
    let set: ValidatorSet
    let chain: Digest
    let scheme: SignatureScheme

    /// A forgery with the keys of others, under the newest head that an honest node would show; `nil`
    /// when nothing can be made of the question.
    func forgeWithStolenKeys(
        _ request: LightRequest, _ head: FinalizedHeader, _ dice: inout Dice
    ) -> LightResponse? {
        switch request {
        case .head:
            .head(
                dice.below(2) == 0 ? beside(head) : invented(in: head.header.epoch.next.next, head))
        case .update(_, let epoch):
            .update(
                EpochUpdate(
                    to: invented(in: epoch, head), from: set, set: ownSet, next: ownSet))
        case .ancestor, .submit, .leaf, .journal, .block, .status: nil
        }
    }

    /// Another block at the same height.
    private func beside(_ head: FinalizedHeader) -> FinalizedHeader {
        var header = head.header
        header.transactionsRoot = header.parent
        return signed(header, as: set) ?? head
    }

    /// A newer block of an epoch in which only the thieves vote.
    private func invented(in epoch: Epoch, _ head: FinalizedHeader) -> FinalizedHeader {
        var header = head.header
        (header.epoch, header.height, header.time) = (
            epoch, header.height.next, header.time.next
        )
        (header.validatorSet, header.nextValidatorSet) = (ownSet.digest, ownSet.digest)
        return signed(header, as: ownSet) ?? head
    }

    private var ownSet: ValidatorSet {
        ValidatorSet(
            stolen.map { Validator(key: $0.publicKey, weight: 10) }.sorted { $0.key < $1.key })
            ?? set
    }

    /// By all stolen keys that have a seat.
    private func signed(_ header: BlockHeader, as set: ValidatorSet) -> FinalizedHeader? {
        let subject = VoteSubject.finalize(
            parentView: header.parentView, block: header.digest, stateRoot: header.parentStateRoot)
        let votes = stolen.compactMap { key in
            set.seat(of: key.publicKey).map {
                subject.vote(
                    by: key, at: $0, in: header.view, of: header.epoch, on: chain, scheme)
            }
        }
        let certificate = Certificate(
            epoch: header.epoch, view: header.view, subject: subject, votes: votes,
            memberCount: set.count)
        return Finalization(certificate).map { FinalizedHeader(header: header, finalization: $0) }
    }

    func forge(_ response: LightResponse, _ dice: inout Dice) -> LightResponse {
        switch response {
        case .head(let head):
            switch dice.below(4) {
            case 0: return .head(withOtherState(head))
            case 1: return .head(signedByUs(head))
            case 2: return .head(fromFuture(head))
            default: return .refused(.unknown)
            }
        case .update(let update):
            // A set of our own, in place of the one that the header names.
            guard let own = ValidatorSet([Validator(key: key.publicKey, weight: 1)]) else {
                return response
            }
            return .update(
                EpochUpdate(
                    to: signedByUs(update.target, alone: true), from: own, set: own, next: own))
        case .ancestor(let historic):
            var header = historic.header
            header.time = header.time.next
            return .ancestor(HistoricHeader(header: header, path: historic.path))
        case .leaf(let leaf): return .leaf(forge(leaf, &dice))
        case .journal(let page): return .journal(forge(page, &dice))
        case .block(let served): return .block(forge(served, &dice))
        case .status(.included(let included)): return .status(.included(forge(included)))
        case .submitted, .status, .refused: return response
        }
    }

    /// Another balance, none, one under a header of our own, or that of somebody else.
    private func forge(_ leaf: LeafProof, _ dice: inout Dice) -> LeafProof {
        let key = leaf.proof.key
        let path = [Digest](repeating: leaf.finalized.stateRoot, count: leaf.proof.depth)
        switch (dice.below(4), leaf.proof.end) {
        case (0, .value(let value)):
            guard var balance = try? BalanceLeaf(wire: value) else { break }
            balance.amount = Amount(minorUnits: balance.amount.minorUnits + 1)
            return LeafProof(
                finalized: leaf.finalized, proof: proof(leaf, ending: .value(balance.wire)))
        case (1, _): return LeafProof(finalized: leaf.finalized, proof: proof(leaf, ending: .empty))
        case (2, .value(let value)):
            let other = LeafKey(leaf.finalized.block.bytes)
            return LeafProof(
                finalized: leaf.finalized, proof: proof(leaf, ending: .other(other, value: value)))
        default: break
        }
        return LeafProof(
            finalized: withOtherState(leaf.finalized),
            proof: StateProof(key: key, end: leaf.proof.end, path: path))
    }

    /// The same path to something else.
    private func proof(_ leaf: LeafProof, ending end: StateProof.End) -> StateProof {
        var siblings = leaf.proof.siblings[...]
        let path = (0..<leaf.proof.depth).map { depth in
            leaf.proof.bitmap[depth / 8] & (0x80 >> UInt8(depth % 8)) == 0
                ? Digest.zero : siblings.popFirst() ?? .zero
        }
        return StateProof(key: leaf.proof.key, end: end, path: path)
    }

    /// A history with an event left out, changed, doubled, or out of its order.
    private func forge(_ page: JournalPage, _ dice: inout Dice) -> JournalPage {
        guard let last = page.events.last else { return page }
        var events = page.events
        switch dice.below(4) {
        case 0: events[events.count / 2] = JournalEvent(event: [0], height: last.height)
        case 1: events[events.count - 1] = JournalEvent(event: last.event, height: last.height.next)
        case 2: events.append(last)
        default:
            events = events.count > 1 ? events.reversed() : [last, last]
        }
        return JournalPage(first: page.first, events: events)
    }

    /// A block without its last transaction, or of another time.
    private func forge(_ served: ServedBlock, _ dice: inout Dice) -> ServedBlock {
        guard let block = try? Block(wire: served.block) else { return served }
        var header = block.header
        var body = block.body
        if dice.below(2) == 0, !body.transactions.isEmpty {
            body = BlockBody(
                transactions: body.transactions.dropLast(),
                nullifications: body.nullifications, evidence: body.evidence)
        } else {
            header.time = header.time.next
        }
        // Another header has no certificate; its ancestry is forged when it is asked for.
        return ServedBlock(
            block: Block(header: header, body: body).wire,
            finalized: header == block.header ? served.finalized : nil)
    }

    /// The path of another place.
    private func forge(_ included: IncludedTransaction) -> IncludedTransaction {
        var siblings = included.path.siblings
        siblings.append(included.header.parent)
        return IncludedTransaction(
            header: included.header,
            path: MerklePath(
                index: included.path.index, count: included.path.count, siblings: siblings),
            receipt: included.receipt, receiptPath: included.receiptPath)
    }

    /// The header of another state under a real certificate.
    private func withOtherState(_ head: FinalizedHeader) -> FinalizedHeader {
        var header = head.header
        header.parentStateRoot = header.transactionsRoot
        return FinalizedHeader(header: header, finalization: head.finalization)
    }

    private func fromFuture(_ head: FinalizedHeader) -> FinalizedHeader {
        var header = head.header
        header.height = header.height.adding(1_000)
        header.time = header.time.adding(3_600_000)
        return signedByUs(FinalizedHeader(header: header, finalization: head.finalization))
    }

    /// A certificate with our signature in everybody's name, or in that of a set of our own.
    private func signedByUs(_ head: FinalizedHeader, alone: Bool = false) -> FinalizedHeader {
        let old = head.finalization.certificate
        let subject = VoteSubject.finalize(
            parentView: head.header.parentView, block: head.header.digest, stateRoot: .zero)
        let votes = (alone ? [Seat(0)] : old.signers).map {
            subject.vote(by: key, at: $0, in: old.view, of: old.epoch, on: chain, scheme)
        }
        let certificate = Certificate(
            epoch: old.epoch, view: old.view, subject: subject, votes: votes,
            memberCount: alone ? 1 : old.bitmap.count * 8)
        guard let finalization = Finalization(certificate) else { return head }
        return FinalizedHeader(header: head.header, finalization: finalization)
    }
}
