import Chain
import Ledger
import LightClient
import Node
import Primitives

/// Where trades are played: the accounts that take part, and the way to the network.
actor TradeStage {
    /// Transactions of one account that are under way at a time.
    static let windowLimit = 8

    /// Why a trade did not go on.
    struct Fault: Error, CustomStringConvertible {
        let description: String
        let rejection: Rejection?

        init(_ description: String, _ rejection: Rejection? = nil) {
            self.description = description
            self.rejection = rejection
        }
    }

    /// One account's next sequence, and how many of its transactions may be under way.
    private struct Lane {
        var sequence: Sequence
        let window = Permits(TradeStage.windowLimit)
        /// Why nothing of it can follow.
        var broken: String?
    }

    struct Figures: Sendable {
        var transactions = 0
        var actions = 0
        var proofs = 0
        /// Unit: milliseconds.
        var finality: [Int] = []
    }

    nonisolated let light: LightNode
    nonisolated let clock: LedgerClock
    private let desk: SubmissionDesk
    private let maker: TransactionMaker
    private let feeAsset: AssetID
    private var lanes: [AccountID: Lane] = [:]
    private(set) var figures = Figures()

    init(_ desk: SubmissionDesk, _ founding: DevnetFounding, _ clock: LedgerClock) {
        self.desk = desk
        self.clock = clock
        light = desk.light
        maker = TransactionMaker(founding.genesis)
        feeAsset = founding.fee
    }

    /// Looks up, by proofs, where an account's sequence stands.
    func open(_ account: AccountID) async throws {
        guard lanes[account] == nil else { return }
        let (sequence, _) = try await light.sequence(of: account)
        figures.proofs += 1
        lanes[account] = Lane(sequence: sequence)
    }

    /// Hands in a transaction of one account that others may sign too, and waits until it is final.
    ///
    /// - Throws: ``Fault``, with the rejection when it is final without effect.
    @discardableResult
    func send(
        _ actions: [Action], by sender: SigningKey, with others: [SigningKey] = [],
        attachments: [[UInt8]] = []
    ) async throws(Fault) -> ProvedOutcome {
        guard let window = lanes[sender.account]?.window else {
            throw Fault("an account was not opened")
        }
        await window.take()
        let outcome = await handIn(actions, by: sender, with: others, attachments)
        await window.give()
        switch outcome {
        case .failed(let reason): throw Fault(reason)
        case .final(let proved):
            let (seconds, attoseconds) = proved.duration.components
            figures.transactions += 1
            figures.actions += actions.count
            figures.proofs += 1
            figures.finality.append(
                Int(seconds) * 1_000 + Int(attoseconds / 1_000_000_000_000_000))
            if let rejection = proved.receipt.rejection {
                throw Fault("\(rejection)", rejection)
            }
            return proved
        }
    }

    private func handIn(
        _ actions: [Action], by sender: SigningKey, with others: [SigningKey],
        _ attachments: [[UInt8]]
    ) async -> SubmissionDesk.Outcome {
        let head = await light.head?.header.height ?? Height(0)
        guard var lane = lanes[sender.account] else { return .failed("no lane") }
        if let broken = lane.broken { return .failed(broken) }
        lane.sequence = lane.sequence.next
        let transaction: Transaction
        do {
            transaction = try maker.make(
                actions, by: [sender] + others, for: sender.account, sequence: lane.sequence,
                head: head, feeAsset: feeAsset, attachments: attachments)
        } catch { return .failed("\(error)") }
        lanes[sender.account] = lane
        let outcome = await desk.submit(transaction, provingReceipt: false)
        if case .failed(let reason) = outcome {
            lanes[sender.account]?.broken =
                "an earlier transaction of the account failed: \(reason)"
        }
        return outcome
    }

    /// A record of the newest final state, by a proof that the wallet checked.
    func record<Content: RecordContent>(
        _ id: Digest, as type: Content.Type
    ) async throws -> Content? {
        let (content, _) = try await light.record(id, as: type)
        figures.proofs += 1
        return content
    }

    /// How long a term of the ledger takes on this machine.
    nonisolated func duration(milliseconds: UInt64) -> Duration {
        .milliseconds(Int64(clamping: milliseconds / clock.rate))
    }
}
