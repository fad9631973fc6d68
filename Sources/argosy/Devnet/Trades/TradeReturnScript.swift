import Chain
import Documents
import Ledger
import Primitives
import Trade

/// Goods of a trade that come back.
struct TradeReturnScript: Sendable {
    private let script: TradeScript
    private let id: Digest
    private let index: UInt32
    private let lines: [ReturnLine]

    init(_ script: TradeScript, index: UInt32, _ lines: [ReturnLine]) {
        self.script = script
        self.index = index
        self.lines = lines
        id = Return.id(order: script.id, index: index)
    }

    private var cast: TradeParties.Cast { script.cast }

    /// From the buyer's request to the money and the duty back.
    func play() async throws {
        let isWrong = script.trade.course == .wrongGoods
        let request = RequestReturn(
            order: script.id, lines: lines, reason: isWrong ? .wrongItem : .defect)
        try await script.send(
            cast.buyer, .requestReturn(request), also: index == 1 ? [script.unpacking] : [])
        // Two signatures have shown already that the seller packed other goods.
        if !isWrong {
            try await script.send(
                cast.seller,
                .authoriseReturn(AuthoriseReturn(returned: id, sellerPays: true)))
        }
        try await script.send(
            cast.buyer, .shipBack(ShipBack(returned: id, way: way)), with: [cast.second],
            also: items(from: cast.buyer, to: cast.second))
        try await finish(isFiled: script.hasDuty)
    }

    /// From the carrier of the way back to the end.
    func finish(isFiled: Bool) async throws {
        if isFiled { try await file() }
        try await script.send(
            cast.warehouse,
            .receiveReturn(
                ReceiveReturn(
                    returned: id, carrier: cast.second.account, weight: weight,
                    contents: contents)),
            with: [cast.second], also: items(from: cast.second, to: cast.warehouse))
        try await script.send(
            cast.warehouse,
            .inspectReturn(
                InspectReturn(
                    returned: id, worth: .whole,
                    report: script.goods.boxEvent("inspecting", "conformant", at: script.now))))
        // A lock refunds by itself; what the seller has he must pay.
        if script.trade.mode != .locked {
            try await script.send(cast.seller, .refundReturn(RefundReturn(returned: id)))
        }
        if isFiled {
            try await script.send(cast.customs, .acceptReturn(AcceptReturn(returned: id)))
        }
    }

    private func file() async throws {
        let list = script.goods.returnList(lines, at: script.now)
        try await script.send(
            cast.agent,
            .fileReturn(
                FileReturn(returned: id, declaration: AttachmentReference(to: list).hash)),
            attachments: [list])
    }

    // MARK: What comes back

    private var isWhole: Bool {
        lines.count == script.trade.lines.count
            && zip(lines, script.trade.lines).allSatisfy { $0.quantity == $1.quantity }
    }

    private var contents: Digest {
        isWhole
            ? script.goods.contents
            : TradeGoods.contents(lines.map { script.goods.lots[Int($0.line)].key })
    }

    private var weight: UInt64 {
        isWhole ? script.weight : 500 + 100 * lines.reduce(0) { $0 + $1.quantity }
    }

    private var way: ReturnWay {
        ReturnWay(carrier: cast.second.account, weight: weight, contents: contents)
    }

    /// Lots of which everything has come back now.
    private var wholeLots: [Digest] {
        lines.compactMap { line in
            let place = Int(line.line)
            let sum = script.trade.returns.prefix(Int(index)).joined()
                .filter { $0.line == line.line }.reduce(0) { $0 + $1.quantity }
            let isOver =
                script.trade.returns.isEmpty || sum == script.trade.lines[place].quantity
            return isOver ? script.goods.lots[place].key : nil
        }.sorted()
    }

    /// Hands over what is followed: the box, or the lots that come back as a whole.
    private func items(from giver: SigningKey, to receiver: SigningKey) -> [Action] {
        let things = script.trade.course.goesBackUnopened ? [script.goods.box.key] : wholeLots
        guard !things.isEmpty else { return [] }
        let event = script.goods.boxEvent("shipping", "returned", at: script.now)
        return [
            Action(
                .handOverItems(
                    HandOverItems(event: event, items: things, receiver: receiver.account)),
                from: giver.account == cast.buyer.account ? nil : giver.account)
        ]
    }
}
