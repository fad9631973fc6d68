import Chain
import Ledger
import Primitives
import Trade

/// Who takes part in the trades of a local network besides the buyers.
///
/// One authority says who has which role, and every order accepts its word. There are several of each,
/// so that no account holds the others up.
struct TradeParties: Sendable {
    /// Parties of each role.
    static let count = 4
    /// What each of them may put down.
    static let money = Amount(minorUnits: 1_000_000_000_00)

    let authority: SigningKey
    /// Where duty goes.
    let treasury: SigningKey
    let sellers: [SigningKey]
    let carriers: [SigningKey]
    let customs: [SigningKey]
    let inspectors: [SigningKey]
    let warehouses: [SigningKey]
    let agents: [SigningKey]
    /// Say who paid what.
    let attesters: [SigningKey]
    /// Say that deadlines are over; they have no part in any order.
    let bystanders: [SigningKey]

    /// Draws fresh keys.
    init(_ fresh: () -> SigningKey) {
        func several() -> [SigningKey] { (0..<Self.count).map { _ in fresh() } }
        authority = fresh()
        treasury = fresh()
        sellers = several()
        carriers = several()
        customs = several()
        inspectors = several()
        warehouses = several()
        agents = several()
        attesters = several()
        bystanders = several()
    }

    /// Everybody who sends transactions.
    var all: [SigningKey] {
        [authority] + sellers + carriers + customs + inspectors + warehouses + agents + attesters
            + bystanders
    }

    /// Who has which role by the word of the authority.
    private var roles: [(role: Trade.Role, keys: [SigningKey])] {
        [
            (.carrier, carriers), (.customs, customs), (.inspector, inspectors),
            (.warehouse, warehouses), (.agent, agents), (.paymentAttester, attesters),
        ]
    }

    /// What the authority says before the first order, one transaction a list.
    var attestations: [[Action]] {
        let all = roles.flatMap { role, keys in
            keys.map { key in
                Action(.attest(Attest(subject: AccountID(key.publicKey), role: role)))
            }
        }
        return stride(from: 0, to: all.count, by: Body.actionLimit).map {
            Array(all[$0..<min($0 + Body.actionLimit, all.count)])
        }
    }

    /// The authority, for every role.
    var accepted: [Acceptance] {
        roles.sorted { $0.role.rawValue < $1.role.rawValue }.map {
            Acceptance(role: $0.role, attester: AccountID(authority.publicKey))
        }
    }

    func endowments(currency: AssetID, fee: AssetID, feeMoney: Amount) -> [Endowment] {
        all.flatMap { key in
            [
                Endowment(account: AccountID(key.publicKey), asset: currency, amount: Self.money),
                Endowment(account: AccountID(key.publicKey), asset: fee, amount: feeMoney),
            ]
        }
    }

    /// Who plays in the trade of a number.
    func cast(_ number: Int, buyer: SigningKey) -> Cast {
        let place = number % Self.count
        return Cast(
            buyer: buyer, seller: sellers[place], first: carriers[place],
            second: carriers[(place + 1 + number / Self.count % (Self.count - 1)) % Self.count],
            customs: customs[place], inspector: inspectors[place], warehouse: warehouses[place],
            agent: agents[place], attester: attesters[place], bystander: bystanders[place])
    }

    /// The parties of one trade.
    struct Cast: Sendable {
        let buyer: SigningKey
        let seller: SigningKey
        /// The custodians of the two legs.
        let first: SigningKey
        let second: SigningKey
        let customs: SigningKey
        let inspector: SigningKey
        let warehouse: SigningKey
        let agent: SigningKey
        let attester: SigningKey
        let bystander: SigningKey
    }
}

extension SigningKey {
    var account: AccountID { AccountID(publicKey) }
}
