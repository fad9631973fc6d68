public import Chain
public import Consensus
public import Ledger
public import LightClient
public import Primitives
public import StateTree

/// What a full node reads to answer light nodes, and the answers that follow from it.
///
/// Production reads its stores, the simulator its disks in memory; what is answered is decided here.
///
/// - Source: rules N12 and N40.
public protocol LightSource {
    associatedtype Failure: Error

    func header(at height: Height) throws(Failure) -> BlockHeader?
    /// The certificate of this very block; `nil` when it became final with a later one.
    func finalization(at height: Height) throws(Failure) -> Finalization?
    /// A final block as the chain encodes it.
    func block(at height: Height) throws(Failure) -> [UInt8]?
    func validators(of epoch: Epoch) throws(Failure) -> ValidatorSet?
    /// A node of the history of headers.
    func historyNode(_ place: UInt64) throws(Failure) -> Digest?
    /// Events of the journal in a leaf, from a number on.
    func events(
        of key: LeafKey, from first: UInt64, limit: Int
    ) throws(Failure) -> [JournalEvent]
}

extension LightSource {
    /// A header with its own certificate.
    public func finalized(at height: Height) throws(Failure) -> FinalizedHeader? {
        guard let header = try header(at: height), let proof = try finalization(at: height) else {
            return nil
        }
        return FinalizedHeader(header: header, finalization: proof)
    }

    /// The last block of an epoch, for somebody who trusts the set of an earlier one; of half the
    /// way when that is too far.
    public func update(
        from: Epoch, to: Epoch, epochLength: UInt64
    ) throws(Failure) -> LightResponse {
        guard from <= to, let old = try validators(of: from) else { return .refused(.unknown) }
        var epoch = to
        while true {
            let (last, overflow) = epoch.next.number.multipliedReportingOverflow(by: epochLength)
            guard !overflow, let target = try finalized(at: Height(last)),
                let set = try validators(of: epoch), let next = try validators(of: epoch.next)
            else { return .refused(.unknown) }
            if epoch == from || EpochUpdate.isWithinReach(target, votedBy: set, from: old) {
                return .update(EpochUpdate(to: target, from: old, set: set, next: next))
            }
            epoch = Epoch(from.number + (epoch.number - from.number) / 2)
        }
    }

    public func servedBlock(at height: Height) throws(Failure) -> LightResponse {
        guard let bytes = try block(at: height) else { return .refused(.unknown) }
        return .block(ServedBlock(block: bytes, finalized: try finalized(at: height)))
    }

    public func ancestor(_ height: Height, under: Height) throws(Failure) -> LightResponse {
        guard height < under, let header = try header(at: height), try self.header(at: under) != nil
        else { return .refused(.unknown) }
        let path = try HistoryRange.proof(of: height.number, count: under.number) {
            place throws(Failure) in try historyNode(place)
        }
        guard let path else { return .refused(.unknown) }
        return .ancestor(HistoricHeader(header: header, path: path))
    }

    public func journal(
        of key: LeafKey, from first: UInt64, limit: Int
    ) throws(Failure) -> LightResponse {
        .journal(
            JournalPage(first: first, events: try events(of: key, from: first, limit: limit)))
    }
}

extension ChainState.Tip {
    /// A proof that a leaf has a value, or is absent, in the state after this block.
    ///
    /// - Throws: ``Ledger/SourceError`` when the leaves are not those of the tree.
    public func proof(
        of key: LeafKey, reading leaves: some LeafSource
    ) throws(SourceError) -> StateProof {
        let proof = try tree.proof(of: key) { key throws(SourceError) in try leaves.leaf(key) }
        guard let proof else { throw .corrupt(key) }
        return proof
    }
}
