/// What wallets do besides paying each other one by one; all of it is off unless it is asked for.
public struct Workload: Hashable, Sendable {
    /// The n-th wallet is paid an n-th as often as the first (Zipf's law).
    public var isSkewed = false
    /// Shares in thousandths: of payments, that go to one merchant.
    public var merchantPerMille: UInt64 = 0
    /// Of payments, that are signed twice with one sequence and handed to two nodes.
    public var doubleSpendPerMille: UInt64 = 0
    /// Of payments, in whose stead a wallet tells the history of a thing.
    public var itemPerMille: UInt64 = 0
    /// Of payments, at which everybody else pays too.
    public var burstPerMille: UInt64 = 0
    /// Of payments, after which nobody pays for a while.
    public var restPerMille: UInt64 = 0
    /// The longest such while.
    ///
    /// - Unit: milliseconds.
    public var restMilliseconds: UInt64 = 15_000

    public init() {}

    init(drawnBy dice: inout Dice) {
        self.init()
        isSkewed = dice.below(2) == 0
        if dice.below(3) == 0 { merchantPerMille = dice.below(700) }
        if dice.below(3) == 0 { doubleSpendPerMille = dice.below(200) }
        if dice.below(3) == 0 { itemPerMille = dice.below(500) }
        if dice.below(4) == 0 { burstPerMille = dice.below(60) }
        if dice.below(4) == 0 { restPerMille = dice.below(30) }
    }
}
