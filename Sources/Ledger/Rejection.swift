/// Why a transaction is refused, or fails inside a block.
///
/// The numbers are part of receipts, and so of the protocol: a number is never used twice.
public enum Rejection: UInt32, Error, CaseIterable, Sendable {
    // Bytes alone.
    case tooLarge = 1
    case undecodable = 2
    case wrongNetwork = 3
    case expired = 4
    case malformed = 5
    case amountZero = 6
    case amountOverflow = 7
    case attachmentMismatch = 8

    // Keys and signatures.
    case keyNotAdmissible = 20
    case signatureMissing = 21
    case signatureSurplus = 22
    case signatureInvalid = 23

    // Sequence.
    case sequenceUsed = 30
    case sequenceAhead = 31
    case tooManyPending = 32

    // Fee cover.
    case feeAssetNotListed = 40
    case feeLimitTooLow = 41
    case feeNotCovered = 42
    case pendingNotCovered = 43

    // Meaning: the transaction enters the block, pays its fee and changes nothing else.
    case balanceShort = 60
    case unknownAsset = 61
    case balanceFrozen = 62
    case holderNotAuthorised = 63
    case assetRefused = 64
    case senderRefused = 65
    case amountRefused = 66
    case unknownPayment = 67
    case notRecipient = 68
    case refundExceedsPayment = 69
    case notIssuer = 70
    case powerAbsent = 71
    case assetExists = 72
    case unknownBalance = 73
    case balanceNotEmpty = 74
    case receiptOpen = 75
    case notParty = 76
    case depositNotCovered = 77
    case notGoverning = 78
    case validatorsInvalid = 79
    case depositUnreturnable = 80
    case vaultShort = 81
    case vaultMismatch = 82
    case unknownClaim = 83
    case recordExists = 84
    case unknownRecord = 85
    case recordTooLarge = 86

    // Trade: what a record of trade does not allow. Numbers 100 to 139 are of parties, orders, duty
    // and returns, 140 to 179 of custody, clearance, items and credit.
    case wrongState = 100
    case notEntitled = 101
    case tooEarly = 102
    case tooLate = 103
    case termsInvalid = 104
    case quoteExhausted = 105
    case secretWrong = 106
    case notAttested = 107
    case contradiction = 108
    case notAttached = 109
    case reservationAlone = 110
    case unitsExceeded = 111

    /// The state could not be read; never part of a receipt (rule L30).
    case stateUnreadable = 255
}

extension Rejection: CustomStringConvertible {
    /// One sentence for a table.
    public var description: String {
        switch self {
        case .tooLarge: "The transaction is over its size limit."
        case .undecodable: "The bytes are not a transaction in canonical form."
        case .wrongNetwork: "The transaction is for another network."
        case .expired: "The expiry height has passed."
        case .malformed: "A count or a field is outside what the format allows."
        case .amountZero: "An amount is zero."
        case .amountOverflow: "A sum does not fit 64 bits."
        case .attachmentMismatch: "An attachment is not the one that the body names."
        case .keyNotAdmissible: "A key is not a canonical point of the prime-order subgroup."
        case .signatureMissing: "An account's signatures do not reach its threshold."
        case .signatureSurplus: "A signature is not needed."
        case .signatureInvalid: "A signature does not match its key and the transaction."
        case .sequenceUsed: "The account has used this sequence already."
        case .sequenceAhead: "The sequence is not the account's next."
        case .tooManyPending: "The account has too many transactions waiting."
        case .feeAssetNotListed: "The fee asset is not on the fee list."
        case .feeLimitTooLow: "The price is above the fee limit."
        case .feeNotCovered: "The fee payer cannot pay the fee."
        case .pendingNotCovered: "The balance does not cover all waiting transactions."
        case .balanceShort: "The balance is too small."
        case .unknownAsset: "There is no such asset."
        case .balanceFrozen: "The balance is frozen."
        case .holderNotAuthorised: "The issuer has not authorised the holder."
        case .assetRefused: "The recipient does not accept this asset."
        case .senderRefused: "The recipient does not accept this sender."
        case .amountRefused: "The amount is above what the recipient accepts."
        case .unknownPayment: "There is no receipt of this payment."
        case .notRecipient: "Only the recipient of a payment refunds it."
        case .refundExceedsPayment: "The refunds would be more than was paid."
        case .notIssuer: "Only the issuer of the asset may do this."
        case .powerAbsent: "The asset does not have this power."
        case .assetExists: "The issuer has an asset with this code."
        case .unknownBalance: "The holder has no balance of this asset."
        case .balanceNotEmpty: "The balance is not zero."
        case .receiptOpen: "The receipt is still needed."
        case .notParty: "The account is not a party to this payment."
        case .depositNotCovered: "The fee payer or the fee limit does not cover the deposits."
        case .notGoverning: "The approvers hold too little weight, or are no validators."
        case .validatorsInvalid: "The list of validators is not allowed."
        case .depositUnreturnable: "Whoever paid the deposit cannot receive it now."
        case .vaultShort: "The lock holds less than that."
        case .vaultMismatch: "The lock holds another asset."
        case .unknownClaim: "Nothing waits to be collected."
        case .recordExists: "There is such a record already."
        case .unknownRecord: "There is no such record."
        case .recordTooLarge: "The record is over its size limit."
        case .wrongState: "The record is not in a state that allows this step."
        case .notEntitled: "The account is not the one that may take this step."
        case .tooEarly: "The time for this step has not come."
        case .tooLate: "The time for this step has passed."
        case .termsInvalid: "The terms are not allowed."
        case .quoteExhausted: "The quote is good for no more orders."
        case .secretWrong: "The secret is not the one of this order."
        case .notAttested: "Nobody whom the order accepts vouches for the account in this role."
        case .contradiction: "The statement contradicts another one of the same goods."
        case .notAttached: "The document does not travel with the transaction."
        case .reservationAlone: "A reservation needs a second signature."
        case .unitsExceeded: "More units would come back than were bought."
        case .stateUnreadable: "The node could not read its state."
        }
    }
}
