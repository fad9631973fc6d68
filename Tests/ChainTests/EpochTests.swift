import Chain
import Ledger
import Primitives
import Testing

@Suite("Epochs, validators and prices")
struct EpochTests {
    typealias Net = TestNetwork

    private func change(_ approvers: [Int], to count: Int) -> Action.Kind {
        .changeValidators(
            ChangeValidators(
                records: Net.records(count),
                approvers: approvers.map { Net.operators[$0].account }.sorted()))
    }

    private func sent(_ net: Net, _ approvers: [Int], to count: Int) throws -> Transaction {
        let sender = Net.operators[approvers[0]]
        let body = try net.body(sender, [Action(change(approvers, to: count))])
        return Transaction(signing: body, with: approvers.map { Net.operators[$0] })
    }

    @Test(
        "A change of validators needs more than two thirds, and waits for the epoch after next"
    )
    func rotation() throws {
        var net = try Net(epochLength: 4)
        #expect(try net.run([sent(net, [0, 1], to: 3)]).receipts[0].rejection == .notGoverning)
        let four = net.state.final.header.validatorSet
        #expect(try net.run([sent(net, [0, 1, 2], to: 3)]).receipts[0].succeeded)
        var ends: [UInt64: BlockOutcome.EpochEnd] = [:]
        for _ in 3...12 {
            let outcome = try net.run([])
            if let end = outcome.epochEnd { ends[outcome.header.height.number] = end }
        }
        #expect(ends.keys.sorted() == [4, 8, 12])
        #expect(ends[4]?.nextEpoch == Epoch(1))
        #expect(ends[4]?.validators.set.digest == four)
        #expect(ends[4]?.following.set.count == 3)
        #expect(ends[8]?.validators.set.count == 3)
        #expect(net.state.final.header.validatorSet == ends[8]?.validators.set.digest)
        #expect(net.state.final.header.epoch == Epoch(2))
    }

    private func approve(_ net: Net, _ index: Int, to count: Int) throws -> Transaction {
        let list = try #require(Roster(Net.records(count)))
        let proposal = list.digest
        let signer = Net.operators[index]
        let body = try net.body(
            signer, [Action(.approveValidators(ApproveValidators(proposal: proposal)))])
        return Transaction(signing: body, with: [signer])
    }

    @Test("Approvals from before count together with who signs the change, each validator once")
    func ballot() throws {
        var net = try Net(epochLength: 10)
        let early = try net.run([approve(net, 0, to: 3), approve(net, 1, to: 3)])
        #expect(early.receipts.map(\.succeeded) == [true, true])
        // Another list has no approvals, and who approved before does not count twice.
        #expect(try net.run([sent(net, [2], to: 2)]).receipts[0].rejection == .notGoverning)
        #expect(try net.run([sent(net, [0], to: 3)]).receipts[0].rejection == .notGoverning)
        #expect(try net.run([sent(net, [2], to: 3)]).receipts[0].succeeded)
        // The ballot is closed: the same change needs its approvals anew.
        #expect(try net.run([sent(net, [2], to: 3)]).receipts[0].rejection == .notGoverning)
    }

    @Test("An approval counts in its epoch only, and nobody else's counts")
    func staleBallot() throws {
        var net = try Net(epochLength: 2)
        _ = try net.run([approve(net, 0, to: 3), approve(net, 1, to: 3)])
        _ = try net.run([])
        #expect(try net.run([sent(net, [2], to: 3)]).receipts[0].rejection == .notGoverning)
        let list = try #require(Roster(Net.records(3)))
        let proposal = list.digest
        let stranger = try net.body(
            Net.alice, [Action(.approveValidators(ApproveValidators(proposal: proposal)))])
        let refused = try net.run([Transaction(signing: stranger, with: [Net.alice])])
        #expect(refused.receipts[0].rejection == .notGoverning)
    }

    @Test("The last header of an epoch names the next set, every other one its own")
    func boundary() throws {
        var net = try Net(epochLength: 3)
        try net.run([sent(net, [0, 1, 3], to: 3)])
        for height in 2...9 as ClosedRange<UInt64> {
            let header = try net.run([]).header
            #expect(header.endsEpoch == (height == 6), "height \(height)")
            #expect(header.epoch == Epoch((height - 1) / 3))
        }
        let rosters = try net.state.rosters(after: net.state.final.digest, reading: net.leaves)
        #expect(rosters.current.set.count == 3)
    }

    @Test("An approver who did not sign, or who is no validator, stops the change")
    func approvers() throws {
        var net = try Net()
        let sender = Net.operators[0]
        let body = try net.body(sender, [Action(change([0, 1, 2], to: 3))])
        let partly = Transaction(signing: body, with: [Net.operators[0], Net.operators[1]])
        #expect(try net.verdict(partly) == .rejected(.signatureMissing))
        let stranger = ChangeValidators(
            records: Net.records(3),
            approvers: ([0, 1, 2].map { Net.operators[$0].account } + [Net.alice.account]).sorted())
        let padded = try net.body(sender, [Action(.changeValidators(stranger))])
        let signed = Transaction(
            signing: padded, with: Net.operators[0...2] + [Net.alice])
        #expect(try net.run([signed]).receipts[0].rejection == .notGoverning)
    }

    @Test("At the end of an epoch the fees go to the validators by weight, and the rest stays")
    func distribution() throws {
        var net = try Net(price: 100_000, epochLength: 2)
        let fee = try net.send(Net.alice, Net.pay(Net.bob, 1)).fee.minorUnits
        #expect(fee > 8)
        let freeze = Freeze(asset: Net.pound, holder: Net.operators[3].account, isFrozen: true)
        let second = try net.run([
            net.transaction(Net.issuer, [.freeze(freeze)])
        ]).receipts[0].fee.minorUnits
        let share = (fee + second) / 4
        for index in 0..<3 {
            #expect(try net.balance(Net.operators[index]) == 1_000_000 + share)
        }
        #expect(try net.balance(Net.operators[3]) == 1_000_000)
        #expect(try net.pot().fees == units(fee + second - 3 * share))
    }

    @Test("The load rises above half full, falls below, and stays within its range")
    func load() {
        var load = Load(factor: 1, fullness: 0)
        for _ in 0..<100 { load = load.after(fullness: 1_000) }
        #expect(load.factor == 64)
        #expect(load.after(fullness: 500).factor == 64)
        for _ in 0..<100 { load = load.after(fullness: 0) }
        #expect(load.factor == 1)
    }

    @Test("The same document founds the same state; a document that cannot be is refused")
    func genesis() throws {
        let net = try Net()
        #expect(try GenesisState(net.genesis).state.final.digest == net.state.final.digest)
        func founded(
            validators: [ValidatorRecord]? = nil, endowments: [Endowment] = [],
            feeList: [FeeListEntry] = []
        ) throws -> GenesisState {
            try GenesisState(
                Genesis(
                    network: .test, time: Timestamp(1),
                    validators: validators ?? net.genesis.validators,
                    assets: net.genesis.assets, endowments: endowments,
                    parameters: Parameters(epochLength: 9, receiptTerm: 1, feeList: feeList)))
        }
        #expect(throws: GenesisError.validators) { try founded(validators: []) }
        let twice = net.genesis.validators + [net.genesis.validators[0]]
        #expect(throws: GenesisError.validators) { try founded(validators: twice) }
        let unknown = AssetID(issuer: Net.bob.account, code: Net.code("XXX"))
        #expect(throws: GenesisError.feeAsset(unknown)) {
            try founded(feeList: [FeeListEntry(asset: unknown, price: 1, deposit: .zero)])
        }
        let most = Endowment(account: Net.bob.account, asset: Net.pound, amount: units(.max))
        #expect(throws: GenesisError.endowment(index: 1, .amountOverflow)) {
            try founded(endowments: [most, most])
        }
        #expect(throws: GenesisError.endowment(index: 0, .unknownAsset)) {
            try founded(endowments: [
                Endowment(account: Net.bob.account, asset: unknown, amount: units(1))
            ])
        }
        #expect(NetworkKind.allCases.map(\.addressPrefix) == ["argosy", "argosyt", "argosyl"])
    }
}
