import Primitives
import StateTree
public import Wire

/// Why a full node does not answer.
public enum Refusal: UInt8, Hashable, Sendable, CaseIterable {
    /// Too many requests; ask later or somebody else.
    case busy = 1
    /// Not known here, or not any more.
    case unknown = 2
    /// The request makes no sense at this node's height.
    case malformed = 3
}

/// What a full node answers.
///
/// Nothing in it is believed without a check.
///
/// - Source: rule N12; `Proto/light.proto`.
public enum LightResponse: Hashable, Sendable {
    /// One code a transaction, in order: 0 when it was admitted, else the ledger's rejection code.
    case submitted([UInt32])
    case head(FinalizedHeader)
    case update(EpochUpdate)
    case leaf(LeafProof)
    case journal(JournalPage)
    case block(ServedBlock)
    case status(TransactionStatus)
    case ancestor(HistoricHeader)
    case refused(Refusal)

    /// Whether this is the kind of answer that the request wants; a refusal always is.
    public func answers(_ request: LightRequest) -> Bool {
        switch (request, self) {
        case (.submit(let list), .submitted(let codes)): list.count == codes.count
        case (.journal(_, let first, let limit), .journal(let page)):
            page.first == first && page.events.count <= limit
        case (.leaf(let key), .leaf(let leaf)): leaf.proof.key == key
        case (.head, .head), (.update, .update), (.block, .block), (.status, .status): true
        case (.ancestor(let height, _), .ancestor(let historic)):
            historic.header.height == height
        case (_, .refused): true
        default: false
        }
    }
}

extension LightResponse: WireCodable {
    public init(from bytes: Span<UInt8>, at cursor: inout WireCursor) throws(WireError) {
        let start = cursor.offset
        switch try cursor.nextField(of: bytes) {
        case 1:
            self = .submitted(try cursor.message(1, "submitted", as: Codes.self, of: bytes).list)
        case 2: self = .head(try cursor.message(2, "head", of: bytes))
        case 3: self = .update(try cursor.message(3, "update", of: bytes))
        case 4: self = .leaf(try cursor.message(4, "leaf", of: bytes))
        case 5: self = .journal(try cursor.message(5, "journal", of: bytes))
        case 6: self = .block(try cursor.message(6, "block", of: bytes))
        case 7: self = .status(try cursor.message(7, "status", of: bytes))
        case 8: self = .ancestor(try cursor.message(8, "ancestor", of: bytes))
        case 15:
            let raw = try cursor.uint64(15, "refused", of: bytes)
            guard let refusal = UInt8(exactly: raw).flatMap(Refusal.init(rawValue:)) else {
                throw WireError(.unknownCase(raw), at: start).inside("refused")
            }
            self = .refused(refusal)
        case let other: throw WireError(.unknownCase(UInt64(other ?? 0)), at: start)
        }
    }

    public func encode(into writer: inout WireWriter) {
        switch self {
        case .submitted(let codes): writer.message(1, Codes(list: codes))
        case .head(let head): writer.message(2, head)
        case .update(let update): writer.message(3, update)
        case .leaf(let leaf): writer.message(4, leaf)
        case .journal(let page): writer.message(5, page)
        case .block(let block): writer.message(6, block)
        case .status(let status): writer.message(7, status)
        case .ancestor(let historic): writer.message(8, historic)
        case .refused(let refusal): writer.uint64(15, UInt64(refusal.rawValue))
        }
    }
}

private struct Codes: WireCodable {
    let list: [UInt32]

    init(list: [UInt32]) { self.list = list }

    init(from bytes: Span<UInt8>, at cursor: inout WireCursor) throws(WireError) {
        let start = cursor.offset
        let raw = try cursor.uint64s(
            1, "codes", limit: LightLimits.transactionCountLimit, of: bytes)
        guard raw.allSatisfy({ $0 <= UInt64(UInt32.max) }) else {
            throw WireError(.invalid, at: start).inside("codes")
        }
        list = raw.map { UInt32($0) }
    }

    func encode(into writer: inout WireWriter) { writer.uint64s(1, list.map { UInt64($0) }) }
}

/// A block as the chain encodes it, with its certificate when it has one of its own.
public struct ServedBlock: Hashable, Sendable, WireCodable {
    public let block: [UInt8]
    /// `nil` for a block that became final with a later one; ``HistoricHeader`` shows it then.
    public let finalized: FinalizedHeader?

    public init(block: [UInt8], finalized: FinalizedHeader?) {
        self.block = block
        self.finalized = finalized
    }

    public init(from bytes: Span<UInt8>, at cursor: inout WireCursor) throws(WireError) {
        block = try cursor.bytes(1, "block", limit: LightLimits.blockByteLimit, of: bytes)
        finalized = try cursor.optionalMessage(2, "finalized", of: bytes)
    }

    public func encode(into writer: inout WireWriter) {
        writer.bytes(1, block)
        writer.message(2, finalized)
    }
}
