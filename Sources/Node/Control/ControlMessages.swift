/// What a command asks of the node that runs on a home.
///
/// - Shape: one JSON object a line, with the verb as its only key: `{"status":{}}`.
/// - Unit: amounts are decimal strings of minor units; hashes, keys and transactions hexadecimal.
public enum ControlRequest: Codable, Sendable, Equatable {
    case status
    /// Numbers of the network that a wallet needs to build a transaction.
    case network
    /// `wait` asks for the answer only when the transaction is final or refused.
    case submit(transaction: String, wait: Bool)
    case account(account: String)
    case balance(account: String, asset: String)
    case assets
    /// One asset by its id; a light node, too, proves every asset that it is asked for.
    case asset(id: String)
    case history(account: String, asset: String, from: UInt64, limit: Int)
    /// The whole history of an item, by its key.
    case trace(item: String)
    /// What the ledger says about a party, by its account, to a viewer who trusts some accounts.
    case credit(party: String, viewer: String?, trusted: [String])
    /// The file that proves the whole history of an item; light nodes make it.
    case traceFile(item: String)
    /// A record of trade by its kind and name.
    case record(kind: UInt8, id: String)
    /// A sealed document by its hash, which a step of that record names; full nodes keep them.
    case attachment(kind: UInt8, id: String, hash: String)
    /// The file that proves a payment: header, certificate, state proof.
    case proof(payment: String)
    case transaction(id: String)
    case peers
    /// Keeps a connection to the peer at this multiaddress.
    case addPeer(address: String)
    /// Ends the connection, and does not dial the peer for a while.
    case dropPeer(peer: String)
    case banPeer(peer: String, seconds: UInt64)
    case unbanPeer(peer: String)
    case bans
    case evidence
    case doctor
    case stop
}

public enum ControlAnswer: Codable, Sendable, Equatable {
    case status(StatusAnswer)
    case network(NetworkAnswer)
    case submitted(SubmissionAnswer)
    case account(AccountAnswer)
    case balance(BalanceAnswer)
    case assets([AssetAnswer])
    case history(HistoryAnswer)
    case trace(TraceAnswer)
    case credit(CreditAnswer)
    case record(RecordAnswer)
    case attachment(AttachmentAnswer)
    case proof(ProofAnswer)
    case peers([PeerAnswer])
    case evidence([EvidenceAnswer])
    case bans([BanAnswer])
    case doctor([DoctorFact])
    case done
    case failure(FailureAnswer)
}

public struct StatusAnswer: Codable, Sendable, Equatable {
    /// `starting`, `syncing 63% eta 4m`, `synced`, `stalled` or `halted (reason)`.
    public var word: String
    public var role: Role
    public var network: String
    public var chain: String
    public var peerID: String
    public var height: UInt64
    public var view: UInt64
    public var epoch: UInt64
    /// When the last final block was made; milliseconds since 1970.
    public var time: UInt64
    public var block: String
    public var stateRoot: String
    public var peers: Int
    public var pending: Int
    /// What the last final blocks were made of, for rates.
    public var transactions: UInt64
}

public struct NetworkAnswer: Codable, Sendable, Equatable {
    public var chain: String
    public var network: String
    public var height: UInt64
    /// The hash of the genesis document, and its canonical bytes.
    public var genesis: String
}

public struct SubmissionAnswer: Codable, Sendable, Equatable {
    public enum Outcome: String, Codable, Sendable {
        /// In a final block, and its actions were applied.
        case applied
        /// In a final block, and its actions failed; the fee was paid.
        case failed
        /// Never entered a block.
        case refused
        /// Handed on; not final yet.
        case pending
    }

    public var id: String
    public var outcome: Outcome
    public var height: UInt64
    /// Stable word of the reason when it failed or was refused.
    public var code: String
    /// The reason in one sentence.
    public var reason: String
    public var fee: String
    /// Names of the payments that it made, in order.
    public var payments: [String]
    /// From submission to finality as this node saw it.
    public var milliseconds: UInt64
}

/// A record as the state holds it.
public struct RecordAnswer: Codable, Sendable, Equatable {
    public var kind: UInt8
    public var id: String
    /// Its canonical bytes; empty when there is none of that kind and name.
    public var content: String
    /// Steps in its journal.
    public var steps: UInt64
    public var height: UInt64
}

/// A document that travelled with a transaction.
public struct AttachmentAnswer: Codable, Sendable, Equatable {
    public var hash: String
    /// All of it, in hexadecimal digits.
    public var content: String
    /// The block that it is in.
    public var height: UInt64
}

public struct AccountAnswer: Codable, Sendable, Equatable {
    public var account: String
    public var sequence: UInt64
    public var height: UInt64
}

public struct BalanceAnswer: Codable, Sendable, Equatable {
    public var account: String
    public var asset: String
    public var amount: String
    public var entries: UInt64
    public var frozen: Bool
    public var height: UInt64
}

public struct AssetAnswer: Codable, Sendable, Equatable {
    public var id: String
    public var code: String
    public var decimals: Int
    public var issuer: String
    public var paysFees: Bool
}

public struct HistoryAnswer: Codable, Sendable, Equatable {
    public var account: String
    public var asset: String
    /// How many entries there are in all; the pages are complete when they hold so many.
    public var count: UInt64
    public var entries: [HistoryEntry]
}

public struct HistoryEntry: Codable, Sendable, Equatable {
    public var number: UInt64
    public var height: UInt64
    public var kind: String
    public var counterparty: String
    /// Signed by direction: `+` into the account, `-` out of it.
    public var amount: String
    public var balance: String
    public var reference: String
    public var transaction: String
}

public struct ProofAnswer: Codable, Sendable, Equatable {
    public var payment: String
    public var height: UInt64
    /// The bytes of the proof file, hexadecimal.
    public var file: String
}

public struct PeerAnswer: Codable, Sendable, Equatable {
    public enum Role: String, Codable, Sendable {
        case full, light
        /// It has not said what it is.
        case unknown
    }

    public var peer: String
    public var address: String
    public var outbound: Bool
    public var role: Role
    /// Whether the operator wants it kept.
    public var kept: Bool
    /// The last height that it said is final there; nothing was proved.
    public var height: UInt64
}

/// Two votes of one validator that the rules never allow together.
public struct EvidenceAnswer: Codable, Sendable, Equatable {
    /// The final block that holds it; 0 while it is in none.
    public var height: UInt64
    public var epoch: UInt64
    public var view: UInt64
    public var seat: UInt32
    /// The validator's key; empty when the set of that epoch is not at hand.
    public var validator: String
    /// `notarizedTwice`, `finalizedTwice`, `nullifiedAndFinalized` or `stateDisagreement`.
    public var kind: String
    /// Both votes, in the form in which a block holds them.
    public var proof: String
}

public struct BanAnswer: Codable, Sendable, Equatable {
    public var peer: String
    /// When the ban ends; milliseconds since 1970.
    public var until: UInt64
}

/// One finding of the doctor.
public struct DoctorFact: Codable, Sendable, Equatable {
    public enum Verdict: String, Codable, Sendable { case good, warning, bad }

    public var subject: String
    public var verdict: Verdict
    public var finding: String

    public init(_ subject: String, _ verdict: Verdict, _ finding: String) {
        self.subject = subject
        self.verdict = verdict
        self.finding = finding
    }
}

public struct FailureAnswer: Codable, Sendable, Equatable, Error {
    /// Stable word for programs.
    public var code: String
    /// One sentence for people.
    public var message: String

    public init(_ code: String, _ message: String) {
        self.code = code
        self.message = message
    }
}
