import Chain
import Consensus
import Ledger
import LightClient
import Primitives
import Wire

/// What both kinds of node can look up in the final state: a full node in its own, a light node by
/// proof.
protocol StateView: Sendable {
    /// The value of a leaf, and the height at which it was so.
    func look(at id: LeafID) async throws -> (value: [UInt8]?, height: Height)

    /// Every event of a leaf's journal, checked to be complete.
    func journal(_ id: LeafID, _ head: JournalHead) async throws -> [JournalEvent]
}

extension StateView {
    func look<Value: WireCodable>(
        at id: LeafID, as type: Value.Type
    ) async throws -> (value: Value?, height: Height) {
        let (bytes, height) = try await look(at: id)
        return (try bytes.map { try Value(wire: $0) }, height)
    }

    func account(_ text: String) async throws -> ControlAnswer {
        let id: AccountID = try Self.read(text, "an account")
        let (leaf, height) = try await look(at: .account(id), as: AccountLeaf.self)
        return .account(
            AccountAnswer(
                account: text, sequence: leaf?.sequence.number ?? 0, height: height.number))
    }

    func balance(_ account: String, _ asset: String) async throws -> ControlAnswer {
        let id = try Self.balanceID(account, asset)
        let (leaf, height) = try await look(at: .balance(id), as: BalanceLeaf.self)
        return .balance(
            BalanceAnswer(
                account: account, asset: asset, amount: String(leaf?.amount.minorUnits ?? 0),
                entries: leaf?.journal.count ?? 0, frozen: leaf?.isFrozen ?? false,
                height: height.number))
    }

    func record(_ kind: UInt8, _ text: String) async throws -> ControlAnswer {
        let id: Digest = try Self.read(text, "a record")
        let (leaf, height) = try await look(
            at: .record(RecordID(kind: kind, id: id)), as: RecordLeaf.self)
        return .record(
            RecordAnswer(
                kind: kind, id: text, content: leaf.map { Hex.encode($0.content) } ?? "",
                steps: leaf?.journal.count ?? 0, height: height.number))
    }

    /// The asset of an id; empty when there is none.
    func asset(_ text: String) async throws -> [AssetAnswer] {
        let id: AssetID = try Self.read(text, "an asset")
        guard let leaf = try await look(at: .asset(id), as: AssetLeaf.self).value else {
            return []
        }
        let parameters = try await look(at: .parameters, as: Parameters.self).value
        return [
            AssetAnswer(
                id, leaf.code, leaf.decimals, leaf.issuer,
                fees: parameters?.listIndex(of: id) != nil)
        ]
    }

    static func balanceID(_ account: String, _ asset: String) throws -> BalanceID {
        BalanceID(try read(account, "an account"), try read(asset, "an asset"))
    }

    static func read<Value: Bytes32>(_ text: String, _ what: String) throws -> Value {
        guard let value = Value(hex: text) else {
            throw FailureAnswer("malformed", "`\(text.prefix(80))` is not the id of \(what).")
        }
        return value
    }

    static func transaction(_ text: String) throws -> Transaction {
        guard text.utf8.count <= 2 * Transaction.fullByteLimit, let bytes = Hex.decode(text),
            let transaction = try? Transaction(wire: bytes)
        else {
            throw FailureAnswer("undecodable", Rejection.undecodable.description)
        }
        return transaction
    }
}

extension FailureAnswer {
    /// Any error of a node as one sentence.
    init(_ error: any Error) {
        switch error {
        case let failure as FailureAnswer: self = failure
        case let failure as LightNodeError: self.init(failure.code, failure.description)
        case let fault as BlockFault: self.init("state", "The state cannot be read: \(fault).")
        default: self.init("internal", "The node could not answer: \(error).")
        }
    }
}

extension SubmissionAnswer {
    static func refused(_ id: Digest, _ code: String, _ reason: String) -> SubmissionAnswer {
        SubmissionAnswer(
            id: id.hex, outcome: .refused, height: 0, code: code, reason: reason, fee: "0",
            payments: [], milliseconds: 0)
    }

    static func pending(_ id: Digest) -> SubmissionAnswer {
        SubmissionAnswer(
            id: id.hex, outcome: .pending, height: 0, code: "", reason: "", fee: "0",
            payments: [], milliseconds: 0)
    }

    init(_ receipt: Receipt, at height: Height, after duration: Duration) {
        let (seconds, attoseconds) = duration.components
        self.init(
            id: receipt.transaction.hex, outcome: receipt.succeeded ? .applied : .failed,
            height: height.number, code: receipt.rejection?.word ?? "",
            reason: receipt.rejection?.description ?? "", fee: String(receipt.fee.minorUnits),
            payments: receipt.payments.map(\.hex),
            milliseconds: UInt64(clamping: seconds * 1_000 + attoseconds / 1_000_000_000_000_000))
    }
}

extension HistoryEntry {
    init(_ number: UInt64, _ height: Height, _ event: LedgerEvent) {
        let sign =
            switch event.kind {
            case .genesis, .received, .refundReceived, .depositReturned, .minted, .reward,
                .unlocked, .collected:
                "+"
            case .paid, .refundPaid, .fee, .depositPaid, .burned, .clawedBack, .locked, .melted:
                "-"
            case .created, .powersGivenUp: ""
            }
        self.init(
            number: number, height: height.number, kind: "\(event.kind)",
            counterparty: event.counterparty?.hex ?? "",
            amount: sign + String(event.amount.minorUnits),
            balance: String(event.balance.minorUnits),
            reference: event.reference.map { Hex.encode($0.array) } ?? "",
            transaction: event.transaction.hex)
    }
}

extension AssetAnswer {
    init(_ id: AssetID, _ code: AssetCode, _ decimals: UInt32, _ issuer: AccountID, fees: Bool) {
        self.init(
            id: id.hex, code: code.description, decimals: Int(decimals), issuer: issuer.hex,
            paysFees: fees)
    }
}

extension EvidenceAnswer {
    /// Pieces of evidence in one answer.
    static let listLimit = 1_024

    init(_ evidence: Evidence, in height: Height, validator: PublicKey?) {
        let key = evidence.key
        self.init(
            height: height.number, epoch: key.epoch.number, view: key.view.number,
            seat: key.seat.index, validator: validator?.hex ?? "", kind: "\(key.kind)",
            proof: Hex.encode(evidence.wire))
    }
}
