public import Ledger
public import LightClient
public import Primitives
public import StateTree
import Transport
import Wire

/// A value of the state, and what shows it.
public struct ProvedLeaf: Sendable {
    public let leaf: LeafProof
    /// `nil` when it is proved that there is none.
    public let value: [UInt8]?
    public let trust: LightTrust

    public var height: Height { leaf.finalized.header.height }
}

extension LightNode {
    /// Tries of one question, each with another full node.
    static let tryCount = 3
    /// Waits for a full node's index to reach the state that it has proved.
    private static let indexWait = Duration.milliseconds(50)
    private static let indexTryCount = 40

    /// A leaf of the newest final state, proved.
    ///
    /// - Throws: ``LightNodeError`` when no full node proves it.
    public func leaf(_ key: LeafKey) async throws(LightNodeError) -> ProvedLeaf {
        if let haltReason { throw .halted(haltReason) }
        var fault = LightNodeError.unreachable
        for peer in sources().prefix(Self.tryCount) {
            guard case .leaf(let proof)? = await exchange(.leaf(key), with: peer) else { continue }
            do throws(LightFault) {
                return try check(proof, key)
            } catch {
                fault = .fault(error)
                guard case .unknownValidators = error else { continue }
            }
            // Once more, when the validators of a new epoch are known.
            _ = try await refreshedHead()
            do throws(LightFault) { return try check(proof, key) } catch { fault = .fault(error) }
        }
        throw fault
    }

    private func check(_ proof: LeafProof, _ key: LeafKey) throws(LightFault) -> ProvedLeaf {
        var trust = trust
        let answer = try trust.answer(
            proof, for: key, notBefore: head?.header.height ?? Height(0), now: site.clock.now)
        remember(proof.finalized.block)
        switch answer {
        case .present(let value): return ProvedLeaf(leaf: proof, value: value, trust: trust)
        case .absent: return ProvedLeaf(leaf: proof, value: nil, trust: trust)
        }
    }

    private func value<Value: WireCodable>(
        _ id: LeafID, as type: Value.Type
    ) async throws(LightNodeError) -> (value: Value?, leaf: ProvedLeaf) {
        let proved = try await leaf(id.key)
        guard let bytes = proved.value else { return (nil, proved) }
        do { return (try Value(wire: bytes), proved) } catch { throw .unreadable }
    }

    /// The last sequence that an account has used, proved, and the height at which it was so.
    public func sequence(
        of account: AccountID
    ) async throws(LightNodeError) -> (sequence: Sequence, height: Height) {
        let (leaf, proved) = try await value(.account(account), as: AccountLeaf.self)
        return (leaf?.sequence ?? Sequence(0), proved.height)
    }

    /// A balance, proved; without a leaf when the account holds none of the asset.
    public func balance(
        _ account: AccountID, _ asset: AssetID
    ) async throws(LightNodeError) -> (leaf: BalanceLeaf?, height: Height) {
        let (leaf, proved) = try await value(
            .balance(BalanceID(account, asset)), as: BalanceLeaf.self)
        return (leaf, proved.height)
    }

    /// A record, proved; `nil` when it is proved that there is none of that name and kind.
    public func record<Content: RecordContent>(
        _ id: Digest, as type: Content.Type
    ) async throws(LightNodeError) -> (content: Content?, height: Height) {
        let leaf = LeafID.record(RecordID(id, of: type))
        let (value, proved) = try await value(leaf, as: RecordLeaf.self)
        guard let value else { return (nil, proved.height) }
        do { return (try Content(wire: value.content), proved.height) } catch {
            throw .unreadable
        }
    }

    public func asset(_ id: AssetID) async throws(LightNodeError) -> AssetLeaf? {
        try await value(.asset(id), as: AssetLeaf.self).value
    }

    /// Fee list and terms that are in force, proved.
    public func parameters() async throws(LightNodeError) -> Parameters {
        guard let parameters = try await value(.parameters, as: Parameters.self).value else {
            throw .unreadable
        }
        return parameters
    }

    /// A file that proves a payment to anyone, years later.
    public func proofFile(
        _ payment: PaymentID
    ) async throws(LightNodeError) -> (file: ProofFile, receipt: ReceiptLeaf) {
        let (receipt, proved) = try await value(.receipt(payment), as: ReceiptLeaf.self)
        guard let receipt else { throw .refused(.unknownPayment) }
        return (proved.trust.file(for: proved.leaf), receipt)
    }

    // MARK: Statements

    /// One line of a statement.
    public struct StatementLine: Sendable {
        public let number: UInt64
        public let height: Height
        public let event: LedgerEvent
    }

    /// Every change of a balance from the first, proved to be complete.
    public func statement(
        _ account: AccountID, _ asset: AssetID
    ) async throws(LightNodeError) -> [StatementLine] {
        let id = LeafID.balance(BalanceID(account, asset))
        guard let leaf = try await value(id, as: BalanceLeaf.self).value else { return [] }
        var lines: [StatementLine] = []
        for entry in try await journal(of: id.key, provedBy: leaf.journal) {
            guard let event = try? LedgerEvent(wire: entry.event) else { throw .unreadable }
            lines.append(
                StatementLine(
                    number: UInt64(lines.count) + 1, height: entry.height, event: event))
        }
        return lines
    }

    /// Every event of a journal from the first, proved to be complete by the head of a proved leaf.
    func journal(
        of key: LeafKey, provedBy head: JournalHead
    ) async throws(LightNodeError) -> [JournalEvent] {
        var statement = Statement(expected: head)
        var events: [JournalEvent] = []
        for _ in 0..<Self.indexTryCount where !statement.isAtEnd {
            let count = events.count
            try await readPages(key, &statement, &events)
            if events.count == count { try? await Task.sleep(for: Self.indexWait) }
        }
        do throws(StatementFault) { try statement.finish() } catch { throw .statement(error) }
        return events
    }

    /// Reads pages until the end, or until a full node has no more.
    private func readPages(
        _ key: LeafKey, _ statement: inout Statement, _ events: inout [JournalEvent]
    ) async throws(LightNodeError) {
        guard let peer = sources().first else { throw .unreachable }
        while !statement.isAtEnd {
            let left = statement.expected.count - statement.next + 1
            let limit = min(LightLimits.eventCountLimit, Int(clamping: left))
            guard
                case .journal(let page)? = await exchange(
                    .journal(key, first: statement.next, limit: limit), with: peer),
                !page.events.isEmpty
            else { return }
            do throws(StatementFault) { try statement.take(page) } catch {
                throw .statement(error)
            }
            events += page.events
        }
    }
}
