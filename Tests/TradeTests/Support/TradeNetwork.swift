import Chain
import Ledger
import Primitives
import StateTree
import Testing
import Trade
import Wire

func units(_ count: UInt64) -> Amount { Amount(minorUnits: count) }

func mark(_ text: String) -> Digest { Digest(hashing: Array(text.utf8), in: .seed) }

/// Who takes part in the trades of the tests.
struct Person: Hashable {
    let name: String
    let key: SigningKey

    init(_ name: String) {
        self.name = name
        key = SigningKey(seed: mark(name).bytes)
    }

    var account: AccountID { AccountID(key.publicKey) }

    static func == (left: Person, right: Person) -> Bool { left.name == right.name }
    func hash(into hasher: inout Hasher) { hasher.combine(name) }

    static let issuer = Person("issuer")
    static let buyer = Person("buyer")
    static let seller = Person("seller")
    /// The two custodians of the route, and one who may stand in.
    static let first = Person("first carrier")
    static let second = Person("second carrier")
    static let spare = Person("spare carrier")
    static let customs = Person("customs")
    static let treasury = Person("treasury")
    static let inspector = Person("inspector")
    static let warehouse = Person("warehouse")
    static let agent = Person("agent")
    static let other = Person("another buyer")
    static let stranger = Person("stranger")

    static let all = [
        issuer, buyer, seller, first, second, spare, customs, treasury, inspector, warehouse,
        agent, other, stranger,
    ]
}

/// A chain in memory whose laws are checked after every block, with parties that have money.
struct TradeNetwork {
    static let pound = AssetID(issuer: Person.issuer.account, code: code("GBP"))
    /// Trades are in dollars and fees in pounds, so that sums of dollars are those of trade.
    static let dollar = AssetID(issuer: Person.issuer.account, code: code("USD"))
    static let endowment: UInt64 = 1_000_000
    static let start = Timestamp(1_700_000_000_000)

    static func code(_ text: String) -> AssetCode {
        guard let code = AssetCode(text) else { preconditionFailure("a test's code is valid") }
        return code
    }

    private(set) var state: ChainState
    private(set) var leaves: MemoryLeaves
    /// The time of the last block.
    private(set) var now = TradeNetwork.start
    /// Steps of every record so far, by its id.
    private(set) var entries: [Digest: [ItemJournal.Entry]] = [:]

    init() throws {
        let voter = SigningKey(seed: mark("voter").bytes)
        let genesis = Genesis(
            network: .local, time: Self.start,
            validators: [
                ValidatorRecord(
                    key: voter.publicKey, weight: 10, account: Person.issuer.account,
                    name: "merchant")
            ],
            assets: ["GBP", "USD"].map {
                .init(
                    issuer: Person.issuer.account, code: Self.code($0), decimals: 2,
                    powers: .all.subtracting(.authorise))
            },
            endowments: Person.all.flatMap { person in
                [Self.pound, Self.dollar].map {
                    Endowment(
                        account: person.account, asset: $0, amount: units(Self.endowment))
                }
            },
            parameters: Parameters(
                epochLength: 100_000, receiptTerm: 100,
                feeList: [FeeListEntry(asset: Self.pound, price: 1_000, deposit: units(5))]))
        let founded = try GenesisState(genesis)
        try Invariants.check(LedgerStep(founded))
        state = founded.state
        leaves = MemoryLeaves(founded.updates)
    }

    // MARK: Reading

    var draft: Draft {
        get throws { try state.draft(after: state.final.digest, reading: leaves) }
    }

    var root: Digest { state.final.stateRoot }

    func balance(_ person: Person, _ asset: AssetID = dollar) throws -> Int {
        var draft = try draft
        return Int(draft.balance(BalanceID(person.account, asset))?.amount.minorUnits ?? 0)
    }

    /// What somebody has more than at first; below zero when it is less.
    func gain(_ person: Person) throws -> Int {
        try balance(person) - Int(Self.endowment)
    }

    /// Gains of all who gained or lost something, by name.
    func gains() throws -> [String: Int] {
        var gains: [String: Int] = [:]
        for person in Person.all {
            let gain = try gain(person)
            if gain != 0 { gains[person.name] = gain }
        }
        return gains
    }

    /// What the vaults of a record hold together.
    func held(_ record: Digest) throws -> UInt64 {
        var draft = try draft
        return Purse.allCases.reduce(0) {
            $0 + draft.amount(in: VaultID($1, of: record)).minorUnits
        }
    }

    func held(_ record: Digest, _ purse: Purse) throws -> UInt64 {
        var draft = try draft
        return draft.amount(in: VaultID(purse, of: record)).minorUnits
    }

    func order(_ id: Digest) throws -> Order {
        var draft = try draft
        return try draft.order(id)
    }

    func parcel(_ id: Digest) throws -> Trade.Parcel {
        var draft = try draft
        return try draft.parcel(id)
    }

    func duty(_ id: Digest) throws -> DutyLock {
        var draft = try draft
        return try draft.dutyLock(id)
    }

    func goodsReturn(_ id: Digest) throws -> Return {
        var draft = try draft
        return try draft.goodsReturn(id)
    }

    func steps(of id: RecordID) throws -> UInt64 {
        var draft = try draft
        return draft.journal(of: id)?.count ?? 0
    }

    // MARK: Writing

    /// One transaction: an account, its actions, and who else signs.
    struct Move {
        let sender: Person
        let kinds: [Action.Kind]
        let signers: [Person]
        let documents: [[UInt8]]

        init(
            _ sender: Person, _ kinds: [Action.Kind], with signers: [Person] = [],
            documents: [[UInt8]] = []
        ) {
            self.sender = sender
            self.kinds = kinds
            self.signers = signers
            self.documents = documents
        }
    }

    func transaction(_ move: Move) throws -> Transaction {
        var draft = try draft
        let sequence = (draft.account(move.sender.account)?.sequence ?? Sequence(0)).next
        let body = Body(
            chain: state.chain, account: move.sender.account, sequence: sequence,
            expiry: Height(1_000_000), feeAsset: Self.pound, feeLimit: units(2_000),
            actions: move.kinds.map { Action($0) },
            attachments: move.documents.map { AttachmentReference(to: $0) })
        return Transaction(
            signing: body, with: ([move.sender] + move.signers).map(\.key),
            scheme: .simulated, attachments: move.documents)
    }

    /// Makes a block at a time, or right after the last one.
    @discardableResult
    mutating func block(
        _ transactions: [Transaction], at time: Timestamp? = nil
    ) throws -> BlockOutcome {
        let body = BlockBody(transactions: transactions)
        let slot = ProposalSlot(
            view: View(1), parentView: View(0), time: time ?? now.next, leader: Seat(0))
        let header = try state.header(
            for: body, after: state.final.digest, slot, reading: leaves)
        let block = Block(header: header, body: body)
        let outcome = try state.execute(block, scheme: .simulated, reading: leaves)
        try Invariants.check(LedgerStep(block, outcome, before: leaves))
        _ = try state.finalize(block.digest)
        leaves.apply(outcome.updates)
        for entry in outcome.events.entries {
            guard case .record(let id) = entry.journal else { continue }
            let event = try RecordEvent(wire: outcome.events.bytes(of: entry))
            entries[id.id, default: []].append(
                ItemJournal.Entry(height: header.height, event: event))
        }
        now = header.time
        return outcome
    }

    /// Sends one transaction in a block of its own; `nil` when every action was applied.
    mutating func send(
        _ sender: Person, _ kinds: Action.Kind..., with signers: [Person] = [],
        documents: [[UInt8]] = [], at time: Timestamp? = nil
    ) throws -> Rejection? {
        let move = Move(sender, kinds, with: signers, documents: documents)
        let outcome = try block([transaction(move)], at: time)
        return try #require(outcome.receipts.first).rejection
    }

    /// Sends a transaction that must succeed.
    mutating func must(
        _ sender: Person, _ kinds: Action.Kind..., with signers: [Person] = [],
        documents: [[UInt8]] = [], at time: Timestamp? = nil,
        _ location: SourceLocation = #_sourceLocation
    ) throws {
        let move = Move(sender, kinds, with: signers, documents: documents)
        let outcome = try block([transaction(move)], at: time)
        let receipt = try #require(outcome.receipts.first)
        #expect(receipt.rejection == nil, sourceLocation: location)
    }

    /// Why a transaction would fail now, or at a time; the chain stays as it is.
    func verdict(
        _ sender: Person, _ kinds: Action.Kind..., with signers: [Person] = [],
        documents: [[UInt8]] = [], at time: Timestamp? = nil
    ) throws -> Rejection? {
        var copy = self
        let move = Move(sender, kinds, with: signers, documents: documents)
        let outcome = try copy.block([transaction(move)], at: time)
        return try #require(outcome.receipts.first).rejection
    }

    /// Makes the blocks of the grace, so that only time decides.
    mutating func grace() throws {
        for _ in 0..<Moment.graceBlockCount { try block([]) }
    }

    /// Makes the blocks of the grace, and then one at a time.
    mutating func wait(until time: Timestamp) throws {
        try grace()
        try block([], at: time)
    }
}
