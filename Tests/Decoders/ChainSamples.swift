import Chain
import Ledger
import Primitives
import Trade
import Wire

/// Transactions with every kind of action, and blocks of them.
enum ChainSamples {
    static let decoders = [
        Decoder("transaction", transactions), Decoder("block", [block, emptyBlock]),
        Decoder("compact-block", [CompactBlock(block), CompactBlock(emptyBlock)]),
    ]

    private static let asset = AssetID(Digest.numbered(1).bytes)
    private static let holder = AccountID(Digest.numbered(2).bytes)
    private static let other = AccountID(Digest.numbered(3).bytes)

    /// All of them, those of the ledger first.
    private static var kinds: [Action.Kind] {
        var samples = TradeSamples(random: Chance(seed: 1))
        return ledgerKinds + samples.kinds()
    }

    private static var ledgerKinds: [Action.Kind] {
        let amount = Amount(minorUnits: 12_50)
        var kinds: [Action.Kind] = [
            .payment(
                Payment(
                    asset: asset,
                    outputs: [
                        .init(
                            recipient: other, amount: amount,
                            reference: FixedBytes(repeating: 3), leavesReceipt: true)
                    ])),
            .refund(Refund(payment: PaymentID(Digest.numbered(4).bytes), amount: amount)),
            .burn(Burn(asset: asset, amount: amount)),
            .mint(Mint(asset: asset, recipient: holder, amount: amount)),
            .freeze(Freeze(asset: asset, holder: holder, isFrozen: true)),
            .clawback(Clawback(asset: asset, holder: holder, amount: amount)),
            .authorise(Authorise(asset: asset, holder: holder, isAuthorised: true)),
            .giveUpPower(GiveUpPower(asset: asset, powers: [.mint, .freeze])),
            .setReceivePolicy(
                SetReceivePolicy(assets: [asset], senders: [holder], maximum: amount)),
            .setSigners(
                SetSigners(
                    authority: Authority(
                        threshold: 1,
                        signers: [Signer(key: SigningKey.numbered(1).publicKey, weight: 1)]))),
            .closeBalance(CloseBalance(asset: asset)), .collect(Collect(asset: asset)),
            .closeReceipt(CloseReceipt(payment: PaymentID(Digest.numbered(4).bytes))),
            .changeValidators(
                ChangeValidators(
                    records: [
                        ValidatorRecord(
                            key: SigningKey.numbered(1).publicKey, weight: 3, account: holder,
                            name: "merchant")
                    ], approvers: [holder])),
            .approveValidators(ApproveValidators(proposal: .numbered(5))),
        ]
        if let code = AssetCode("GBP") {
            kinds.append(
                .createAsset(CreateAsset(code: code, decimals: 2, powers: [.mint], supply: amount)))
        }
        return kinds
    }

    private static func body(_ actions: [Action], _ document: [UInt8]? = nil) -> Body {
        Body(
            chain: .numbered(9), account: holder, sequence: Sequence(7), expiry: Height(1_000),
            feeAsset: asset, feeLimit: Amount(minorUnits: 20), sponsor: other, actions: actions,
            attachments: document.map { [AttachmentReference(to: $0)] } ?? [])
    }

    static var transactions: [Transaction] {
        let document: [UInt8] = [1, 2, 3, 4]
        let all = Transaction(
            signing: body(kinds.prefix(Body.actionLimit).map { Action($0, from: other) }),
            with: [.numbered(1), .numbered(2)])
        let attached = body([Action(kinds[0])], document)
        return kinds.map { Transaction(signing: body([Action($0)]), with: [.numbered(1)]) } + [
            all,
            Transaction(
                body: attached,
                signatures: Transaction(signing: attached, with: [.numbered(3)]).signatures,
                attachments: [document]),
        ]
    }

    static func header(_ transactionsRoot: Digest = .zero) -> BlockHeader {
        BlockHeader(
            protocolNumber: 1, chain: .numbered(9), epoch: Epoch(2), view: View(5),
            height: Height(9), parent: .numbered(10), parentView: View(4), time: Timestamp(5),
            transactionsRoot: transactionsRoot, parentReceiptsRoot: .numbered(11),
            parentStateRoot: .numbered(12), historyRoot: .numbered(13),
            validatorSet: .numbered(14), nextValidatorSet: .numbered(14),
            parameters: .numbered(15), evidenceRoot: .numbered(16), reveal: .numbered(17),
            leader: Seat(3), bodyByteCount: 100)
    }

    static var block: Block {
        let body = BlockBody(
            transactions: Array(transactions.prefix(3)), nullifications: [[1, 2]],
            evidence: [[3, 4, 5]])
        return Block(header: header(body.transactionsRoot), body: body)
    }

    private static var emptyBlock: Block {
        Block(header: header(), body: BlockBody(transactions: []))
    }
}
