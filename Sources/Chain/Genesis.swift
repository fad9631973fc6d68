public import Ledger
public import Primitives
import StateTree
public import Wire

/// What kind of network it is; text forms of keys differ, so that nobody pays into the wrong one.
public enum NetworkKind: UInt32, Sendable, CaseIterable {
    case main = 1
    case test = 2
    case local = 3

    /// Human-readable part of addresses (design R4).
    public var addressPrefix: String {
        switch self {
        case .main: "argosy"
        case .test: "argosyt"
        case .local: "argosyl"
        }
    }
}

/// A first balance.
public struct Endowment: Hashable, Sendable, WireCodable {
    public let account: AccountID
    public let asset: AssetID
    public let amount: Amount

    public init(account: AccountID, asset: AssetID, amount: Amount) {
        self.account = account
        self.asset = asset
        self.amount = amount
    }

    public init(from bytes: Span<UInt8>, at cursor: inout WireCursor) throws(WireError) {
        account = try cursor.fixed(1, "account", of: bytes)
        asset = try cursor.fixed(2, "asset", of: bytes)
        amount = Amount(minorUnits: try cursor.uint64(3, "amount", of: bytes))
    }

    public func encode(into writer: inout WireWriter) {
        writer.fixed(1, account)
        writer.fixed(2, asset)
        writer.uint64(3, amount.minorUnits)
    }
}

/// The document that founds a network; its hash is the network's name.
public struct Genesis: Equatable, Sendable, WireCodable {
    public static let assetLimit = 1_024
    public static let endowmentLimit = 100_000

    public let network: NetworkKind
    public let time: Timestamp
    public let validators: [ValidatorRecord]
    /// Without supply: the endowments are the supply.
    public let assets: [CreateAssetRecord]
    public let endowments: [Endowment]
    public let parameters: Parameters

    /// Who votes in the first two epochs; `nil` when the document founds no network.
    public var validatorSet: ValidatorSet? {
        ValidatorSet(validators.map { Validator(key: $0.key, weight: $0.weight) })
    }

    /// An asset of the document and its issuer.
    public struct CreateAssetRecord: Hashable, Sendable, WireCodable {
        public let issuer: AccountID
        public let code: AssetCode
        public let decimals: UInt32
        public let powers: Powers

        public init(issuer: AccountID, code: AssetCode, decimals: UInt32, powers: Powers) {
            self.issuer = issuer
            self.code = code
            self.decimals = decimals
            self.powers = powers
        }

        public init(from bytes: Span<UInt8>, at cursor: inout WireCursor) throws(WireError) {
            let leaf = try AssetLeaf(from: bytes, at: &cursor)
            guard leaf.supply == .zero, leaf.journal.count == 0 else {
                throw WireError(.invalid, at: cursor.offset)
            }
            self.init(
                issuer: leaf.issuer, code: leaf.code, decimals: leaf.decimals,
                powers: leaf.powers)
        }

        public func encode(into writer: inout WireWriter) { leaf.encode(into: &writer) }

        public var id: AssetID { AssetID(issuer: issuer, code: code) }

        var leaf: AssetLeaf {
            AssetLeaf(issuer: issuer, code: code, decimals: decimals, powers: powers)
        }
    }

    public init(
        network: NetworkKind, time: Timestamp, validators: [ValidatorRecord],
        assets: [CreateAssetRecord], endowments: [Endowment], parameters: Parameters
    ) {
        self.network = network
        self.time = time
        self.validators = validators
        self.assets = assets
        self.endowments = endowments
        self.parameters = parameters
    }

    public init(from bytes: Span<UInt8>, at cursor: inout WireCursor) throws(WireError) {
        let start = cursor.offset
        let kind = try cursor.uint32(1, "network", of: bytes)
        guard let network = NetworkKind(rawValue: kind) else {
            throw WireError(.unknownCase(UInt64(kind)), at: start).inside("network")
        }
        self.network = network
        time = Timestamp(try cursor.uint64(2, "time_ms", of: bytes))
        validators = try cursor.messages(
            3, "validators", limit: ValidatorSet.memberLimit, of: bytes)
        assets = try cursor.messages(4, "assets", limit: Self.assetLimit, of: bytes)
        endowments = try cursor.messages(5, "endowments", limit: Self.endowmentLimit, of: bytes)
        parameters = try cursor.message(6, "parameters", of: bytes)
    }

    public func encode(into writer: inout WireWriter) {
        writer.uint32(1, network.rawValue)
        writer.uint64(2, time.milliseconds)
        writer.messages(3, validators)
        writer.messages(4, assets)
        writer.messages(5, endowments)
        writer.message(6, parameters)
    }

    /// The network's name, which every header and every transaction carries.
    public var digest: Digest { Digest(hashing: wire, in: .genesis) }
}

/// Why a document founds no network.
public enum GenesisError: Error, Equatable, Sendable {
    /// The validators are no set, or one of their keys is not admissible.
    case validators
    case parameters
    /// An asset is there twice, or has too many decimals.
    case asset(AssetCode)
    /// A fee asset is none of the document's assets.
    case feeAsset(AssetID)
    case endowment(index: Int, Rejection)
}

/// The state that a genesis document founds.
public struct GenesisState: Sendable {
    public let genesis: Genesis
    /// All leaves, ascending by key.
    public let updates: [LeafUpdate]
    public let events: EventLog
    public let state: ChainState
    /// The node that the genesis header adds to the history of all headers.
    public let historyNodes: [Digest]

    /// Applies the document; the same document gives the same root everywhere (rule C40).
    public init(_ genesis: Genesis) throws(GenesisError) {
        self.genesis = genesis
        let chain = genesis.digest
        let roster = try Self.check(genesis)
        var draft = Draft(reading: MemoryLeaves(), at: Height(0), time: genesis.time)
        draft.begin(
            TransactionScope(
                transaction: chain, feePayer: AccountID(chain.bytes),
                feeAsset: AssetID(chain.bytes), listIndex: 0, depositPrice: .zero))
        for slot in RosterSlot.allCases { draft.set(roster, of: slot) }
        draft.set(genesis.parameters)
        draft.set(Load(factor: 1, fullness: 0))
        for asset in genesis.assets { draft.found(asset.leaf) }
        for (index, endowment) in genesis.endowments.enumerated() {
            do throws(Rejection) {
                guard endowment.amount > .zero else { throw .amountZero }
                try draft.endow(
                    BalanceID(endowment.account, endowment.asset), with: endowment.amount)
            } catch { throw .endowment(index: index, error) }
        }
        draft.settle()
        updates = draft.updates
        events = draft.events
        let tree = StateTree(
            sorted: updates.compactMap { update in
                update.change.hash.map { Leaf(key: update.key, hash: $0) }
            })
        let header = Self.header(genesis, chain, roster, stateRoot: tree.root)
        var history = HistoryRange()
        historyNodes = history.append(header.digest)
        state = ChainState(
            chain: chain,
            final: ChainState.Tip(
                header: header, tree: tree, history: history,
                receiptsRoot: MerkleList.root(of: [])))
    }

    private static func check(_ genesis: Genesis) throws(GenesisError) -> Roster {
        guard let roster = Roster(genesis.validators),
            roster.records.allSatisfy({ $0.key.isAdmissible })
        else { throw .validators }
        guard genesis.parameters.isWellFormed else { throw .parameters }
        var seen: Set<AssetID> = []
        for asset in genesis.assets {
            guard asset.decimals <= AssetLeaf.decimalLimit, seen.insert(asset.id).inserted else {
                throw .asset(asset.code)
            }
        }
        for entry in genesis.parameters.feeList where !seen.contains(entry.asset) {
            throw .feeAsset(entry.asset)
        }
        return roster
    }

    /// The header of height 0; no block has executed, so its state root is the founded one.
    private static func header(
        _ genesis: Genesis, _ chain: Digest, _ roster: Roster, stateRoot: Digest
    ) -> BlockHeader {
        let empty = BlockBody()
        return BlockHeader(
            protocolNumber: ChainState.protocolNumber, chain: chain, epoch: Epoch(0),
            view: View(0), height: Height(0), parent: .zero, parentView: View(0),
            time: genesis.time, transactionsRoot: empty.transactionsRoot,
            parentReceiptsRoot: MerkleList.root(of: []), parentStateRoot: stateRoot,
            historyRoot: HistoryRange().root, validatorSet: roster.set.digest,
            nextValidatorSet: roster.set.digest, parameters: genesis.parameters.digest,
            evidenceRoot: empty.evidenceRoot, reveal: .zero, leader: Seat(0), bodyByteCount: 0)
    }
}
