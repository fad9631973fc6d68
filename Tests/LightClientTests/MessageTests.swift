import Consensus
import LightClient
import Primitives
import StateTree
import Testing
import Wire

@Suite("Light protocol messages")
struct MessageTests {
    private static let chain = TestChain([Committee([1, 2, 3, 4])], length: 9)
    private static let key = LeafKey(kind: 1, id: [1])

    private static var requests: [LightRequest] {
        [
            .submit([[1, 2, 3], []]), .submit([]), .head, .update(from: Epoch(0), to: Epoch(0)),
            .update(from: Epoch(3), to: Epoch(300)), .leaf(key),
            .journal(key, first: 1, limit: 256), .block(Height(0)), .block(Height(.max)),
            .status(.zero), .ancestor(Height(0), under: Height(1)),
        ]
    }

    private static var responses: [LightResponse] {
        let header = chain.headers[3]
        let items = [Digest.zero, header.digest]
        let path = MerklePath(index: 1, count: 2, siblings: [items[0]])
        let included = IncludedTransaction(
            header: header, path: path, receipt: [1], receiptPath: path)
        var responses: [LightResponse] = [
            .submitted([0, 17, UInt32.max]), .submitted([]),
            .journal(
                JournalPage(
                    first: 4, events: [JournalEvent(event: [1], height: Height(9))])),
            .block(ServedBlock(block: [1, 2], finalized: nil)),
            .block(ServedBlock(block: [], finalized: chain.finalized(3))),
            .status(.unknown), .status(.pending), .status(.included(included)),
        ]
        responses += Refusal.allCases.map { .refused($0) }
        for request in [
            LightRequest.head, .update(from: Epoch(0), to: Epoch(0)), .leaf(key),
            .ancestor(Height(2), under: Height(7)),
        ] { responses.append(chain.serve(request)) }
        return responses
    }

    @Test("Every request and every answer comes back as it was")
    func roundTrips() throws {
        for request in Self.requests {
            #expect(try LightRequest(wire: request.wire) == request)
        }
        for response in Self.responses {
            #expect(try LightResponse(wire: response.wire) == response)
        }
    }

    @Test("Attack 13: whatever decodes has exactly its canonical bytes; no change of a bit traps")
    func canonical() {
        for bytes in Self.requests.map(\.wire) + Self.responses.map(\.wire) {
            for index in bytes.indices {
                for bit in 0..<8 {
                    var copy = bytes
                    copy[index] ^= 1 << UInt8(bit)
                    if let request = try? LightRequest(wire: copy) {
                        #expect(request.wire == copy)
                    }
                    if let response = try? LightResponse(wire: copy) {
                        #expect(response.wire == copy)
                    }
                }
            }
        }
    }

    @Test("Attack 18, 58: counts of zero and over the limit are refused before memory is taken")
    func limits() {
        var writer = WireWriter()
        writer.bytesList(1, [[UInt8]](repeating: [1], count: 65))
        let crowd = Self.field(1, writer.bytes)
        #expect(throws: WireError.self) { try LightRequest(wire: crowd) }
        let wide = Self.field(1, Self.field(1, [UInt8](repeating: 1, count: 131_073)))
        #expect(throws: WireError.self) { try LightRequest(wire: wide) }
        for (first, limit) in [(0, 5), (1, 0), (1, 257)] as [(UInt64, UInt32)] {
            var page = WireWriter()
            page.fixed(1, Self.key)
            page.uint64(2, first)
            page.uint32(3, limit)
            let bytes = Self.field(5, page.bytes)
            #expect(throws: WireError.self) { try LightRequest(wire: bytes) }
        }
        let huge: [UInt8] = [0x0a, 0xff, 0xff, 0xff, 0xff, 0xff, 0x1f, 1]
        #expect(throws: WireError.self) { try LightRequest(wire: huge) }
        #expect(throws: WireError.self) { try LightResponse(wire: huge) }
        #expect(throws: WireError.self) { try LightRequest(wire: []) }
        #expect(throws: WireError.self) { try LightResponse(wire: []) }
    }

    private static func field(_ number: UInt32, _ content: [UInt8]) -> [UInt8] {
        var writer = WireWriter()
        writer.bytes(number, content)
        return writer.bytes
    }

    @Test("Attack 14: an unknown request, answer or refusal is an error")
    func unknownCases() {
        let empty = Self.field(9, [1])
        #expect(throws: WireError.self) { try LightRequest(wire: empty) }
        #expect(throws: WireError.self) { try LightResponse(wire: empty) }
        var refusal = WireWriter()
        refusal.uint64(15, 99)
        let bytes = refusal.bytes
        #expect(throws: WireError.self) { try LightResponse(wire: bytes) }
    }

    @Test("An answer belongs to its request")
    func pairs() {
        let chain = Self.chain
        for request in Self.requests {
            #expect(LightResponse.refused(.busy).answers(request))
            #expect(LightResponse.head(chain.finalized(1)).answers(request) == (request == .head))
        }
        #expect(LightResponse.submitted([0]).answers(.submit([[1]])))
        #expect(!LightResponse.submitted([0, 0]).answers(.submit([[1]])))
        let other = LeafKey(kind: 9, id: [])
        #expect(chain.serve(.leaf(Self.key)).answers(.leaf(Self.key)))
        #expect(!chain.serve(.leaf(Self.key)).answers(.leaf(other)))
    }

    @Test("A transaction and its receipt are shown under two headers")
    func inclusion() throws {
        let ids = (0..<5 as Range<UInt8>).map { Digest(hashing: [$0], in: .body) }
        let receipts = ids.map { Digest(hashing: $0.bytes.array, in: .receipt) }
        var header = Self.chain.headers[3]
        header.transactionsRoot = MerkleList.root(of: ids)
        var next = Self.chain.headers[4]
        next.parent = header.digest
        next.parentReceiptsRoot = MerkleList.root(of: receipts)
        let included = IncludedTransaction(
            header: header, path: try #require(MerkleList.proof(of: 2, in: ids)), receipt: [1],
            receiptPath: try #require(MerkleList.proof(of: 2, in: receipts)))
        try included.verify(id: ids[2])
        try included.verifyReceipt(hash: receipts[2], under: next)
        #expect(throws: LightFault.self) { try included.verify(id: ids[1]) }
        #expect(throws: LightFault.self) {
            try included.verifyReceipt(hash: receipts[1], under: next)
        }
        #expect(throws: LightFault.wrongSubject) {
            try included.verifyReceipt(hash: receipts[2], under: Self.chain.headers[4])
        }
    }
}
