import Chain
import Consensus
import Foundation
import Ledger
import Leftovers
import Logging
import Node
import Primitives
import Replica
import Testing
import Wire

/// Full nodes of one network in this process, over loopback TCP.
struct Cluster {
    static let validatorCount = 4

    let genesis: Genesis
    let euro: AssetID
    /// Holds all money at first.
    let treasury: SigningKey
    var homes: [Home] = []
    var nodes: [FullNode] = []

    static let pace: Pace = {
        var pace = Pace()
        pace.heartbeat = 1_000
        return pace
    }()

    init(epochLength: UInt64 = 1_000_000) throws {
        treasury = SigningKey(seed: FixedBytes(repeating: 0x77))
        let account = AccountID(treasury.publicKey)
        let code = try #require(AssetCode("EURX"))
        euro = AssetID(issuer: account, code: code)
        let keys = (0..<Self.validatorCount).map { _ in NodeKeys.fresh() }
        genesis = Genesis(
            network: .local, time: Timestamp(UInt64(Date().timeIntervalSince1970 * 1_000)),
            validators: keys.enumerated().map { index, keys in
                ValidatorRecord(
                    key: keys.vote.publicKey, weight: 1,
                    account: AccountID(
                        SigningKey(seed: FixedBytes(repeating: UInt8(index + 1))).publicKey),
                    name: "merchant \(index)")
            },
            assets: [
                Genesis.CreateAssetRecord(
                    issuer: account, code: code, decimals: 2, powers: Powers([]))
            ],
            endowments: [
                Endowment(
                    account: account, asset: euro, amount: Amount(minorUnits: 1_000_000_000))
            ],
            parameters: Parameters(
                epochLength: epochLength, receiptTerm: 1_000,
                feeList: [
                    FeeListEntry(asset: euro, price: 0, deposit: Amount(minorUnits: 0))
                ]))
        for keys in keys {
            homes.append(
                try Home.create(
                    at: Leftovers.directory(),
                    configuration: Configuration(
                        role: .validator, listen: ["/ip4/127.0.0.1/tcp/0"]),
                    genesis: GenesisFile(genesis), keys: keys))
        }
    }

    static let log = Logger.node(
        "node", level: ProcessInfo.processInfo.environment["NODE_LOG"] ?? "error")

    /// Starts one node, with everyone before it as its bootstrap list.
    mutating func start(_ home: Home) async throws {
        var configuration = try home.configuration()
        configuration.bootstrap = nodes.flatMap { $0.addresses.map { "\($0)" } }
        try home.save(configuration)
        let node = try FullNode.tidy(home, pace: Self.pace)
        try await node.start()
        nodes.append(node)
    }

    mutating func startAll() async throws {
        for home in homes { try await start(home) }
    }

    /// Stops all nodes, and lets go of them, so that their stores are closed.
    mutating func stop() async {
        for node in nodes { await node.stop() }
        nodes = []
    }

    /// Stops one node, and forgets it.
    mutating func stop(_ index: Int) async { await nodes.remove(at: index).stop() }

    /// A home for one more node, which only follows.
    func follower() throws -> Home {
        try Home.create(
            at: Leftovers.directory(),
            configuration: Configuration(role: .full, listen: ["/ip4/127.0.0.1/tcp/0"]),
            genesis: GenesisFile(genesis))
    }

    /// Pays through one node and waits until that node has the payment in a final block.
    func pay(_ sequence: UInt64, to recipient: AccountID, through index: Int = 0) async throws {
        let payment = try payment(sequence, to: recipient, 100)
        async let outcome = nodes[index].board.outcome(of: payment.id, within: .seconds(30))
        // The waiter has to be there before the payment can be final.
        try await Task.sleep(for: .milliseconds(5))
        let verdict = await nodes[index].driver.submit([payment])[payment.id]
        try #require(verdict == .accepted)
        let result = try #require(await outcome)
        try #require(result.receipt.succeeded)
    }

    /// Waits until all nodes have the state of the highest one.
    func agree() async throws {
        try await wait("all nodes reach one state") {
            var roots: Set<String> = []
            for node in nodes { roots.insert(await node.status().stateRoot) }
            return roots.count == 1
        }
    }

    /// Waits until something holds, or fails.
    func wait(
        _ what: Comment, seconds: Int = 20, until condition: () async -> Bool
    ) async throws {
        let end = ContinuousClock.now + .seconds(seconds)
        while ContinuousClock.now < end {
            if await condition() { return }
            try await Task.sleep(for: .milliseconds(20))
        }
        Issue.record(what)
        throw CancellationError()
    }

    func height(_ index: Int) async -> UInt64 { await nodes[index].status().height }

    /// A payment from the treasury.
    func payment(_ sequence: UInt64, to recipient: AccountID, _ amount: UInt64) throws
        -> Transaction
    {
        let output = Payment.Output(
            recipient: recipient, amount: Amount(minorUnits: amount), reference: nil,
            leavesReceipt: true)
        return Transaction(
            signing: Body(
                chain: genesis.digest, account: AccountID(treasury.publicKey),
                sequence: Sequence(sequence), expiry: Height(1_000_000), feeAsset: euro,
                feeLimit: Amount(minorUnits: 1_000),
                actions: [Action(.payment(Payment(asset: euro, outputs: [output])))]),
            with: [treasury])
    }
}

extension FullNode {
    /// A node that is stopped at the latest when the test is over.
    static func tidy(
        _ home: Home, log: Logger = Cluster.log, pace: Pace = Pace()
    ) throws(StartError) -> FullNode {
        let node = try FullNode(home, log: log, pace: pace)
        // Weak, so that its stores are closed when the test lets go of it.
        Leftovers.add { [weak node] in await node?.stop() }
        return node
    }
}

extension LightNode {
    /// A node that is stopped at the latest when the test is over.
    static func tidy(_ home: Home) throws -> LightNode {
        let node = try LightNode(home, log: Cluster.log)
        Leftovers.add { [weak node] in await node?.stop() }
        return node
    }
}
