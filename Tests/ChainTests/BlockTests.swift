import Chain
import Ledger
import Primitives
import StateTree
import Testing
import Wire

@Suite("Blocks")
struct BlockTests {
    typealias Net = TestNetwork

    @Test("A block, its compact form and its body survive encoding")
    func codec() throws {
        let net = try Net()
        let body = BlockBody(
            transactions: [try net.transaction(Net.alice, [Net.pay(Net.bob, 1)])],
            nullifications: [[1, 2], []], evidence: [[9]])
        let slot = ProposalSlot(
            view: View(4), parentView: View(1), time: Timestamp(0), leader: Seat(2))
        let header = try net.state.header(
            for: body, after: net.state.final.digest, slot, reading: net.leaves)
        let block = Block(header: header, body: body)
        #expect(body.wire.count == body.byteCount)
        #expect(try Block(wire: block.wire) == block)
        let compact = CompactBlock(block)
        #expect(try CompactBlock(wire: compact.wire) == compact)
        #expect(compact.matchesHeader)
        let known = [body.transactions[0].envelope: body.transactions[0]]
        #expect(compact.block { known[$0] } == block)
        #expect(compact.missing { _ in nil } == compact.envelopes)
        #expect(compact.block { _ in nil } == nil)
        #expect(try Genesis(wire: net.genesis.wire) == net.genesis)
    }

    @Test("Every field of the header that follows from the parent is checked")
    func header() throws {
        var net = try Net()
        try net.send(Net.alice, Net.pay(Net.bob, 3))
        let good = try net.block([])
        let other = Digest(hashing: [1], in: .header)
        let changes: [(BlockInvalidity, (inout BlockHeader) -> Void)] = [
            (.protocolNumber, { $0.protocolNumber = 2 }), (.chain, { $0.chain = other }),
            (.height, { $0.height = Height(7) }), (.epoch, { $0.epoch = Epoch(1) }),
            (.time, { $0.time = Timestamp(5) }), (.leader, { $0.leader = Seat(4) }),
            (.parentStateRoot, { $0.parentStateRoot = other }),
            (.parentReceiptsRoot, { $0.parentReceiptsRoot = other }),
            (.historyRoot, { $0.historyRoot = other }),
            (.validatorSet, { $0.validatorSet = other }),
            (.nextValidatorSet, { $0.nextValidatorSet = other }),
            (.parameters, { $0.parameters = other }),
        ]
        for (invalidity, change) in changes {
            var header = good.header
            change(&header)
            #expect(throws: BlockFault.invalid(invalidity)) {
                try net.state.execute(Block(header: header, body: good.body), reading: net.leaves)
            }
        }
        try net.run(block: good)
    }

    @Test("Attack 34: a copy of a body that the header does not name is not held against the block")
    func otherBody() throws {
        var net = try Net()
        let first = try net.transaction(Net.alice, [Net.pay(Net.bob, 3)])
        let second = try net.transaction(Net.bob, [Net.pay(Net.alice, 3)])
        let block = try net.block([first, second])
        let twisted = [
            BlockBody(transactions: [first, second, second]),
            BlockBody(transactions: [first, second, first, second]),
            BlockBody(transactions: [second, first]),
            BlockBody(transactions: [first]),
            BlockBody(transactions: [first, second], evidence: [[1]]),
        ]
        for body in twisted {
            #expect {
                try net.state.execute(Block(header: block.header, body: body), reading: net.leaves)
            } throws: { error in
                guard case .otherBody = error as? BlockFault else { return false }
                return true
            }
            var header = block.header
            header.bodyByteCount = UInt32(body.byteCount)
            #expect {
                try net.state.execute(Block(header: header, body: body), reading: net.leaves)
            } throws: { error in
                guard case .otherBody = error as? BlockFault else { return false }
                return true
            }
        }
        #expect(try net.run(block: block).receipts.count == 2)
    }

    @Test("Another set of signatures is another body, though the ids are the same")
    func witness() throws {
        var net = try Net()
        let good = try net.transaction(Net.alice, [Net.pay(Net.bob, 3)])
        let block = try net.block([good])
        let forged = Transaction(
            body: good.body,
            signatures: [
                SignatureEntry(key: Net.alice.publicKey, signature: Signature(FixedBytes<64>()))
            ])
        #expect(forged.id == good.id)
        #expect(throws: BlockFault.otherBody(.transactions)) {
            try net.state.execute(
                Block(header: block.header, body: BlockBody(transactions: [forged])),
                isVerified: { _ in true }, reading: net.leaves)
        }
    }

    @Test(
        "Attack 35: lists around powers of two have roots of their own",
        arguments: [1, 2, 3, 7, 8, 9, 511, 512, 513, 514])
    func rootSizes(count: Int) {
        let items = (0..<count).map {
            Digest(hashing: [UInt8($0 & 255), UInt8($0 >> 8)], in: .key)
        }
        let root = MerkleList.root(of: items)
        #expect(root == MerkleList.root(of: items))
        #expect(root != MerkleList.root(of: items + [items[count - 1]]))
        #expect(root != MerkleList.root(of: Array(items.dropLast())))
    }

    @Test("Attack 36: the limits of a block are rules, and one more than a limit breaks them")
    func limits() throws {
        var net = try Net()
        let body = try net.body(Net.alice, [Action(Net.pay(Net.bob, 1))])
        let entries = (0..<16 as Range<UInt8>).map {
            SignatureEntry(
                key: PublicKey(Digest(hashing: [$0], in: .key).bytes),
                signature: Signature(FixedBytes<64>()))
        }
        let heavy = Transaction(body: body, signatures: entries)
        let full = Array(repeating: heavy, count: 512)
        #expect(try net.fault(full) == .invalid(.transaction(index: 0, .signatureInvalid)))
        #expect(try net.fault(full + [heavy]) == .invalid(.signatureCount))
        let document = [UInt8](repeating: 1, count: Body.attachmentByteLimit)
        let sealed = Transaction(
            signing: Body(
                chain: net.state.chain, account: Net.alice.account, sequence: Sequence(1),
                expiry: Height(9), feeAsset: Net.pound, feeLimit: units(100_000),
                actions: [Action(Net.pay(Net.bob, 1))],
                attachments: Array(repeating: AttachmentReference(to: document), count: 4)),
            with: [Net.alice], attachments: Array(repeating: document, count: 4))
        #expect(try Transaction(wire: sealed.bytes) == sealed)
        #expect(try net.fault(Array(repeating: sealed, count: 8)) == .invalid(.size))
        let receipt = try net.run([sealed]).receipts[0]
        #expect(receipt.succeeded)
        #expect(try net.pot().fees == receipt.fee)
    }

    @Test("An attachment that was pruned or changed makes another body, not a bad block")
    func attachments() throws {
        var net = try Net()
        let body = Body(
            chain: net.state.chain, account: Net.alice.account, sequence: Sequence(1),
            expiry: Height(9), feeAsset: Net.pound, feeLimit: units(1_000),
            actions: [Action(Net.pay(Net.bob, 1))],
            attachments: [AttachmentReference(to: [1, 2, 3])])
        let whole = Transaction(signing: body, with: [Net.alice], attachments: [[1, 2, 3]])
        let block = try net.block([whole])
        for documents in [[], [[1, 2, 4]]] as [[[UInt8]]] {
            let other = Transaction(
                body: body, signatures: whole.signatures, attachments: documents)
            #expect(other.id == whole.id && other.envelope == whole.envelope)
            #expect(other.weight == whole.weight)
            #expect(try net.verdict(other) == .rejected(.attachmentMismatch))
            #expect {
                try net.state.execute(
                    Block(header: block.header, body: BlockBody(transactions: [other])),
                    reading: net.leaves)
            } throws: { error in
                guard case .otherBody = error as? BlockFault else { return false }
                return true
            }
        }
        #expect(try net.run(block: block).receipts[0].succeeded)
    }

    @Test("Branches live side by side; finality keeps one and drops its rivals and their children")
    func branches() throws {
        var net = try Net()
        let left = try net.block([net.transaction(Net.alice, [Net.pay(Net.bob, 1)])])
        let right = try net.block([net.transaction(Net.alice, [Net.pay(Net.bob, 2)])])
        let leftOutcome = try net.state.execute(left, reading: net.leaves)
        let rightOutcome = try net.state.execute(right, reading: net.leaves)
        #expect(leftOutcome.stateRoot != rightOutcome.stateRoot)
        // The same sequence is taken on the branch, though not in the final state.
        let again = try net.transaction(Net.alice, [Net.pay(Net.bob, 9)], sequence: Sequence(1))
        let stale = try net.block([again], after: left.digest)
        #expect(throws: BlockFault.invalid(.transaction(index: 0, .sequenceUsed))) {
            try net.state.execute(stale, reading: net.leaves)
        }
        let next = try net.transaction(Net.alice, [Net.pay(Net.bob, 9)], sequence: Sequence(2))
        let child = try net.block([next], after: left.digest)
        let rival = try net.block([next], after: right.digest)
        try net.state.execute(child, reading: net.leaves)
        try net.state.execute(rival, reading: net.leaves)
        #expect(net.state.branchCount == 4)
        let final = try net.state.finalize(child.digest)
        #expect(final.map(\.digest) == [left.digest, child.digest])
        #expect(net.state.branchCount == 0)
        for outcome in final { net.leaves.apply(outcome.updates) }
        #expect(try net.balance(Net.bob) == 1_000_010)
        #expect(try net.state.finalize(child.digest).isEmpty)
        #expect(throws: BlockFault.unready(.unknownBlock(rival.digest))) {
            try net.state.finalize(rival.digest)
        }
        #expect(throws: BlockFault.unready(.unknownParent(right.digest))) {
            try net.state.execute(rival, reading: net.leaves)
        }
    }

    @Test("A leader builds what it would accept: what may not enter is named, what fits is in")
    func building() throws {
        var net = try Net()
        let good = try net.transaction(Net.alice, [Net.pay(Net.bob, 1)])
        let failing = try net.transaction(Net.bob, [Net.pay(Net.alice, .max)])
        let slot = ProposalSlot(
            view: View(1), parentView: View(0), time: Timestamp(0), leader: Seat(0))
        let built = try net.state.build(
            after: net.state.final.digest, slot, candidates: [good, good, failing],
            reading: net.leaves)
        #expect(built.block.body.transactions == [good, failing])
        #expect(built.refused.map(\.reason) == [.sequenceUsed])
        #expect(built.leftOver == 0)
        let outcome = try net.run(block: built.block)
        #expect(outcome.receipts.map(\.rejection) == [nil, .balanceShort])
    }

    @Test("What a leader keeps from building is what executing the block gives")
    func keeping() throws {
        var net = try Net()
        let candidates = [
            try net.transaction(Net.alice, [Net.pay(Net.bob, 1)]),
            try net.transaction(Net.bob, [Net.pay(Net.alice, .max)]),
        ]
        let slot = ProposalSlot(
            view: View(1), parentView: View(0), time: Timestamp(0), leader: Seat(0))
        let built = try net.state.build(
            after: net.state.final.digest, slot, candidates: candidates, reading: net.leaves)
        var leader = net.state
        leader.keep(built)
        let kept = try #require(leader.outcome(of: built.block.digest))
        let executed = try net.state.execute(
            built.block, isVerified: { _ in true }, reading: net.leaves)
        #expect(kept.stateRoot == executed.stateRoot)
        #expect(kept.receipts == executed.receipts && kept.receiptsRoot == executed.receiptsRoot)
        #expect(kept.updates == executed.updates)
        #expect(kept.events.entries == executed.events.entries)
        #expect(kept.historyNodes == executed.historyNodes)
        #expect(try leader.finalize(built.block.digest).map(\.digest) == [built.block.digest])
    }

    @Test("The header commits to all headers before it")
    func history() throws {
        var net = try Net()
        var range = HistoryRange()
        range.append(net.state.final.digest)
        for _ in 0..<9 {
            let block = try net.block([])
            #expect(block.header.historyRoot == range.root)
            try net.run(block: block)
            range.append(block.digest)
        }
    }
}
