import Chain
import Ledger
import Primitives
import Testing
import Trade
import Wire

extension WalkTests.Walk {
    /// What somebody might do with the papers of an order; mostly what its state waits for.
    mutating func clearanceMoves(
        _ deal: Deal, in net: TradeNetwork
    ) throws -> [TradeNetwork.Move] {
        let clearance = try? net.clearance(deal.id)
        let state = clearance?.state ?? .open
        var papers = Self.papers(deal, round: clearance?.round ?? 1)
        var moves: [TradeNetwork.Move] = []
        switch state {
        case .open:
            let missing = MatchDocumentKind.allCases.filter { clearance?.isSealed($0) != true }
            if let kind = missing.randomElement(using: &random) {
                moves = [TradeNetwork.Move](repeating: try papers.sealing(kind), count: 4)
            }
        case .sealed:
            let missing = MatchDocumentKind.allCases.filter { clearance?.isOpened($0) != true }
            if let kind = missing.randomElement(using: &random) {
                moves = [TradeNetwork.Move](repeating: try papers.opening(kind), count: 4)
            }
        case .rejected:
            papers = Self.papers(deal, round: papers.round + 1)
            let kind = MatchDocumentKind.allCases.randomElement(using: &random) ?? .order
            moves = [TradeNetwork.Move](repeating: try papers.amending(kind), count: 4)
        case .matched: moves = [.init(.agent, [papers.declare()])]
        case .declared:
            moves = ([120, 120, 120, 100] as [UInt32]).map { .init(.customs, [papers.rule($0)]) }
        case .accepted, .review, .inspection, .held:
            moves = ([300, 399, 500, 501, 503, 700, 800, 800, 800] as [UInt32]).map {
                .init(.customs, [papers.rule($0)])
            }
        case .released: moves = [.init(.customs, [papers.rule(899)])]
        case .closed, .exported, .cancelled: break
        }
        // And what comes at the wrong moment, or of the wrong round.
        let status =
            ([100, 120, 399, 700, 800, 899] as [UInt32]).randomElement(using: &random) ?? 120
        moves += [
            .init(.stranger, [papers.timeOut]), .init(.customs, [papers.rule(status)]),
        ]
        if chance(4) { moves.append(try papers.sealing(.order)) }
        if chance(8) { moves.append(.init(.agent, [papers.cancel])) }
        return moves
    }

    /// The papers of a round; those of some first rounds have a fault.
    private static func papers(_ deal: Deal, round: UInt32) -> ClearanceCase {
        var papers = ClearanceCase(deal)
        papers.round = round
        if round == 1, deal.id.bytes[0].isMultiple(of: 3) {
            papers.documents.payment = papers.documents.payment.setting(
                .paid, to: Array("450.01".utf8))
        }
        return papers
    }
}
