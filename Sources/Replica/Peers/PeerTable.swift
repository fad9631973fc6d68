import Consensus
import Gossip
public import Primitives

/// A connected full node.
struct PeerState: Sendable {
    /// The name that agreement knows it by.
    let number: Simplex.Peer
    let link: PeerLink
    /// The last height that it said is final there; a hint.
    var finalHeight = Height(0)
    var pendingCount: UInt32 = 0
    /// Requests that it may still make, in bytes of answers.
    var budget = Budget(
        full: PeerTable.answerBudgetBytes, perSecond: PeerTable.answerBytesPerSecond)
    /// Signature checks that it may still cause.
    var checks = Budget(full: PeerTable.checkBudget, perSecond: PeerTable.checksPerSecond)
    /// Disk reads for it that are under way.
    var loadCount = 0
    /// Answers that were empty or wrong, since the last good one.
    var failureCount = 0
    /// Answers that were waited for in vain, since the last good one; no proof of anything.
    var lateCount = 0
    /// When it last brought a transaction or a block that was new and good.
    var lastTransaction = Instant(0)
    var lastBlock = Instant(0)
}

/// What a connected full node told and did, for whoever plans connections.
public struct PeerStanding: Hashable, Sendable {
    /// The last height that it said is final there; a hint.
    public let finalHeight: Height
    /// When it last brought a transaction or a block that was new and good; zero for never.
    public let lastTransaction: Instant
    public let lastBlock: Instant
}

/// The connected full nodes.
struct PeerTable: Sendable {
    static let limit = 256
    /// - Unit: bytes.
    static let answerBudgetBytes: UInt64 = 32 << 20
    static let answerBytesPerSecond: UInt64 = 16 << 20
    /// - Unit: signatures.
    static let checkBudget: UInt64 = 65_536
    static let checksPerSecond: UInt64 = 16_384
    /// Disk reads for one peer at once.
    static let loadLimit = 2
    /// After so many failed answers in a row a peer is let go.
    static let failureLimit = 5

    /// In ascending order.
    private(set) var names: [PeerName] = []
    /// Beside their names.
    private var states: [PeerState] = []
    private var namesByNumber: [Simplex.Peer: PeerName] = [:]
    private var numberCount: UInt64 = 0

    subscript(name: PeerName) -> PeerState? { place(of: name).map { states[$0] } }

    func contains(_ name: PeerName) -> Bool { place(of: name) != nil }

    private func place(of name: PeerName) -> Int? { names.indexInOrder(of: name) }

    func name(of number: Simplex.Peer) -> PeerName? { namesByNumber[number] }

    /// Adds a peer; `nil` when it is there already or the table is full.
    mutating func add(_ name: PeerName, _ link: PeerLink) -> Simplex.Peer? {
        guard !contains(name), names.count < Self.limit else { return nil }
        numberCount += 1
        let number = Simplex.Peer(numberCount)
        namesByNumber[number] = name
        let place = names.placeInOrder(of: name)
        names.insert(name, at: place)
        states.insert(PeerState(number: number, link: link), at: place)
        return number
    }

    mutating func remove(_ name: PeerName) -> Simplex.Peer? {
        guard let place = place(of: name) else { return nil }
        let number = states.remove(at: place).number
        names.remove(at: place)
        namesByNumber[number] = nil
        return number
    }

    mutating func update(_ name: PeerName, _ change: (inout PeerState) -> Void) {
        guard let place = place(of: name) else { return }
        change(&states[place])
    }

    /// The highest final height that any peer claims.
    var claimedHeight: Height { states.map(\.finalHeight).max() ?? Height(0) }
}

/// An allowance that fills up again with time.
struct Budget: Hashable, Sendable {
    private let full: UInt64
    private let perSecond: UInt64
    private var left: UInt64
    private var filledAt = Instant(0)

    init(full: UInt64, perSecond: UInt64) {
        self.full = full
        self.perSecond = perSecond
        left = full
    }

    /// Takes an amount, if it is there.
    mutating func take(_ amount: UInt64, now: Instant) -> Bool {
        let elapsed = now.milliseconds(since: filledAt)
        if elapsed > 0 {
            let (gain, overflow) = elapsed.multipliedReportingOverflow(by: perSecond)
            let filled = left.addingReportingOverflow(overflow ? full : gain / 1_000)
            left = filled.overflow ? full : min(full, filled.partialValue)
            filledAt = now
        }
        guard amount <= left else { return false }
        left -= amount
        return true
    }
}
