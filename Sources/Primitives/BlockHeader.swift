public import Wire

/// What validators vote on, and what light nodes check instead of blocks.
///
/// - Source: design R10, fields of `consensus.md` 1.8. The state after a block is not in its own
///   header: the finalize vote signs it (design R11), and the next header repeats it.
public struct BlockHeader: Hashable, Sendable {
    /// Number of the rules that the block follows.
    public var protocolNumber: UInt32
    /// Hash of the genesis document.
    public var chain: Digest
    public var epoch: Epoch
    public var view: View
    public var height: Height
    /// Hash of the header before this one; of the genesis block for height 1.
    public var parent: Digest
    /// View in which the parent was proposed; zero when the parent is the epoch's first block.
    public var parentView: View
    /// The leader's clock.
    public var time: Timestamp
    /// Merkle root of the transaction ids, in order.
    public var transactionsRoot: Digest
    /// Merkle root of the parent's receipts.
    public var parentReceiptsRoot: Digest
    /// Root of the state tree after the parent.
    public var parentStateRoot: Digest
    /// Mountain range over the hashes of all headers before this one.
    public var historyRoot: Digest
    /// The set that votes on this block.
    public var validatorSet: Digest
    /// The set of the next epoch on an epoch's last block; the same set on every other.
    public var nextValidatorSet: Digest
    /// Hash of the parameters in force.
    public var parameters: Digest
    /// Merkle root of the evidence in the body.
    public var evidenceRoot: Digest
    /// The leader's next preimage for the seed of a later epoch; zero when it has none.
    public var reveal: Digest
    public var leader: Seat
    /// Size of the encoded body.
    ///
    /// - Unit: bytes.
    public var bodyByteCount: UInt32

    public init(
        protocolNumber: UInt32, chain: Digest, epoch: Epoch, view: View, height: Height,
        parent: Digest, parentView: View, time: Timestamp, transactionsRoot: Digest,
        parentReceiptsRoot: Digest, parentStateRoot: Digest, historyRoot: Digest,
        validatorSet: Digest, nextValidatorSet: Digest, parameters: Digest, evidenceRoot: Digest,
        reveal: Digest, leader: Seat, bodyByteCount: UInt32
    ) {
        self.protocolNumber = protocolNumber
        self.chain = chain
        self.epoch = epoch
        self.view = view
        self.height = height
        self.parent = parent
        self.parentView = parentView
        self.time = time
        self.transactionsRoot = transactionsRoot
        self.parentReceiptsRoot = parentReceiptsRoot
        self.parentStateRoot = parentStateRoot
        self.historyRoot = historyRoot
        self.validatorSet = validatorSet
        self.nextValidatorSet = nextValidatorSet
        self.parameters = parameters
        self.evidenceRoot = evidenceRoot
        self.reveal = reveal
        self.leader = leader
        self.bodyByteCount = bodyByteCount
    }

    /// The block's name everywhere.
    public var digest: Digest { Digest(hashing: wire, in: .header) }

    /// Whether the block is the last of its epoch.
    public var endsEpoch: Bool { nextValidatorSet != validatorSet }
}

extension BlockHeader: WireCodable {
    public init(from bytes: Span<UInt8>, at cursor: inout WireCursor) throws(WireError) {
        protocolNumber = try cursor.uint32(1, "protocol_number", of: bytes)
        chain = try cursor.fixed(2, "chain", of: bytes)
        epoch = Epoch(try cursor.uint64(3, "epoch", of: bytes))
        view = View(try cursor.uint64(4, "view", of: bytes))
        height = Height(try cursor.uint64(5, "height", of: bytes))
        parent = try cursor.fixed(6, "parent", of: bytes)
        parentView = View(try cursor.uint64(7, "parent_view", of: bytes))
        time = Timestamp(try cursor.uint64(8, "time_ms", of: bytes))
        transactionsRoot = try cursor.fixed(9, "transactions_root", of: bytes)
        parentReceiptsRoot = try cursor.fixed(10, "parent_receipts_root", of: bytes)
        parentStateRoot = try cursor.fixed(11, "parent_state_root", of: bytes)
        historyRoot = try cursor.fixed(12, "history_root", of: bytes)
        validatorSet = try cursor.fixed(13, "validator_set", of: bytes)
        nextValidatorSet = try cursor.fixed(14, "next_validator_set", of: bytes)
        parameters = try cursor.fixed(15, "parameters", of: bytes)
        evidenceRoot = try cursor.fixed(16, "evidence_root", of: bytes)
        reveal = try cursor.fixed(17, "reveal", of: bytes)
        leader = Seat(try cursor.uint32(18, "leader", of: bytes))
        bodyByteCount = try cursor.uint32(19, "body_byte_count", of: bytes)
    }

    public func encode(into writer: inout WireWriter) {
        writer.uint32(1, protocolNumber)
        writer.fixed(2, chain)
        writer.uint64(3, epoch.number)
        writer.uint64(4, view.number)
        writer.uint64(5, height.number)
        writer.fixed(6, parent)
        writer.uint64(7, parentView.number)
        writer.uint64(8, time.milliseconds)
        writer.fixed(9, transactionsRoot)
        writer.fixed(10, parentReceiptsRoot)
        writer.fixed(11, parentStateRoot)
        writer.fixed(12, historyRoot)
        writer.fixed(13, validatorSet)
        writer.fixed(14, nextValidatorSet)
        writer.fixed(15, parameters)
        writer.fixed(16, evidenceRoot)
        writer.fixed(17, reveal)
        writer.uint32(18, leader.index)
        writer.uint32(19, bodyByteCount)
    }
}
