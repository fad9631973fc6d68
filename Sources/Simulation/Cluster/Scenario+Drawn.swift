import Consensus
import Primitives

extension Scenario {
    /// A network for a campaign.
    init(drawnBy dice: inout Dice, _ size: Campaign.Size) {
        let count = 4 + dice.index(of: size.validatorLimit - 3)
        self.init(validators: count)
        accountCount = size.accountCount
        if dice.below(2) == 0 { weights = (0..<count).map { _ in 5 + dice.below(10) } }
        followerCount = dice.index(of: 2)
        if dice.below(2) == 0 { epochLength = 4 + dice.below(40) }
        clockOffsetMilliseconds = dice.below(2) == 0 ? 0 : dice.below(200)
        clockDriftMillionths = dice.below(2) == 0 ? 0 : dice.below(50_000)
        paymentsPerSecond =
            dice.below(4) == 0 ? size.paymentFloor : 1 + dice.below(size.paymentLimit)
        workload = Workload(drawnBy: &dice)
        lightCount = dice.index(of: 2)
        faults = NetworkFaults(drawnBy: &dice)
        addTraitors(&dice)
        if followerCount > 0, epochLength < 1_000, dice.below(2) == 0 {
            (changesValidators, givesFollowersKeys) = (true, true)
        }
        // Real signatures take a hundred times as long.
        if dice.below(20) == 0 { scheme = .ed25519 }
    }

    /// Traitors, twins, disks that lie and nodes with old rules together weigh less than a third.
    private mutating func addTraitors(_ dice: inout Dice) {
        let total = weights.reduce(0, +)
        var betrayed: UInt64 = 0
        func takes(_ node: Int) -> Bool {
            guard 3 * (betrayed + weights[node]) < total else { return false }
            betrayed += weights[node]
            return true
        }
        if dice.below(2) == 0 {
            let kinds = TraitorKind.active(lightCount: lightCount)
            for _ in 0..<2 {
                let node = dice.index(of: weights.count)
                let kind = kinds[dice.index(of: kinds.count)]
                if traitors[node] == nil, takes(node) { traitors[node] = kind }
            }
        }
        let node = dice.index(of: weights.count)
        guard traitors[node] == nil else { return }
        switch dice.below(12) {
        case 0: if takes(node) { lyingDisks = [node] }
        case 1: if takes(node) { protocolNumbers = [node: 0] }
        case 2: if followerCount > 0, takes(node) { twins = [weights.count: node] }
        default: break
        }
    }
}

extension NetworkFaults {
    init(drawnBy dice: inout Dice) {
        self.init()
        guard dice.below(3) > 0 else { return }
        let isBad = dice.below(8) == 0
        lossPerMille = dice.below(isBad ? 300 : 150)
        duplicationPerMille = dice.below(isBad ? 500 : 200)
        reorderPerMille = dice.below(200)
        reorderMilliseconds = 50 + dice.below(500)
        spreadPerMille = dice.below(300)
        if dice.below(4) == 0 { corruptionPerMillion = dice.below(1_000) }
        // From one to sixteen million bits in a second.
        if dice.below(4) == 0 { uplinkBytesPerMillisecond = 125 + dice.below(2_000) }
    }
}
