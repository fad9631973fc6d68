import Chain
import Ledger
import Primitives
import Wire

/// The keys, accounts and the genesis document of a simulated network.
struct Founding: Sendable {
    static let time = Timestamp(1_700_000_002_000)

    let voteKeys: [SigningKey]
    /// Of the accounts that govern for a validator.
    let operatorKeys: [SigningKey]
    let walletKeys: [SigningKey]
    let asset: AssetID
    let genesis: Genesis
    let founded: GenesisState

    /// Each seed has a chain of its own, and so another order of leaders.
    init(_ scenario: Scenario, seed: UInt64) {
        let keyCount = scenario.givesFollowersKeys ? scenario.nodeCount : scenario.weights.count
        voteKeys = (0..<keyCount).map { Self.key("vote", $0) }
        let operators = (0..<keyCount).map { Self.key("operator", $0) }
        operatorKeys = operators
        walletKeys = (0..<scenario.accountCount).map { Self.key("wallet", $0) }
        let issuer = Self.key("issuer", 0)
        guard let code = AssetCode("GBP") else { preconditionFailure("GBP is a code") }
        let asset = AssetID(issuer: AccountID(issuer.publicKey), code: code)
        self.asset = asset
        let keys = voteKeys
        let validators = scenario.weights.indices.map { index in
            Self.record(index, keys, operators, weight: scenario.weights[index])
        }
        genesis = Genesis(
            network: .local, time: Self.time,
            validators: validators.sorted { $0.key < $1.key },
            assets: [
                Genesis.CreateAssetRecord(
                    issuer: AccountID(issuer.publicKey), code: code, decimals: 2, powers: [.mint])
            ],
            endowments: walletKeys.map { key in
                Endowment(
                    account: AccountID(key.publicKey), asset: asset,
                    amount: Amount(minorUnits: 1_000_000_000 + seed % 1_000_000))
            },
            parameters: Parameters(
                epochLength: scenario.epochLength, receiptTerm: 1_000,
                feeList: [
                    FeeListEntry(asset: asset, price: 1_000, deposit: Amount(minorUnits: 5))
                ]))
        do throws(GenesisError) {
            founded = try GenesisState(genesis)
        } catch { preconditionFailure("the simulator founds valid networks: \(error)") }
    }

    private static func record(
        _ index: Int, _ keys: [SigningKey], _ operators: [SigningKey], weight: UInt64
    ) -> ValidatorRecord {
        ValidatorRecord(
            key: keys[index].publicKey, weight: weight,
            account: AccountID(operators[index].publicKey), name: "merchant \(index)",
            pledge: chain(of: index).pledge)
    }

    /// What names a node as a validator of this weight.
    func record(of node: Int, weight: UInt64) -> ValidatorRecord {
        Self.record(node, voteKeys, operatorKeys, weight: weight)
    }

    /// Chains of the first vote keys, which are the same in every network.
    private static let chains = (0..<32).map { RevealChain(key("vote", $0)) }

    static func chain(of index: Int) -> RevealChain {
        chains.indices.contains(index) ? chains[index] : RevealChain(key("vote", index))
    }

    /// The chain of a vote key of this network.
    func reveals(of key: SigningKey?) -> RevealChain? {
        voteKeys.firstIndex { $0.publicKey == key?.publicKey }.map { Self.chain(of: $0) }
    }

    private static func key(_ purpose: StaticString, _ index: Int) -> SigningKey {
        let text = Array("\(purpose) \(index)".utf8)
        return SigningKey(seed: Digest(hashing: text, in: .seed).bytes)
    }

    /// The seat of a vote key in the founding set.
    func seat(of key: PublicKey) -> Seat? { set.seat(of: key) }

    /// The validators of all epochs.
    var set: ValidatorSet {
        guard let roster = Roster(genesis.validators) else {
            preconditionFailure("the founding validators are a set")
        }
        return roster.set
    }
}
