public import Primitives
public import Wire

/// One kind of change: its fields, its byte form, what bytes alone tell, and what it does.
public protocol ActionKind: WireCodable, Equatable {
    /// The field of an action that holds it.
    static var number: UInt32 { get }
    /// Leaves of the state that it touches, for the weight.
    var entryCount: Int { get }
    /// Accounts beside the source that must sign.
    var approvers: [AccountID] { get }
    /// What it takes out of the source's balances, as far as bytes alone tell.
    var spending: [(asset: AssetID, amount: Amount)] { get }

    /// Checks what bytes alone tell.
    func check() throws(Rejection)

    /// Makes the change; the caller takes back a part of it when it throws.
    func apply(to draft: inout Draft, by source: AccountID) throws(Rejection)
}

extension ActionKind {
    public var approvers: [AccountID] { [] }
    public var spending: [(asset: AssetID, amount: Amount)] { [] }
}

extension Amount {
    /// A sum in 128 bits, which no list of amounts of a transaction can overflow.
    static func fits(_ sum: UInt128) -> Bool { sum <= UInt128(UInt64.max) }
}
