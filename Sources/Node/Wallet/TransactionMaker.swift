public import Chain
public import Ledger
public import Primitives
import Wire

/// Puts transactions together: chooses the fee asset and its limit, the expiry, and signs.
public struct TransactionMaker: Sendable {
    /// Blocks for which a transaction stays valid after the head that the wallet knows.
    public static let lifetime: UInt64 = 1_000
    /// The highest load that a fee limit allows for, so that a busy minute refuses nobody.
    public static let loadAllowance: UInt64 = 8
    /// Bytes that the limit itself may add to the body that the fee was reckoned for.
    private static let slackByteCount = 16

    public let chain: Digest
    public let parameters: Parameters

    public init(chain: Digest, parameters: Parameters) {
        self.chain = chain
        self.parameters = parameters
    }

    public init(_ genesis: Genesis) {
        self.init(chain: genesis.digest, parameters: genesis.parameters)
    }

    /// Why no transaction can be made.
    public enum Fault: Error, Equatable, Sendable {
        /// The asset is not on the network's fee list.
        case feeAssetNotListed(AssetID)
        /// The fee does not fit 64 bits.
        case feeTooLarge
    }

    /// The assets in which fees can be paid now.
    public var feeAssets: [AssetID] {
        parameters.feeList.filter(\.isAccepted).map(\.asset)
    }

    /// Makes and signs a transaction of one account.
    ///
    /// The actions, at most ``Body/actionLimit``, are applied in order, all or nothing. The sequence is
    /// one more than the account's last; the head is the last final height that the wallet knows.
    /// Without a fee limit, one is reckoned for a load of so much.
    public func make(
        _ actions: [Action], by keys: [SigningKey], for account: AccountID, sequence: Sequence,
        head: Height, feeAsset: AssetID, feeLimit: Amount? = nil, sponsor: AccountID? = nil,
        attachments: [[UInt8]] = [], upToLoad load: UInt64 = loadAllowance
    ) throws(Fault) -> Transaction {
        func body(_ limit: Amount) -> Body {
            Body(
                chain: chain, account: account, sequence: sequence,
                expiry: head.adding(Self.lifetime), feeAsset: feeAsset, feeLimit: limit,
                sponsor: sponsor, actions: actions,
                attachments: attachments.map { AttachmentReference(to: $0) })
        }
        let limit =
            if let feeLimit { feeLimit } else {
                try reckon(
                    body(.zero), signatureCount: keys.count,
                    attachedByteCount: attachments.reduce(0) { $0 + $1.count }, in: feeAsset,
                    upToLoad: load)
            }
        return Transaction(signing: body(limit), with: keys, attachments: attachments)
    }

    /// The fee at the highest load allowed for, and a deposit for every entry that could be new.
    private func reckon(
        _ body: Body, signatureCount: Int, attachedByteCount: Int, in asset: AssetID,
        upToLoad load: UInt64
    ) throws(Fault) -> Amount {
        guard let place = parameters.listIndex(of: asset) else { throw .feeAssetNotListed(asset) }
        let schedule = FeeSchedule(
            parameters: parameters, load: Load(factor: load, fullness: 0))
        let signatureByteCount = signatureCount * (SignatureEntry.byteCountOnWire)
        let weight = FeeSchedule.weight(
            byteCount: body.wire.count + Self.slackByteCount + signatureByteCount
                + attachedByteCount,
            signatureCount: signatureCount, entryCount: body.entryCount)
        guard let fee = schedule.fee(weight: weight, at: place) else { throw .feeTooLarge }
        do throws(AmountError) {
            let deposits = try parameters.feeList[place].deposit.multiplied(
                by: UInt64(body.entryCount))
            return try fee.adding(deposits)
        } catch { throw .feeTooLarge }
    }
}

extension SignatureEntry {
    /// Two fixed fields with their tags and lengths, and those of the entry itself.
    fileprivate static let byteCountOnWire = 2 + 34 + 66
}
