public import Primitives
import StateTree
public import Wire

/// Why an amount moves, and what its event says beside the amount.
public struct Movement: Sendable {
    public let kind: LedgerEvent.Kind
    public let counterparty: AccountID?
    public let reference: FixedBytes<8>?
    public let payment: PaymentID?
    public let vault: VaultID?

    public init(
        _ kind: LedgerEvent.Kind, with counterparty: AccountID? = nil,
        reference: FixedBytes<8>? = nil, payment: PaymentID? = nil, vault: VaultID? = nil
    ) {
        self.kind = kind
        self.counterparty = counterparty
        self.reference = reference
        self.payment = payment
        self.vault = vault
    }
}

extension Draft {
    /// The one place that says whether a balance may move; every path asks here (rule L12).
    ///
    /// A frozen balance moves for nobody but the issuer who claws back, and a holder who burns all
    /// of it. An issuer's own balance needs no consent of the issuer, and a power that was given up
    /// leaves no mark with force.
    mutating func refusal(
        of leaf: BalanceLeaf, _ id: BalanceID, emptying: Bool, for kind: LedgerEvent.Kind
    ) -> Rejection? {
        switch kind {
        case .clawedBack, .genesis: return nil
        case .burned where emptying: return nil
        case .paid, .received, .refundPaid, .refundReceived, .fee, .depositPaid, .depositReturned,
            .minted, .burned, .reward, .created, .powersGivenUp, .locked, .unlocked, .melted,
            .collected:
            break
        }
        if !leaf.isFrozen, leaf.isAuthorised { return nil }
        guard let asset = asset(id.asset) else { return .unknownAsset }
        if leaf.isFrozen, asset.powers.contains(.freeze) { return .balanceFrozen }
        guard asset.powers.contains(.authorise), asset.issuer != id.account else { return nil }
        return leaf.isAuthorised ? nil : .holderNotAuthorised
    }

    /// Takes an amount out of a balance.
    public mutating func debit(
        _ id: BalanceID, _ amount: Amount, for movement: Movement
    ) throws(Rejection) {
        let place = balancePlace(id)
        guard var leaf = tables.balances[place] else { throw .balanceShort }
        let emptying = leaf.amount == amount
        if let refusal = refusal(of: leaf, id, emptying: emptying, for: movement.kind) {
            throw refusal
        }
        do { leaf.amount = try leaf.amount.subtracting(amount) } catch { throw .balanceShort }
        write(
            movement, amount, leaf.amount, to: &leaf.journal, of: .balance(id),
            at: tables.balances.key(at: place))
        tables.balances.set(leaf, at: place)
    }

    /// Adds an amount to a balance; a new one takes a deposit from the transaction's fee payer.
    public mutating func credit(
        _ id: BalanceID, _ amount: Amount, for movement: Movement
    ) throws(Rejection) {
        let place = balancePlace(id)
        var leaf: BalanceLeaf
        if let held = tables.balances[place] {
            leaf = held
        } else {
            guard asset(id.asset) != nil else { throw .unknownAsset }
            leaf = BalanceLeaf(deposit: deposit(for: id.account, movement.kind))
        }
        if let refusal = refusal(of: leaf, id, emptying: false, for: movement.kind) {
            throw refusal
        }
        do { leaf.amount = try leaf.amount.adding(amount) } catch { throw .amountOverflow }
        write(
            movement, amount, leaf.amount, to: &leaf.journal, of: .balance(id),
            at: tables.balances.key(at: place))
        tables.balances.set(leaf, at: place)
    }

    /// Changes how much of an asset there is; the balance that gains or loses it moves separately.
    mutating func changeSupply(
        of id: AssetID, by amount: Amount, for movement: Movement
    ) throws(Rejection) {
        guard var leaf = asset(id) else { throw .unknownAsset }
        do throws(AmountError) {
            switch movement.kind {
            case .burned, .clawedBack, .melted: leaf.supply = try leaf.supply.subtracting(amount)
            default: leaf.supply = try leaf.supply.adding(amount)
            }
        } catch {
            throw .amountOverflow
        }
        write(movement, amount, leaf.supply, to: &leaf.journal, of: .asset(id))
        set(leaf, of: id)
    }

    mutating func write(
        _ movement: Movement, _ amount: Amount, _ balance: Amount,
        to journal: inout JournalHead, of id: JournalID, at leaf: LeafKey? = nil
    ) {
        let event = LedgerEvent(
            kind: movement.kind, counterparty: movement.counterparty, amount: amount,
            balance: balance, reference: movement.reference,
            transaction: scope?.transaction ?? .zero, payment: movement.payment,
            vault: movement.vault)
        events.append(event, to: &journal, of: id, leaf ?? id.leaf.key, at: height)
    }
}
