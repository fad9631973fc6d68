import Chain
import Ledger
import Primitives
import StateTree
import Testing
import Wire

@Suite("Admission")
struct AdmissionTests {
    typealias Net = TestNetwork

    @Test("The first check that fails is the reason, in the order of the design")
    func order() throws {
        let net = try Net()
        let stranger = SigningKey.numbered(88)
        // Everything is wrong with it; each step mends one thing.
        func reason(
            chain: Digest?, expiry: UInt64, keys: [SigningKey], status: SignatureStatus,
            sequence: UInt64, limit: UInt64, asset: AssetID
        ) throws -> AdmissionVerdict {
            let body = try net.body(
                Net.alice, [Action(Net.pay(Net.bob, 1))], sequence: Sequence(sequence),
                limit: limit, expiry: expiry, feeAsset: asset, chain: chain)
            return try net.verdict(Transaction(signing: body, with: keys), status)
        }
        let steps: [(AdmissionVerdict, AdmissionVerdict)] = [
            (
                try reason(
                    chain: .zero, expiry: 0, keys: [stranger], status: .invalid, sequence: 9,
                    limit: 0, asset: Net.dollar), .rejected(.wrongNetwork)
            ),
            (
                try reason(
                    chain: nil, expiry: 0, keys: [stranger], status: .invalid, sequence: 9,
                    limit: 0, asset: Net.dollar), .rejected(.expired)
            ),
            (
                try reason(
                    chain: nil, expiry: 1, keys: [stranger], status: .invalid, sequence: 9,
                    limit: 0, asset: Net.dollar), .rejected(.signatureMissing)
            ),
            (
                try reason(
                    chain: nil, expiry: 1, keys: [Net.alice], status: .invalid, sequence: 9,
                    limit: 0, asset: Net.dollar), .rejected(.signatureInvalid)
            ),
            (
                try reason(
                    chain: nil, expiry: 1, keys: [Net.alice], status: .valid, sequence: 9,
                    limit: 0, asset: Net.dollar), .rejected(.sequenceAhead)
            ),
            (
                try reason(
                    chain: nil, expiry: 1, keys: [Net.alice], status: .valid, sequence: 1,
                    limit: 0, asset: Net.dollar), .rejected(.feeAssetNotListed)
            ),
            (
                try reason(
                    chain: nil, expiry: 1, keys: [Net.alice], status: .valid, sequence: 1,
                    limit: 0, asset: Net.pound), .rejected(.feeLimitTooLow)
            ),
            (
                try reason(
                    chain: nil, expiry: 1, keys: [Net.alice], status: .valid, sequence: 1,
                    limit: 2_000_000, asset: Net.pound), .rejected(.feeNotCovered)
            ),
        ]
        for (found, expected) in steps { #expect(found == expected) }
        #expect(
            try reason(
                chain: nil, expiry: 1, keys: [Net.alice], status: .unchecked, sequence: 1,
                limit: 100, asset: Net.pound) == .needsSignatures)
    }

    @Test("Attack 75: waiting transactions are contiguous, few, and covered all together")
    func pendingCover() throws {
        let net = try Net()
        var pending = Pending()
        func next(_ amount: UInt64, at sequence: UInt64) throws -> AdmissionVerdict {
            let transaction = try net.transaction(
                Net.alice, [Net.pay(Net.bob, amount)], sequence: Sequence(sequence), limit: 1_000)
            return try net.verdict(transaction, sender: pending)
        }
        #expect(try next(1, at: 2) == .rejected(.sequenceAhead))
        guard case .admitted(let demands) = try next(600_000, at: 1) else {
            Issue.record("the first is covered")
            return
        }
        #expect(
            demands == [
                Demand(balance: BalanceID(Net.alice.account, Net.pound), amount: units(601_000))
            ])
        pending.add(demands)
        #expect(try next(600_000, at: 2) == .rejected(.pendingNotCovered))
        #expect(try next(1, at: 3) == .rejected(.sequenceAhead))
        #expect(
            try next(1, at: 1) == .rejected(.sequenceAhead), "no replacing, so no overdraft by it")
        for sequence in 2...16 as ClosedRange<UInt64> {
            guard case .admitted(let more) = try next(1, at: sequence) else {
                Issue.record("sequence \(sequence) is covered")
                return
            }
            pending.add(more)
        }
        #expect(try next(1, at: 17) == .rejected(.tooManyPending))
    }

    @Test("Attack 76: signatures are not checked of what is refused anyway")
    func cheapFirst() throws {
        let net = try Net()
        let poor = SigningKey.numbered(99)
        let body = try net.body(poor, [Action(Net.pay(Net.bob, 1))])
        let transaction = Transaction(signing: body, with: [poor])
        #expect(try net.verdict(transaction, .unchecked) == .rejected(.feeNotCovered))
        let good = try net.transaction(Net.alice, [Net.pay(Net.bob, 1)])
        #expect(try net.verdict(good, .unchecked) == .needsSignatures)
        #expect(good.signatureJobs.count == 1)
        let job = good.signatureJobs[0]
        #expect(job.signature.isValid(for: job.message, by: job.key))
    }

    @Test("A store that fails makes nobody guilty")
    func failingStore() throws {
        struct Broken: LeafSource {
            func leaf(_ key: LeafKey) throws(SourceError) -> [UInt8]? {
                throw .unavailable("disk")
            }
        }
        var net = try Net()
        let transaction = try net.transaction(Net.alice, [Net.pay(Net.bob, 1)])
        let block = try net.block([transaction])
        var admission = Admission(
            try net.state.draft(after: net.state.final.digest, reading: Broken()),
            chain: net.state.chain)
        #expect(
            admission.verdict(on: transaction, signatures: .valid)
                == .unready(.unavailable("disk")))
        #expect(throws: BlockFault.unready(.source(.unavailable("disk")))) {
            try net.state.execute(block, reading: Broken())
        }
        #expect(net.state.branchCount == 0)
        // A damaged leaf is noticed by the tree, and executed upon by nobody.
        var damaged = net.leaves
        let id = LeafID.balance(BalanceID(Net.alice.account, Net.pound))
        damaged.apply([
            LeafUpdate(id: id, key: id.key, value: BalanceLeaf(amount: units(.max)).wire)
        ])
        #expect(throws: BlockFault.unready(.source(.corrupt(id.key)))) {
            try net.state.execute(block, reading: damaged)
        }
        #expect(try net.run(block: block).receipts[0].succeeded)
    }
}
