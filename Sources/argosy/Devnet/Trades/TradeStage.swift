import Chain
import Ledger
import LightClient
import Node
import Primitives

/// Where trades are played: the accounts that take part, and the way to the network.
actor TradeStage {
    /// Transactions of one account that are under way at a time.
    static let windowLimit = 8
    /// How long full nodes may take to show a state that another one has.
    static let readPatience = Duration.seconds(120)
    static let readInterval = Duration.milliseconds(100)

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
    /// The newest block with one of our transactions that was proved final.
    private var floor = Height(0)

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
            floor = max(floor, proved.height)
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
                head: head, feeAsset: feeAsset, attachments: attachments,
                upToLoad: Load.range.upperBound)
        } catch { return .failed("\(error)") }
        lanes[sender.account] = lane
        let outcome = await desk.submit(transaction, provingReceipt: false)
        if case .failed(let reason) = outcome {
            lanes[sender.account]?.broken =
                "an earlier transaction of the account failed: \(reason)"
        }
        return outcome
    }

    /// A record, by a proof that the wallet checked, of a state that has all our transactions in it.
    ///
    /// A full node that is behind proves the state that it has: true, and older than what another one
    /// has shown already. Then the wallet asks again.
    ///
    /// - Throws: ``LightNodeError``, or ``Fault`` when no full node gets there in time.
    func record<Content: RecordContent>(
        _ id: Digest, as type: Content.Type
    ) async throws -> Content? {
        try await reading { [light] in try await light.record(id, as: type) }
    }

    /// What an account has of an asset, like ``record(_:as:)``.
    func balance(_ account: AccountID, _ asset: AssetID) async throws -> Amount {
        let leaf = try await reading { [light] in
            let (leaf, height) = try await light.balance(account, asset)
            return (leaf, height)
        }
        return leaf?.amount ?? .zero
    }

    private func reading<Value: Sendable>(
        _ read: @Sendable () async throws -> (Value?, Height)
    ) async throws -> Value? {
        let (needed, end) = (floor, ContinuousClock.now + Self.readPatience)
        while true {
            do {
                let (value, height) = try await read()
                if height >= needed {
                    figures.proofs += 1
                    return value
                }
            } catch { if ContinuousClock.now >= end { throw error } }
            guard ContinuousClock.now < end else {
                throw Fault("no node has the state of block \(needed) in time")
            }
            try await Task.sleep(for: Self.readInterval)
        }
    }

    /// How long a term of the ledger takes on this machine.
    nonisolated func duration(milliseconds: UInt64) -> Duration {
        .milliseconds(Int64(clamping: milliseconds / clock.rate))
    }
}
