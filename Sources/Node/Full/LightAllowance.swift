import LightClient
import Primitives
import Transport

/// What light peers may still ask of this node; it fills up again with time.
///
/// - Unit: points. A request costs one, each transaction handed in one (a signature check, about),
///   and each begun 4 KiB of an answer one.
/// - Source: specification N44.
struct LightAllowance: Sendable {
    /// What a peer may ask at once.
    static let fullPoints = 16_384
    /// - Unit: points a second; of answers that is 16 MiB.
    static let pointsPerSecond = 4_096
    static let answerBytesPerPoint = 4_096
    /// Peers that are remembered; a light peer that connects again is no new one.
    static let peerLimit = 256

    private struct Account: Sendable {
        var points: Int
        var filledAt: Instant
    }

    private var accounts: [PeerID: Account] = [:]

    /// Takes the price of a request.
    ///
    /// - Returns: `false` when the peer has used up its points; then nothing is taken.
    mutating func admit(_ request: LightRequest, of peer: PeerID, now: Instant) -> Bool {
        var account = filled(peer, now)
        let price = Self.price(of: request)
        guard account.points >= price else { return false }
        account.points -= price
        keep(account, of: peer)
        return true
    }

    /// Takes the price of an answer, after the fact; the next requests wait for it.
    mutating func charge(answerByteCount: Int, of peer: PeerID, now: Instant) {
        var account = filled(peer, now)
        let steps = (answerByteCount + Self.answerBytesPerPoint - 1) / Self.answerBytesPerPoint
        account.points = max(-Self.fullPoints, account.points - steps)
        keep(account, of: peer)
    }

    private static func price(of request: LightRequest) -> Int {
        switch request {
        case .submit(let list): 1 + list.count
        case .head, .update, .leaf, .journal, .block, .status, .ancestor: 1
        }
    }

    private func filled(_ peer: PeerID, _ now: Instant) -> Account {
        guard var account = accounts[peer] else {
            return Account(points: Self.fullPoints, filledAt: now)
        }
        let milliseconds = Int(clamping: now.milliseconds(since: account.filledAt))
        let gain = min(milliseconds, 3_600_000) * Self.pointsPerSecond / 1_000
        if gain > 0 {
            account.points = min(Self.fullPoints, account.points + gain)
            account.filledAt = now
        }
        return account
    }

    private mutating func keep(_ account: Account, of peer: PeerID) {
        if accounts[peer] == nil, accounts.count >= Self.peerLimit {
            // Whoever asked longest ago has its points back by now.
            let idle = accounts.min { $0.value.filledAt < $1.value.filledAt }
            if let idle { accounts[idle.key] = nil }
        }
        accounts[peer] = account
    }
}
