import Chain
import Documents
import Foundation
import Ledger
import Node
import Primitives
import Transport

/// A local network, founded afresh: homes for its merchants, keys for its buyers.
struct DevnetFounding {
    static let currencyDecimals = 2
    /// What the network's own unit of account for fees is called.
    static let feeCode = "CREDIT"
    /// What every wallet may spend on fees and deposits.
    static let feeMoney = Amount(minorUnits: 1_000_000_00)
    /// What each who is in no file may spend.
    static let handMoney = Amount(minorUnits: 1_000_00)
    /// Seconds of the ledger in one second while trades are played: an hour is six seconds.
    static let tradeClockRate: UInt64 = 600
    /// Heights of an epoch.
    static let epochLength: UInt64 = 10_000

    /// An account that somebody may put into a wallet.
    struct Hand {
        /// What it is called in the wallet.
        let name: String
        let phrase: Mnemonic
    }

    struct Merchant {
        let number: Int
        let home: Home
        /// Multiaddress with peer id.
        let address: String
    }

    let genesis: Genesis
    let merchants: [Merchant]
    /// Receives every sale.
    let merchantKey: SigningKey
    /// Accounts to trade by hand with: the merchant's, and those of people who are in no file.
    let hands: [Hand]
    /// Pays; by the number that the invoices give a customer.
    let customerKeys: [String: SigningKey]
    /// Pounds.
    let currency: AssetID
    let fee: AssetID
    /// Who else takes part in trades, when there are any.
    let parties: TradeParties?
    /// The time of the ledger; faster when trades are played.
    let clock: LedgerClock

    /// Makes keys, the genesis document and the homes.
    ///
    /// Each customer gets what it needs, so that no payment fails for want of money.
    init(
        nodes count: Int, in directory: String, spending: [String: Amount], currencyCode: String,
        trading isTrading: Bool = false
    ) async throws {
        guard let code = AssetCode(currencyCode), let feeCode = AssetCode(Self.feeCode) else {
            throw CommandError("`\(currencyCode)` is no asset code.")
        }
        func fresh() -> SigningKey { SigningKey(seed: SystemEntropy.bytes32()) }
        let issuer = AccountID(fresh().publicKey)
        let merchant = Hand(
            name: "merchant", phrase: Mnemonic(entropy: SystemEntropy.bytes32()))
        let merchantKey = try Wallet.key(of: merchant.phrase)
        let others = ["buyer", "carrier", "agent", "customs"].map {
            Hand(name: $0, phrase: Mnemonic(entropy: SystemEntropy.bytes32()))
        }
        hands = [merchant] + others
        let customerKeys = spending.mapValues { _ in fresh() }
        let parties = isTrading ? TradeParties(fresh) : nil
        let clockRate = isTrading ? Self.tradeClockRate : 1
        let nodeKeys = (0..<count).map { _ in NodeKeys.fresh() }
        let money = AssetID(issuer: issuer, code: code)
        let credit = AssetID(issuer: issuer, code: feeCode)
        (currency, fee) = (money, credit)
        let endowments =
            try Self.endowments(
                spending, keys: customerKeys, merchant: merchantKey, currency: currency, fee: fee)
            + others.flatMap { hand throws -> [Endowment] in
                let account = AccountID(try Wallet.key(of: hand.phrase).publicKey)
                return [
                    Endowment(account: account, asset: money, amount: Self.handMoney),
                    Endowment(account: account, asset: credit, amount: Self.feeMoney),
                ]
            }
            + (parties?.endowments(currency: currency, fee: fee, feeMoney: Self.feeMoney) ?? [])
        genesis = Genesis(
            network: .local,
            time: Timestamp(UInt64(Date().timeIntervalSince1970 * 1_000)),
            validators: nodeKeys.enumerated().map { index, keys in
                ValidatorRecord(
                    key: keys.vote.publicKey, weight: 100, account: AccountID(fresh().publicKey),
                    name: "merchant-\(index + 1)", pledge: RevealChain(keys.vote).pledge)
            },
            assets: [
                .init(
                    issuer: issuer, code: code, decimals: UInt32(Self.currencyDecimals),
                    powers: [.mint, .freeze]),
                .init(issuer: issuer, code: feeCode, decimals: 2, powers: []),
            ],
            endowments: endowments,
            parameters: Parameters(
                epochLength: Self.epochLength, receiptTerm: Self.epochLength * 180,
                feeList: [
                    FeeListEntry(
                        asset: fee, price: 10_000, deposit: Amount(minorUnits: 2))
                ]))
        let ports = try await FreePorts.find(count)
        let addresses = zip(nodeKeys, ports).map { keys, port in
            "/ip4/127.0.0.1/tcp/\(port)/p2p/\(PeerID(keys.identity.publicKey))"
        }
        let file = GenesisFile(genesis)
        merchants = try nodeKeys.enumerated().map { index, keys in
            let others = addresses.enumerated().filter { $0.offset != index }.map(\.element)
            let home = try Home.create(
                at: "\(directory)/node-\(index + 1)",
                configuration: Configuration(
                    role: .validator, listen: ["/ip4/127.0.0.1/tcp/\(ports[index])"],
                    bootstrap: others, clockRate: clockRate),
                genesis: file, keys: keys)
            return Merchant(number: index + 1, home: home, address: addresses[index])
        }
        clock = LedgerClock(origin: genesis.time, rate: clockRate)
        self.parties = parties
        self.merchantKey = merchantKey
        self.customerKeys = customerKeys
    }

    private static func endowments(
        _ spending: [String: Amount], keys: [String: SigningKey], merchant: SigningKey,
        currency: AssetID, fee: AssetID
    ) -> [Endowment] {
        var endowments: [Endowment] = [
            Endowment(account: AccountID(merchant.publicKey), asset: fee, amount: feeMoney)
        ]
        for (customer, amount) in spending.sorted(by: { $0.key < $1.key }) {
            guard let key = keys[customer] else { continue }
            let account = AccountID(key.publicKey)
            if amount > .zero {
                endowments.append(Endowment(account: account, asset: currency, amount: amount))
            }
            endowments.append(Endowment(account: account, asset: fee, amount: feeMoney))
        }
        return endowments
    }

    /// Makes a home for a light node that knows the merchants' addresses.
    func lightHome(at directory: String) throws -> Home {
        try Home.create(
            at: directory,
            configuration: Configuration(
                role: .light, bootstrap: merchants.map(\.address), clockRate: clock.rate),
            genesis: GenesisFile(genesis))
    }
}
