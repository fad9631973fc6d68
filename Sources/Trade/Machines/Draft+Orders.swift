public import Ledger
public import Primitives

/// Reading, stepping and writing the records of an order.
extension Draft {
    public mutating func order(_ id: Digest) throws(Rejection) -> Order {
        guard let order = record(id, as: Order.self) else { throw .unknownRecord }
        return order
    }

    public mutating func parcel(_ order: Digest) throws(Rejection) -> Parcel {
        guard let parcel = record(order, as: Parcel.self) else { throw .unknownRecord }
        return parcel
    }

    /// Takes a step of an order: its table decides, money moves, the record and its journal follow.
    mutating func advance(
        _ order: inout Order, _ id: Digest, _ event: OrderEvent, _ step: RecordStep
    ) throws(Rejection) {
        let before = order.phase
        let effects = try order.handle(event, at: moment)
        let paid = try redirect(effects, of: order, id, step)
        try carryOut(paid, of: id, in: order.terms.asset)
        try update(order, at: id, step)
        try remember(order, id, from: before, step)
    }

    /// Takes a step of the parcel of an order.
    mutating func advance(
        _ parcel: inout Parcel, of order: Order, _ id: Digest, _ event: ParcelEvent,
        _ step: RecordStep
    ) throws(Rejection) {
        let effects = try parcel.handle(event, cargo(of: order), at: moment)
        try carryOut(effects, of: id, in: order.terms.asset)
        try update(parcel, at: id, step)
        try remember(parcel, of: id, step)
    }

    /// The buyer has the risk of the way when the seller is paid at pick-up, the seller when the
    /// price is locked, and the holder of the transport document when there is one (rule T34).
    public mutating func cargo(of order: Order) -> Cargo {
        let bearer: AccountID
        switch order.terms.settlement {
        case .direct: bearer = order.buyer
        case .locked: bearer = order.seller
        case .balance:
            let document = order.document.flatMap { record($0, as: TransportDocument.self) }
            bearer = document?.holder ?? order.seller
        }
        return Cargo(payer: order.buyer, bearer: bearer, value: order.terms.price)
    }

    /// Refuses an account that nobody the order accepts vouches for in a role.
    mutating func require(
        _ role: Role, of account: AccountID, in order: Order
    ) throws(Rejection) {
        let attesters = order.terms.attesters(of: role)
        guard isAttested(account, as: role, byAnyOf: attesters) else { throw .notAttested }
    }

    /// Refuses a document that does not travel with the transaction.
    func requireAttached(_ documents: [Digest]) throws(Rejection) {
        for document in documents {
            guard scope?.attachments.contains(document) == true else { throw .notAttached }
        }
    }
}

extension Order {
    func requireBuyer(_ account: AccountID) throws(Rejection) {
        guard account == buyer else { throw .notEntitled }
    }

    func requireSeller(_ account: AccountID) throws(Rejection) {
        guard account == seller else { throw .notEntitled }
    }
}
