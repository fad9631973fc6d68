public import Ledger
import Primitives
public import Trade
public import Wire

/// One change inside a transaction, and whose change it is.
public struct Action: Equatable, Sendable {
    /// Whose action it is when it is not the transaction's account; must sign too (design R5).
    public let source: AccountID?
    public let kind: Kind

    public init(_ kind: Kind, from source: AccountID? = nil) {
        self.source = source
        self.kind = kind
    }

    /// The closed list of what this chain can do.
    ///
    /// A new kind is one new file, and one line in each switch below. Numbers from 32 belong to
    /// trade.
    public enum Kind: Equatable, Sendable {
        case payment(Payment)
        case refund(Refund)
        case createAsset(CreateAsset)
        case mint(Mint)
        case burn(Burn)
        case freeze(Freeze)
        case authorise(Authorise)
        case clawback(Clawback)
        case giveUpPower(GiveUpPower)
        case setSigners(SetSigners)
        case setReceivePolicy(SetReceivePolicy)
        case closeBalance(CloseBalance)
        case closeReceipt(CloseReceipt)
        case changeValidators(ChangeValidators)
        case collect(Collect)
        case approveValidators(ApproveValidators)
        case attest(Attest)
        case revokeAttestation(RevokeAttestation)

        /// The kind's own rules.
        public var rules: any ActionKind {
            switch self {
            case .payment(let kind): kind
            case .refund(let kind): kind
            case .createAsset(let kind): kind
            case .mint(let kind): kind
            case .burn(let kind): kind
            case .freeze(let kind): kind
            case .authorise(let kind): kind
            case .clawback(let kind): kind
            case .giveUpPower(let kind): kind
            case .setSigners(let kind): kind
            case .setReceivePolicy(let kind): kind
            case .closeBalance(let kind): kind
            case .closeReceipt(let kind): kind
            case .changeValidators(let kind): kind
            case .collect(let kind): kind
            case .approveValidators(let kind): kind
            case .attest(let kind): kind
            case .revokeAttestation(let kind): kind
            }
        }

        /// The field of the action that holds the kind, which is also the kind's number.
        public var number: UInt32 {
            switch self {
            case .payment: 2
            case .refund: 3
            case .createAsset: 4
            case .mint: 5
            case .burn: 6
            case .freeze: 7
            case .authorise: 8
            case .clawback: 9
            case .giveUpPower: 10
            case .setSigners: 11
            case .setReceivePolicy: 12
            case .closeBalance: 13
            case .closeReceipt: 14
            case .changeValidators: 15
            case .collect: 16
            case .approveValidators: ApproveValidators.number
            case .attest: Attest.number
            case .revokeAttestation: RevokeAttestation.number
            }
        }
    }
}

extension Action: WireCodable {
    public init(from bytes: Span<UInt8>, at cursor: inout WireCursor) throws(WireError) {
        source = try cursor.optionalFixed(1, "source", of: bytes)
        kind =
            switch try cursor.nextField(of: bytes) {
            case 2: .payment(try cursor.message(2, "payment", of: bytes))
            case 3: .refund(try cursor.message(3, "refund", of: bytes))
            case 4: .createAsset(try cursor.message(4, "create_asset", of: bytes))
            case 5: .mint(try cursor.message(5, "mint", of: bytes))
            case 6: .burn(try cursor.message(6, "burn", of: bytes))
            case 7: .freeze(try cursor.message(7, "freeze", of: bytes))
            case 8: .authorise(try cursor.message(8, "authorise", of: bytes))
            case 9: .clawback(try cursor.message(9, "clawback", of: bytes))
            case 10: .giveUpPower(try cursor.message(10, "give_up_power", of: bytes))
            case 11: .setSigners(try cursor.message(11, "set_signers", of: bytes))
            case 12: .setReceivePolicy(try cursor.message(12, "set_receive_policy", of: bytes))
            case 13: .closeBalance(try cursor.message(13, "close_balance", of: bytes))
            case 14: .closeReceipt(try cursor.message(14, "close_receipt", of: bytes))
            case 15: .changeValidators(try cursor.message(15, "change_validators", of: bytes))
            case 16: .collect(try cursor.message(16, "collect", of: bytes))
            case 17: .approveValidators(try cursor.message(17, "approve_validators", of: bytes))
            case Attest.number:
                .attest(try cursor.message(Attest.number, "attest", of: bytes))
            case RevokeAttestation.number:
                .revokeAttestation(
                    try cursor.message(RevokeAttestation.number, "revoke_attestation", of: bytes))
            case let number?:
                throw WireError(.unknownCase(UInt64(number)), at: cursor.offset).inside("kind")
            case nil:
                throw WireError(.missing, at: cursor.offset).inside("kind")
            }
    }

    public func encode(into writer: inout WireWriter) {
        writer.fixed(1, source)
        if case .payment(let payment) = kind {
            writer.message(kind.number, payment)
        } else {
            writer.message(kind.number, kind.rules)
        }
    }
}
