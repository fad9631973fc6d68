import Chain
import Consensus
import Primitives
public import Wire

extension SyncMessage: WireCodable {
    public init(from bytes: Span<UInt8>, at cursor: inout WireCursor) throws(WireError) {
        let number = try cursor.uint64(1, "number", of: bytes)
        let start = cursor.offset
        let kind = try cursor.nextField(of: bytes)
        switch kind {
        case 2:
            let request: RunRequestForm = try cursor.message(2, "run_request", of: bytes)
            self = .request(
                number: number, .run(from: request.from, countLimit: request.countLimit))
        case 3:
            self = .request(number: number, .block(try cursor.fixed(3, "block_request", of: bytes)))
        case 4:
            let request: BodiesRequestForm = try cursor.message(4, "bodies_request", of: bytes)
            self = .request(
                number: number, .bodies(of: request.block, envelopes: request.envelopes))
        case 5:
            self = .answer(number: number, .run(try cursor.message(5, "run", of: bytes)))
        case 6:
            let answer: BlockAnswerForm = try cursor.message(6, "block", of: bytes)
            self = .answer(number: number, .block(answer.block))
        case 7:
            let answer: BodiesAnswerForm = try cursor.message(7, "bodies", of: bytes)
            self = .answer(number: number, .bodies(answer.transactions))
        default:
            throw WireError(.missing, at: start).inside("kind")
        }
    }

    public func encode(into writer: inout WireWriter) {
        switch self {
        case .request(let number, let request):
            writer.uint64(1, number)
            switch request {
            case .run(let from, let countLimit):
                writer.message(2, RunRequestForm(from: from, countLimit: countLimit))
            case .block(let digest): writer.fixed(3, digest)
            case .bodies(let block, let envelopes):
                writer.message(4, BodiesRequestForm(block: block, envelopes: envelopes))
            }
        case .answer(let number, let answer):
            writer.uint64(1, number)
            switch answer {
            case .run(let run): writer.message(5, run)
            case .block(let block): writer.message(6, BlockAnswerForm(block: block))
            case .bodies(let transactions):
                writer.message(7, BodiesAnswerForm(transactions: transactions))
            }
        }
    }
}

extension BlockRun: WireCodable {
    public init(from bytes: Span<UInt8>, at cursor: inout WireCursor) throws(WireError) {
        blocks = try cursor.messages(1, "blocks", limit: Self.blockLimit, of: bytes)
        following = try cursor.messages(2, "following", limit: Self.headerLimit, of: bytes)
        finalization = try cursor.optionalMessage(3, "finalization", of: bytes)
    }

    public func encode(into writer: inout WireWriter) {
        writer.messages(1, blocks)
        writer.messages(2, following)
        writer.message(3, finalization)
    }
}

private struct RunRequestForm: WireCodable {
    let from: Height
    let countLimit: UInt32

    init(from: Height, countLimit: UInt32) {
        self.from = from
        self.countLimit = countLimit
    }

    init(from bytes: Span<UInt8>, at cursor: inout WireCursor) throws(WireError) {
        from = Height(try cursor.uint64(1, "from", of: bytes))
        countLimit = try cursor.uint32(2, "count_limit", of: bytes)
    }

    func encode(into writer: inout WireWriter) {
        writer.uint64(1, from.number)
        writer.uint32(2, countLimit)
    }
}

private struct BodiesRequestForm: WireCodable {
    let block: Digest
    let envelopes: [Digest]

    init(block: Digest, envelopes: [Digest]) {
        self.block = block
        self.envelopes = envelopes
    }

    init(from bytes: Span<UInt8>, at cursor: inout WireCursor) throws(WireError) {
        block = try cursor.fixed(1, "block", of: bytes)
        envelopes = try cursor.fixedList(
            2, "envelopes", limit: BlockBody.signatureLimit, of: bytes)
    }

    func encode(into writer: inout WireWriter) {
        writer.fixed(1, block)
        writer.fixedList(2, envelopes)
    }
}

private struct BlockAnswerForm: WireCodable {
    let block: Block?

    init(block: Block?) { self.block = block }

    init(from bytes: Span<UInt8>, at cursor: inout WireCursor) throws(WireError) {
        block = try cursor.optionalMessage(1, "block", of: bytes)
    }

    func encode(into writer: inout WireWriter) { writer.message(1, block) }
}

private struct BodiesAnswerForm: WireCodable {
    let transactions: [Transaction]

    init(transactions: [Transaction]) { self.transactions = transactions }

    init(from bytes: Span<UInt8>, at cursor: inout WireCursor) throws(WireError) {
        transactions = try cursor.messages(
            1, "transactions", limit: BlockBody.signatureLimit, of: bytes)
    }

    func encode(into writer: inout WireWriter) {
        for transaction in transactions { writer.bytes(1, transaction.bytes) }
    }
}
