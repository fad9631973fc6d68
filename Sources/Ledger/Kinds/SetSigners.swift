import Primitives
public import Wire

/// Says who signs for the source from the next transaction on.
public struct SetSigners: ActionKind {
    public static let number: UInt32 = 11

    /// `nil` makes the founding key the only signer again.
    public let authority: Authority?

    public init(authority: Authority?) { self.authority = authority }

    public init(from bytes: Span<UInt8>, at cursor: inout WireCursor) throws(WireError) {
        authority = try cursor.optionalMessage(1, "authority", of: bytes)
    }

    public func encode(into writer: inout WireWriter) { writer.message(1, authority) }

    /// Checking a key costs about as much as checking a signature.
    public var entryCount: Int { 1 + 2 * (authority?.signers.count ?? 0) }

    public func check() throws(Rejection) {
        if let authority, !authority.isWellFormed { throw .malformed }
    }

    public func apply(to draft: inout Draft, by source: AccountID) throws(Rejection) {
        for signer in authority?.signers ?? [] where !signer.key.isAdmissible {
            throw .keyNotAdmissible
        }
        let sequence = draft.account(source)?.sequence ?? Sequence(0)
        draft.set(
            AccountLeaf(sequence: sequence, authority: authority, signersSet: draft.time),
            of: source)
    }
}
