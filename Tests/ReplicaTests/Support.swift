import Chain
import Ledger
import Primitives
import Replica
import Wire

extension Digest {
    static func numbered(_ number: UInt64) -> Digest {
        Digest(hashing: (0..<8).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }, in: .seed)
    }
}

/// Makes transactions that look right; nobody checks their signatures here.
enum Paper {
    static let chain = Digest.numbered(0)
    static let asset = AssetID(Digest.numbered(1).bytes)

    static func account(_ number: UInt64) -> AccountID {
        AccountID(Digest.numbered(1_000 + number).bytes)
    }

    static func payment(
        from account: UInt64, _ sequence: UInt64, amount: UInt64 = 1, expiry: UInt64 = 1_000
    ) -> Transaction {
        transaction(
            account, sequence, expiry: expiry,
            .payment(
                Payment(
                    asset: asset,
                    outputs: [
                        Payment.Output(
                            recipient: self.account(99), amount: Amount(minorUnits: amount))
                    ])))
    }

    static func mint(by account: UInt64, _ sequence: UInt64) -> Transaction {
        transaction(
            account, sequence, expiry: 1_000,
            .burn(Burn(asset: asset, amount: Amount(minorUnits: 1))))
    }

    static func transaction(
        _ account: UInt64, _ sequence: UInt64, expiry: UInt64, _ kind: Action.Kind
    ) -> Transaction {
        let body = Body(
            chain: chain, account: self.account(account), sequence: Sequence(sequence),
            expiry: Height(expiry), feeAsset: asset, feeLimit: Amount(minorUnits: 10),
            actions: [Action(kind)])
        let entry = SignatureEntry(
            key: PublicKey(Digest.numbered(account).bytes),
            signature: Signature(FixedBytes(repeating: 7)))
        return Transaction(body: body, signatures: [entry])
    }

    /// What admission says of a transaction when the account has so much.
    static func standing(
        _ transaction: Transaction, after sequence: UInt64 = 0, holding held: UInt64 = 1_000_000,
        needing needed: UInt64 = 10
    ) -> AccountStanding {
        AccountStanding(
            sequence: Sequence(sequence),
            covers: [
                AccountStanding.Cover(
                    balance: BalanceID(transaction.body.account, asset),
                    needed: Amount(minorUnits: needed), available: Amount(minorUnits: held))
            ])
    }
}
