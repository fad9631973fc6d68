import Consensus
import Primitives
import Replica
import Wire

/// Claims to have a final chain far longer than it is, then a shorter one; and of its epoch, views
/// that nobody has come to, and that it hears nobody.
struct Liar: Traitor {
    mutating func twist(
        _ effect: Replica.Effect, _ tools: inout TraitorTools
    ) -> [Replica.Effect] {
        switch effect {
        case .send(let names, .status, let frame):
            guard let status = try? StatusMessage(wire: frame) else { return [effect] }
            let claim = StatusMessage(
                chain: status.chain, epoch: status.epoch,
                finalHeight: status.finalHeight.adding(tools.dice.below(1_000_000)),
                pendingCount: status.pendingCount)
            return [.send(names, .status, frame: claim.wire)]
        case .send(let names, .consensus, let frame):
            guard case .status(let status)? = try? ConsensusFrame(wire: frame).message else {
                return [effect]
            }
            let claim = ConsensusMessage.status(lie(status, tools.peers.count + 1, &tools.dice))
            return [.send(names, .consensus, frame: ConsensusFrame(claim).wire)]
        default: return [effect]
        }
    }

    private func lie(
        _ status: EpochStatus, _ seatCount: Int, _ dice: inout Dice
    ) -> EpochStatus {
        var unheard = SeatSet()
        for seat in 0..<seatCount where dice.below(2) == 0 {
            unheard.insert(Seat(UInt32(seat)))
        }
        switch dice.below(4) {
        case 0:  // Far ahead, with finality or without.
            let view = status.view.adding(dice.below(1_000_000))
            return EpochStatus(
                epoch: status.epoch, view: view,
                finalizedView: dice.below(2) == 0 ? view : status.finalizedView,
                finalizedHeight: status.finalizedHeight.adding(dice.below(1_000_000)),
                unheard: unheard)
        case 1:  // At the beginning.
            return EpochStatus(
                epoch: status.epoch, view: View(1), finalizedView: View(0),
                finalizedHeight: Height(0), unheard: unheard)
        case 2:  // In an epoch that has not begun.
            return EpochStatus(
                epoch: Epoch(status.epoch.number + 1 + dice.below(1_000)), view: status.view,
                finalizedView: status.finalizedView, finalizedHeight: status.finalizedHeight)
        default:
            return EpochStatus(
                epoch: status.epoch, view: status.view, finalizedView: status.finalizedView,
                finalizedHeight: status.finalizedHeight, unheard: unheard)
        }
    }
}
