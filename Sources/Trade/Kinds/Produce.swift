public import Ledger
public import Primitives
public import Wire

/// Says that the goods are ready, with an inspector's certificate when the terms ask for one.
public struct Produce: ActionKind {
    public static let number: UInt32 = 38

    public let order: Digest
    /// Signs too.
    public let inspector: AccountID?
    /// Hash of the certificate.
    public let certificate: Digest?

    public init(order: Digest, inspector: AccountID? = nil, certificate: Digest? = nil) {
        self.order = order
        self.inspector = inspector
        self.certificate = certificate
    }

    public init(from bytes: Span<UInt8>, at cursor: inout WireCursor) throws(WireError) {
        order = try cursor.fixed(1, "order", of: bytes)
        inspector = try cursor.optionalFixed(2, "inspector", of: bytes)
        certificate = try cursor.optionalFixed(3, "certificate", of: bytes)
    }

    public func encode(into writer: inout WireWriter) {
        writer.fixed(1, order)
        writer.fixed(2, inspector)
        writer.fixed(3, certificate)
    }

    public var entryCount: Int { 2 }

    public var approvers: [AccountID] { inspector.map { [$0] } ?? [] }

    public func check() throws(Rejection) {
        guard (inspector == nil) == (certificate == nil) else { throw .malformed }
    }

    public func apply(to draft: inout Draft, by source: AccountID) throws(Rejection) {
        var order = try draft.order(order)
        try order.requireSeller(source)
        if let inspector { try draft.require(.inspector, of: inspector, in: order) }
        if case .balance(let balance) = order.terms.settlement, balance.needsCertificate {
            guard inspector != nil else { throw .notAttested }
        }
        try draft.advance(
            &order, self.order, .produce,
            RecordStep(Self.number, by: source, subject: certificate))
    }
}
