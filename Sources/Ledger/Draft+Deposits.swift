public import Primitives

/// The transaction that a draft is applying, as far as its actions need it.
public struct TransactionScope: Sendable {
    public let transaction: Digest
    /// Pays fee and deposits: the sponsor if there is one, else the account.
    public let feePayer: AccountID
    public let feeAsset: AssetID
    public let listIndex: UInt32
    /// For one new entry.
    public let depositPrice: Amount
    /// Index of the action being applied.
    public var action = 0
    /// New entries that take a deposit.
    public internal(set) var newEntryCount: UInt64 = 0
    /// Hashes of the documents that travel with the transaction, in its order.
    public let attachments: [Digest]
    /// Receipts made so far.
    public internal(set) var payments: [PaymentID] = []

    public init(
        transaction: Digest, feePayer: AccountID, feeAsset: AssetID, listIndex: UInt32,
        depositPrice: Amount, attachments: [Digest] = []
    ) {
        self.transaction = transaction
        self.feePayer = feePayer
        self.feeAsset = feeAsset
        self.listIndex = listIndex
        self.depositPrice = depositPrice
        self.attachments = attachments
    }
}

extension Draft {
    /// Starts a transaction; its actions are applied until ``settle()``.
    public mutating func begin(_ scope: TransactionScope) { self.scope = scope }

    /// Names the action that is applied next.
    public mutating func beginAction(_ index: Int) { scope?.action = index }

    /// Charges the fee; a pot takes it, which no issuer reaches.
    public mutating func chargeFee(_ fee: Amount) throws(Rejection) {
        guard let scope, fee > .zero else { return }
        do throws(Rejection) {
            try debit(BalanceID(scope.feePayer, scope.feeAsset), fee, for: Movement(.fee))
            var pot = pot(scope.feeAsset)
            do { pot.fees = try pot.fees.adding(fee) } catch { throw .amountOverflow }
            set(pot, of: scope.feeAsset)
        } catch {
            throw .feeNotCovered
        }
    }

    /// The deposit of a new entry, charged when the actions are done (rule L20).
    ///
    /// Entries that no transaction makes take none, nor do balances that come to be because a deposit
    /// is returned or a vault or a claim is paid out: whoever submits that is not their holder.
    mutating func deposit(for holder: AccountID, _ kind: LedgerEvent.Kind? = nil) -> Deposit? {
        guard let scope, scope.depositPrice > .zero else { return nil }
        if let kind, kind == .depositReturned || kind == .unlocked || kind == .collected {
            return nil
        }
        self.scope?.newEntryCount += 1
        return Deposit(
            payer: scope.feePayer == holder ? nil : scope.feePayer, amount: scope.depositPrice,
            listIndex: scope.listIndex)
    }

    /// Charges the deposits of all entries that the actions made.
    ///
    /// - Parameter limit: What the sender's fee limit leaves after the fee.
    /// - Throws: ``Rejection/depositNotCovered``.
    public mutating func chargeDeposits(limit: Amount) throws(Rejection) {
        guard let scope, scope.newEntryCount > 0 else { return }
        do {
            let total = try scope.depositPrice.multiplied(by: scope.newEntryCount)
            guard total <= limit else { throw Rejection.depositNotCovered }
            try debit(
                BalanceID(scope.feePayer, scope.feeAsset), total, for: Movement(.depositPaid))
            var pot = pot(scope.feeAsset)
            pot.deposits = try pot.deposits.adding(total)
            set(pot, of: scope.feeAsset)
        } catch {
            throw .depositNotCovered
        }
    }

    /// Gives a deposit back to whoever paid it, when its entry goes.
    mutating func returnDeposit(_ deposit: Deposit?, of holder: AccountID) throws(Rejection) {
        guard let deposit else { return }
        guard let list = parameters()?.feeList, Int(deposit.listIndex) < list.count else {
            throw .depositUnreturnable
        }
        let asset = list[Int(deposit.listIndex)].asset
        do {
            var pot = pot(asset)
            pot.deposits = try pot.deposits.subtracting(deposit.amount)
            set(pot, of: asset)
            try credit(
                BalanceID(deposit.payer ?? holder, asset), deposit.amount,
                for: Movement(.depositReturned))
        } catch {
            throw .depositUnreturnable
        }
    }
}
