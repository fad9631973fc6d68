public import Primitives
public import Wire

/// An asset that fees can be paid in.
public struct FeeListEntry: Hashable, Sendable, WireCodable {
    public let asset: AssetID
    /// Minor units for a million units of weight at a load of one; zero is free.
    public let price: UInt64
    /// For each new entry of the state.
    public let deposit: Amount
    /// An entry stays in its place for ever, since deposits name it by place.
    public let isAccepted: Bool

    public init(asset: AssetID, price: UInt64, deposit: Amount, isAccepted: Bool = true) {
        self.asset = asset
        self.price = price
        self.deposit = deposit
        self.isAccepted = isAccepted
    }

    public init(from bytes: Span<UInt8>, at cursor: inout WireCursor) throws(WireError) {
        asset = try cursor.fixed(1, "asset", of: bytes)
        price = try cursor.uint64(2, "price", of: bytes)
        deposit = Amount(minorUnits: try cursor.uint64(3, "deposit", of: bytes))
        isAccepted = try cursor.bool(4, "accepted", of: bytes)
    }

    public func encode(into writer: inout WireWriter) {
        writer.fixed(1, asset)
        writer.uint64(2, price)
        writer.uint64(3, deposit.minorUnits)
        writer.bool(4, isAccepted)
    }
}

/// The numbers that the network agreed on.
public struct Parameters: LeafValue {
    public static let feeListLimit = 64

    /// Blocks of an epoch; at least one.
    public let epochLength: UInt64
    /// Blocks after which the payer of a payment may close its receipt.
    public let receiptTerm: UInt64
    public let feeList: [FeeListEntry]
    /// What the header commits to.
    public private(set) var digest = Digest.zero

    public init(epochLength: UInt64, receiptTerm: UInt64, feeList: [FeeListEntry]) {
        self.epochLength = epochLength
        self.receiptTerm = receiptTerm
        self.feeList = feeList
        digest = Digest(hashing: wire, in: .parameters)
    }

    public init(from bytes: Span<UInt8>, at cursor: inout WireCursor) throws(WireError) {
        let start = cursor.offset
        epochLength = try cursor.uint64(1, "epoch_length", of: bytes)
        receiptTerm = try cursor.uint64(2, "receipt_term", of: bytes)
        feeList = try cursor.messages(3, "fee_list", limit: Self.feeListLimit, of: bytes)
        guard isWellFormed else { throw WireError(.invalid, at: start) }
        digest = Digest(hashing: wire, in: .parameters)
    }

    public func encode(into writer: inout WireWriter) {
        writer.uint64(1, epochLength)
        writer.uint64(2, receiptTerm)
        writer.messages(3, feeList)
    }

    /// An epoch has a block, and no asset is listed twice.
    public var isWellFormed: Bool {
        epochLength > 0 && feeList.count <= Self.feeListLimit
            && Set(feeList.map(\.asset)).count == feeList.count
    }

    /// The epoch of a block; the first block of epoch 0 has height 1.
    public func epoch(of height: Height) -> Epoch {
        Epoch(height.number == 0 ? 0 : (height.number - 1) / epochLength)
    }

    public func isLastOfEpoch(_ height: Height) -> Bool {
        height.number > 0 && height.number % epochLength == 0
    }

    /// The place of an asset on the fee list.
    public func listIndex(of asset: AssetID) -> Int? {
        feeList.firstIndex { $0.asset == asset && $0.isAccepted }
    }
}

/// How dear the next block is, and why.
public struct Load: LeafValue {
    public static let range: ClosedRange<UInt64> = 1...64

    /// The factor on every price in the next block.
    public let factor: UInt64
    /// How full the last block was, in thousandths of the fullest limit.
    public let fullness: UInt64

    public init(factor: UInt64, fullness: UInt64) {
        self.factor = factor
        self.fullness = fullness
    }

    public init(from bytes: Span<UInt8>, at cursor: inout WireCursor) throws(WireError) {
        let start = cursor.offset
        factor = try cursor.uint64(1, "factor", of: bytes)
        fullness = try cursor.uint64(2, "fullness", of: bytes)
        guard Self.range.contains(factor), fullness <= 1_000 else {
            throw WireError(.invalid, at: start)
        }
    }

    public func encode(into writer: inout WireWriter) {
        writer.uint64(1, factor)
        writer.uint64(2, fullness)
    }

    /// The load after a block: up by an eighth when it was over half full, down when under
    /// (rule L41).
    public func after(fullness: UInt64) -> Load {
        let step = max(1, factor / 8)
        let factor =
            switch fullness {
            case 501...: min(Self.range.upperBound, self.factor + step)
            case 500: self.factor
            default: self.factor > step ? self.factor - step : 1
            }
        return Load(factor: factor, fullness: min(1_000, fullness))
    }
}

/// Amounts of one asset that belong to the protocol; no issuer's power reaches them.
public struct PotLeaf: LeafValue {
    /// Fees that wait for the end of the epoch.
    public var fees: Amount
    /// The sum of all deposits in this asset.
    public var deposits: Amount

    public init(fees: Amount = .zero, deposits: Amount = .zero) {
        self.fees = fees
        self.deposits = deposits
    }

    public init(from bytes: Span<UInt8>, at cursor: inout WireCursor) throws(WireError) {
        fees = Amount(minorUnits: try cursor.uint64(1, "fees", of: bytes))
        deposits = Amount(minorUnits: try cursor.uint64(2, "deposits", of: bytes))
    }

    public func encode(into writer: inout WireWriter) {
        writer.uint64(1, fees.minorUnits)
        writer.uint64(2, deposits.minorUnits)
    }
}
