public import Chain
import Ledger
import LightClient
public import Primitives
import Transport
import Wire

/// A transaction in a final block, as a light node has proved it.
public struct ProvedOutcome: Sendable {
    public let id: Digest
    public let height: Height
    public let receipt: Receipt
    /// Whether the receipt follows from certificates too.
    ///
    /// Otherwise only that the transaction is in the final block does, until the next block is
    /// there, whose header holds the receipts' root.
    public let isReceiptProved: Bool
    public let duration: Duration
}

extension LightNode {
    /// Hands a transaction in and waits until it is proved to be final.
    ///
    /// - Parameters:
    ///   - transaction: Signed.
    ///   - limit: How long to wait; it may become final later still.
    ///   - provingReceipt: Whether to prove what came of it too, which takes one more question.
    /// - Returns: What became of it; see ``ProvedOutcome/isReceiptProved``.
    /// - Throws: ``LightNodeError/refused(_:)`` when it will not enter a block.
    public func submit(
        _ transaction: Transaction, within limit: Duration = .seconds(60),
        provingReceipt: Bool = true
    ) async throws(LightNodeError) -> ProvedOutcome {
        if let haltReason { throw .halted(haltReason) }
        let start = ContinuousClock.now
        var fault = LightNodeError.unreachable
        while ContinuousClock.now - start < limit {
            for peer in sources().prefix(Self.tryCount) {
                let status: TransactionStatus
                switch await handIn(transaction, to: peer) {
                case .success(let answer): status = answer
                case .failure(.refused(let rejection)): throw .refused(rejection)
                case .failure(let error):
                    fault = error
                    continue
                }
                guard case .included(let included) = status else {
                    fault = .timedOut
                    continue
                }
                return try await prove(
                    transaction, included, provingReceipt, since: start, with: peer)
            }
            // Every full node was asked; they may be starting.
            guard (try? await Task.sleep(for: .milliseconds(200))) != nil else { break }
        }
        throw fault
    }

    /// What became of a transaction, as one full node says; included ones are proved.
    ///
    /// - Returns: `nil` when it is not known, or waits.
    public func outcome(
        of id: Digest
    ) async throws(LightNodeError) -> (receipt: Receipt, height: Height)? {
        for peer in sources().prefix(Self.tryCount) {
            guard case .status(let status)? = await exchange(.status(id), with: peer),
                case .included(let included) = status
            else { continue }
            try await proveFinal(included.header, with: peer)
            guard let receipt = try? Receipt(wire: included.receipt), receipt.transaction == id
            else { throw .unreadable }
            return (receipt, included.header.height)
        }
        return nil
    }

    /// Submits to one full node, then asks what became of it.
    private func handIn(
        _ transaction: Transaction, to peer: PeerID
    ) async -> Result<TransactionStatus, LightNodeError> {
        guard
            case .submitted(let codes)? = await exchange(
                .submit([transaction.bytes]), with: peer), let code = codes.first
        else { return .failure(.unreachable) }
        guard case .status(let status)? = await exchange(.status(transaction.id), with: peer)
        else { return .failure(.unreachable) }
        if case .included = status { return .success(status) }
        // A sequence is used by this very transaction when it was handed in before.
        guard code == 0 else {
            return .failure(.refused(Rejection(rawValue: code) ?? .stateUnreadable))
        }
        return .success(status)
    }

    private func prove(
        _ transaction: Transaction, _ included: IncludedTransaction, _ provingReceipt: Bool,
        since start: ContinuousClock.Instant, with peer: PeerID
    ) async throws(LightNodeError) -> ProvedOutcome {
        do throws(LightFault) { try included.verify(id: transaction.envelope) } catch {
            throw .fault(error)
        }
        guard let receipt = try? Receipt(wire: included.receipt),
            receipt.transaction == transaction.id
        else { throw .unreadable }
        try await proveFinal(included.header, with: peer)
        let isProved =
            provingReceipt ? try await proveReceipt(receipt, included, with: peer) : false
        return ProvedOutcome(
            id: transaction.id, height: included.header.height, receipt: receipt,
            isReceiptProved: isProved, duration: ContinuousClock.now - start)
    }

    /// Shows that a header is the head or an ancestor of it.
    private func proveFinal(
        _ header: BlockHeader, with peer: PeerID
    ) async throws(LightNodeError) {
        let digest = header.digest
        for _ in 0..<Self.tryCount where !isProved(digest) {
            var known = head
            if known.map({ $0.header.height < header.height }) ?? true {
                known = try await refreshedHead()
            }
            guard let known, known.header.height > header.height else { continue }
            guard
                case .ancestor(let ancestor)? = await exchange(
                    .ancestor(header.height, under: known.header.height), with: peer)
            else { continue }
            do throws(LightFault) { try ancestor.verify(under: known.header) } catch {
                throw .fault(error)
            }
            guard ancestor.header == header else { throw .fault(.wrongSubject) }
            remember(digest)
        }
        guard isProved(digest) else { throw .unreachable }
    }

    /// Shows what came of a transaction.
    ///
    /// Either the receipt of its first payment is in the state, or the next header, if there is
    /// one, names the receipts of the block.
    private func proveReceipt(
        _ receipt: Receipt, _ included: IncludedTransaction, with peer: PeerID
    ) async throws(LightNodeError) -> Bool {
        if let payment = receipt.payments.first {
            return try await leaf(LeafID.receipt(payment).key).value != nil
        }
        guard let head, head.header.height > included.header.height else { return false }
        var next = head.header
        let height = included.header.height.next
        if next.height > height {
            guard
                case .ancestor(let ancestor)? = await exchange(
                    .ancestor(height, under: next.height), with: peer)
            else { return false }
            do throws(LightFault) { try ancestor.verify(under: head.header) } catch {
                throw .fault(error)
            }
            next = ancestor.header
        }
        do throws(LightFault) {
            try included.verifyReceipt(hash: receipt.digest, under: next)
            return true
        } catch { throw .fault(error) }
    }
}
