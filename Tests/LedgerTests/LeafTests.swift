import Ledger
import Primitives
import StateTree
import Testing
import Wire

private func bytes32(_ byte: UInt8) -> FixedBytes<32> { FixedBytes(repeating: byte) }
private let alice = AccountID(bytes32(1))
private let bob = AccountID(bytes32(2))
private let pound = AssetID(bytes32(3))
private let payment = PaymentID(bytes32(4))
private func units(_ count: UInt64) -> Amount { Amount(minorUnits: count) }

@Suite("Leaves and actions on the wire")
struct LeafTests {
    private func survives<Value: WireCodable & Equatable>(_ value: Value) throws {
        let wire = value.wire
        #expect(try Value(wire: wire) == value)
        #expect(throws: WireError.self) { try Value(wire: wire + [0xf8, 0x7f, 1]) }
        for length in wire.indices {
            let cut = Array(wire.prefix(length))
            if let shorter = try? Value(wire: cut) { #expect(shorter.wire == cut) }
        }
    }

    private let deposit = Deposit(payer: bob, amount: units(20), listIndex: 3)
    private let journal = JournalHead(count: 70_000, head: Digest(bytes32(9)))

    @Test("Every leaf survives encoding, and no other form decodes")
    func leaves() throws {
        let code = try #require(AssetCode("GBP"))
        let signers = [Signer(key: PublicKey(bytes32(5)), weight: 2)]
        try survives(AccountLeaf(sequence: Sequence(8)))
        try survives(
            AccountLeaf(
                sequence: Sequence(0), authority: Authority(threshold: 2, signers: signers)))
        try survives(BalanceLeaf())
        try survives(
            BalanceLeaf(
                amount: units(.max), journal: journal, isFrozen: true, isAuthorised: true,
                deposit: deposit))
        try survives(
            AssetLeaf(
                issuer: alice, code: code, decimals: 2, powers: .all, supply: units(9),
                journal: journal))
        try survives(
            ReceiptLeaf(
                payer: alice, recipient: bob, asset: pound, amount: units(5),
                refunded: units(2), height: Height(7), deposit: deposit))
        try survives(
            PolicyLeaf(assets: [pound], senders: [alice], maximum: units(1), deposit: nil))
        try survives(
            Parameters(
                epochLength: 10, receiptTerm: 5,
                feeList: [FeeListEntry(asset: pound, price: 3, deposit: units(4))]))
        try survives(Load(factor: 3, fullness: 400))
        try survives(PotLeaf(fees: units(1), deposits: units(2)))
        let record = ValidatorRecord(
            key: PublicKey(bytes32(6)), weight: 10, account: alice, name: "Harbour Tea")
        try survives(try #require(Roster([record])))
        #expect(Roster([record, record]) == nil)
        #expect(throws: WireError.self) { try BalanceLeaf(wire: [0x10, 5]) }
    }

    @Test("Every kind of action survives encoding, and no other form decodes")
    func kinds() throws {
        let code = try #require(AssetCode("A1Z"))
        let reference = FixedBytes<8>(repeating: 1)
        let output = Payment.Output(
            recipient: bob, amount: units(300), reference: reference, leavesReceipt: true)
        try survives(Payment(asset: pound, outputs: [output, output]))
        try survives(Refund(payment: payment, amount: units(1), reference: reference))
        try survives(CreateAsset(code: code, decimals: 18, powers: [.mint], supply: units(1)))
        try survives(Mint(asset: pound, recipient: bob, amount: units(1)))
        try survives(Burn(asset: pound, amount: units(1)))
        try survives(Freeze(asset: pound, holder: bob, isFrozen: true))
        try survives(Authorise(asset: pound, holder: bob, isAuthorised: false))
        try survives(Clawback(asset: pound, holder: bob, amount: units(7)))
        try survives(GiveUpPower(asset: pound, powers: [.freeze, .mint]))
        try survives(SetSigners(authority: nil))
        try survives(SetReceivePolicy(assets: [pound], senders: [alice, bob], maximum: units(1)))
        try survives(CloseBalance(asset: pound))
        try survives(CloseReceipt(payment: payment))
        let record = ValidatorRecord(
            key: PublicKey(bytes32(6)), weight: 10, account: alice, name: "Harbour Tea")
        try survives(ChangeValidators(records: [record], approvers: [alice]))
        for kind in LedgerEvent.Kind.allCases {
            try survives(
                LedgerEvent(
                    kind: kind, counterparty: bob, amount: units(1), balance: units(2),
                    reference: reference, transaction: Digest(bytes32(8)), payment: payment))
        }
    }

    @Test("The leaves that every payment changes are hashed in one block of the hash function")
    func sizes() {
        let usual = BalanceLeaf(
            amount: units(99_999_999_99), journal: journal, isAuthorised: true, deposit: deposit)
        #expect(usual.wire.count <= 96)
        #expect(AccountLeaf(sequence: Sequence(.max)).wire.count <= 96)
        #expect(PotLeaf(fees: units(.max), deposits: units(.max)).wire.count <= 96)
    }

    @Test("A rule of form that bytes alone show is checked without a state")
    func forms() throws {
        let output = Payment.Output(recipient: bob, amount: .zero)
        #expect(throws: Rejection.malformed) { try Payment(asset: pound, outputs: []).check() }
        #expect(throws: Rejection.amountZero) {
            try Payment(asset: pound, outputs: [output]).check()
        }
        #expect(throws: Rejection.malformed) {
            try SetReceivePolicy(senders: [bob, alice]).check()
        }
        #expect(throws: Rejection.malformed) { try GiveUpPower(asset: pound, powers: []).check() }
        let key = PublicKey(bytes32(5))
        let authorities = [
            Authority(threshold: 0, signers: [Signer(key: key, weight: 1)]),
            Authority(threshold: 2, signers: [Signer(key: key, weight: 1)]),
            Authority(threshold: 1, signers: [Signer(key: key, weight: 0)]),
            Authority(threshold: 1, signers: []),
            Authority(
                threshold: 1,
                signers: [Signer(key: key, weight: 1), Signer(key: key, weight: 1)]),
        ]
        for authority in authorities {
            #expect(throws: Rejection.malformed) { try SetSigners(authority: authority).check() }
        }
    }

    @Test("Every reason has a number and a sentence of its own")
    func reasons() {
        #expect(
            Set(Rejection.allCases.map(\.description)).count == Rejection.allCases.count)
        #expect(Rejection.allCases.allSatisfy { $0.description.hasSuffix(".") && $0.rawValue > 0 })
    }
}

@Suite("Drafts")
struct DraftTests {
    @Test("What was done since a mark is taken back, and nothing else")
    func rollBack() throws {
        var draft = Draft(reading: MemoryLeaves(), at: Height(1), time: Timestamp(1))
        let code = try #require(AssetCode("GBP"))
        let asset = AssetLeaf(issuer: alice, code: code, decimals: 2, powers: [])
        draft.found(asset)
        let id = BalanceID(bob, asset.id)
        try draft.endow(id, with: units(50))
        let before = (draft.updates, draft.events.entries)
        let outer = draft.mark()
        try draft.debit(id, units(20), for: Movement(.paid, with: alice))
        let inner = draft.mark()
        try draft.credit(BalanceID(alice, asset.id), units(20), for: Movement(.received))
        draft.rollBack(to: inner)
        #expect(draft.balance(BalanceID(alice, asset.id)) == nil)
        #expect(draft.balance(id)?.amount == units(30))
        draft.rollBack(to: outer)
        #expect(draft.updates == before.0)
        #expect(draft.events.entries == before.1)
        #expect(throws: Rejection.balanceShort) {
            try draft.debit(id, units(51), for: Movement(.paid))
        }
        #expect(draft.updates == before.0)
    }

    @Test("A leaf that ends as it began is no change")
    func noChange() {
        var draft = Draft(reading: MemoryLeaves(), at: Height(1), time: Timestamp(1))
        draft.set(PolicyLeaf(maximum: units(1)), of: alice)
        draft.set(nil as PolicyLeaf?, of: alice)
        #expect(draft.updates.isEmpty)
    }

    @Test("A leaf whose bytes are not of its kind is a fault, not a balance of zero")
    func corruption() {
        let id = BalanceID(alice, pound)
        var leaves = MemoryLeaves()
        let key = LeafID.balance(id).key
        leaves.apply([LeafUpdate(id: .balance(id), key: key, value: [0xff])])
        var draft = Draft(reading: leaves, at: Height(1), time: Timestamp(1))
        #expect(draft.balance(id) == nil)
        #expect(draft.fault == .corrupt(key))
    }
}
