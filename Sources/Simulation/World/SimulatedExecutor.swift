import Chain
import Ledger
import Primitives
import Replica

/// Executes blocks of one simulated node in memory, with the code that production runs.
struct SimulatedExecutor: Sendable {
    private(set) var state: ChainState
    private(set) var leaves: MemoryLeaves
    private var verified: Set<Digest> = []
    private var admitter: Admitter?
    private let scheme: SignatureScheme

    init(_ disk: SimulatedDisk, chain: Digest, scheme: SignatureScheme) {
        state = ChainState(chain: chain, final: disk.tip)
        leaves = disk.leaves
        self.scheme = scheme
    }

    mutating func admit(_ transactions: [Transaction]) -> [AdmissionResult] {
        transactions.map { AdmissionResult(id: $0.id, verdict: verdict(on: $0)) }
    }

    private mutating func verdict(on transaction: Transaction) -> AdmissionResult.Verdict {
        if admitter == nil { admitter = freshAdmitter() }
        let known: SignatureStatus = verified.contains(transaction.envelope) ? .valid : .unchecked
        // Asked in place: two owners of one draft would make each change copy it.
        switch admitter?.check(transaction, signatures: known) {
        case nil: return .unready
        case .decided(let verdict): return verdict
        case .needsSignatures(let standing):
            guard transaction.hasValidSignatures(scheme) else { return .refused(.signatureInvalid) }
            verified.insert(transaction.envelope)
            return .admissible(standing)
        }
    }

    private func freshAdmitter() -> Admitter? {
        do throws(BlockFault) {
            let draft = try state.draft(after: state.final.digest, reading: leaves)
            return Admitter(draft, chain: state.chain)
        } catch { return nil }
    }

    mutating func assemble(_ order: AssemblyOrder) -> Assembly {
        do throws(BlockFault) {
            let built = try state.build(
                after: order.parent, order.slot, candidates: order.candidates,
                nullifications: order.nullifications, evidence: order.evidence, reading: leaves)
            state.keep(built)
            return Assembly(block: built.block, refused: built.refused.map(\.id))
        } catch { return .failed }
    }

    mutating func execute(_ block: Block) -> ExecutionVerdict {
        do throws(BlockFault) {
            _ = try state.execute(
                block, scheme: scheme, isVerified: { verified.contains($0) }, reading: leaves)
            return .valid(try ChildTerms(after: block.digest, in: state, reading: leaves))
        } catch {
            switch error {
            case .invalid: return .invalid
            case .otherBody, .unready: return .unready
            }
        }
    }

    /// Makes a block final; returns what the disk has to write.
    mutating func finalize(
        _ digest: Digest
    ) throws(BlockFault) -> (ChainState.Tip, SimulatedDisk.Outcome) {
        guard let outcome = try state.finalize(digest).first else {
            preconditionFailure("blocks become final one by one")
        }
        // It holds the leaves: two owners would make the change copy them all.
        admitter = nil
        leaves.apply(outcome.updates)
        return (
            state.final,
            SimulatedDisk.Outcome(
                updates: outcome.updates,
                journal: SimulatedDisk.Journal(
                    events: outcome.events, receipts: outcome.receipts))
        )
    }
}
