import Chain
import Ledger
import Node
import Primitives
import Replica
import Wire

/// What a node does with transactions that arrive: decode, check, verify.
struct AdmissionRate {
    /// Transactions of one batch, as gossip brings them.
    static let batchCount = 512
    let chain: RecordedChain

    init(_ chain: RecordedChain) { self.chain = chain }

    func figures(_ raw: RawVerify) async throws -> [Figure] {
        let count = chain.waiting.count
        let found = try await raw.beside(admitAll, count: count)
        return [
            Figure(
                name: "admission", value: found.reading.rate(count), unit: "1/s",
                limitName: "verify_two_threads", ratio: found.ratio, coreRatio: found.coreRatio,
                note: "\(count) transactions in batches of \(Self.batchCount)")
        ]
    }

    private func admitAll() async throws -> Stopwatch.Reading {
        let draft = try chain.state.draft(
            after: chain.state.final.digest, reading: chain.leaves)
        var admitter = Admitter(draft, chain: chain.state.chain)
        let pool = SignaturePool()
        let batches = stride(from: 0, to: chain.waiting.count, by: Self.batchCount).map {
            Array(chain.waiting[$0..<min($0 + Self.batchCount, chain.waiting.count)])
        }
        return try await Stopwatch.measure {
            var open: [Task<[Bool], Never>] = []
            var admitted = 0
            func finish() async throws {
                for isValid in await open.removeFirst().value {
                    guard isValid else { throw BenchError("a valid payment was refused") }
                    admitted += 1
                }
            }
            for batch in batches {
                let transactions = try batch.map { try Transaction(wire: $0) }
                for transaction in transactions {
                    guard
                        case .needsSignatures = admitter.check(
                            transaction, signatures: .unchecked)
                    else { throw BenchError("a valid payment was refused early") }
                }
                open.append(Task { await pool.verify(transactions) })
                if open.count > 2 { try await finish() }
            }
            while !open.isEmpty { try await finish() }
            guard admitted == chain.waiting.count else { throw BenchError("some were lost") }
        }
    }
}
