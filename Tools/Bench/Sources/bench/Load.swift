import Chain
import Foundation
import Ledger
import LightClient
import Node
import Primitives
import Synchronization
import Transport
import Wire

/// Signs payments and sends them to all nodes in turn.
final class Load: Sendable {
    private static let light = ProtocolID(0)
    private static let deadline = Duration.seconds(20)

    private struct State {
        var latency: [Double] = []
        var refusedCount = 0
        var signingSeconds = 0.0
        var isStopping = false
        /// Rounds that each group of senders has finished.
        var rounds: [Int: UInt64] = [:]
    }

    /// Why connections ended, by the host that tells it.
    private final class Endings: Sendable {
        private let list = Mutex<[String]>([])

        func note(_ events: [HostEvent]) {
            for case .disconnected(_, let reason) in events {
                list.withLock { $0.append("\(reason)") }
            }
        }

        var text: String { list.withLock { $0.joined(separator: ", ") } }
    }

    private let founding: Founding
    private let addresses: [Multiaddr]
    private let host: Transport.Host
    private let endings: Endings
    private let state = Mutex(State())
    private let peers = Mutex<[PeerID]>([])

    init(_ founding: Founding, _ addresses: [Multiaddr]) {
        self.founding = founding
        self.addresses = addresses
        let name = "/argosy/\(founding.chain.hex.prefix(8))/light/1"
        let endings = Endings()
        self.endings = endings
        host = Transport.Host(
            HostConfiguration(
                identity: SigningKey(seed: SystemEntropy.bytes32()),
                protocols: [
                    StreamProtocol(
                        Self.light, .requests, dialNames: [name], priority: .light,
                        frameByteLimit: LightLimits.requestByteLimit, queueByteLimit: 4 << 20,
                        overflow: .refuse, requestLimit: 256)
                ])
        ) { endings.note($0) }
    }

    func connect() async throws {
        for address in addresses {
            let peer = try await host.dial(address)
            peers.withLock { $0.append(peer) }
        }
    }

    func close() async { await host.close() }

    func stop() { state.withLock { $0.isStopping = true } }

    /// What was counted since the last call.
    struct Tally: Sendable {
        /// In milliseconds, sorted.
        let latency: [Double]
        /// Batches that were sent again.
        let refusedCount: Int
        /// Processor time that making and signing payments took.
        let signingSeconds: Double
    }

    func takeTally() -> Tally {
        state.withLock { state in
            defer { (state.latency, state.refusedCount, state.signingSeconds) = ([], 0, 0) }
            return Tally(
                latency: state.latency.sorted(), refusedCount: state.refusedCount,
                signingSeconds: state.signingSeconds)
        }
    }

    /// Each group sends its next batch when its last one is final.
    func run(groups: Int, pause: Duration) async throws {
        state.withLock { $0.isStopping = false }
        let peers = peers.withLock { $0 }
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            for group in 0..<groups {
                tasks.addTask {
                    var maker = PaymentMaker(self.founding, seed: UInt64(group))
                    while !self.state.withLock({ $0.isStopping }) {
                        try await self.round(group, peers[group % peers.count], &maker)
                        if pause > .zero { try await Task.sleep(for: pause) }
                    }
                }
            }
            try await tasks.waitForAll()
        }
    }

    private func round(_ group: Int, _ peer: PeerID, _ maker: inout PaymentMaker) async throws {
        let sequence = state.withLock { state in
            state.rounds[group, default: 0] += 1
            return Sequence(state.rounds[group, default: 0])
        }
        let first = group * FourValidators.groupSize
        let before = threadSeconds()
        let batch = (first..<first + FourValidators.groupSize).map {
            maker.payment(of: $0, sequence: sequence)
        }
        let signing = threadSeconds() - before
        state.withLock { $0.signingSeconds += signing }
        let start = ContinuousClock.now
        let request = LightRequest.submit(batch.map(\.bytes))
        let patience = ContinuousClock.now + .seconds(60)
        while true {
            let answer = try await ask(request, peer)
            // A sequence is used by this very payment when the batch is sent again.
            if case .submitted(let codes) = answer,
                codes.allSatisfy({ $0 == 0 || $0 == Rejection.sequenceUsed.rawValue })
            {
                break
            }
            guard ContinuousClock.now < patience else {
                throw BenchError("a batch was not taken within a minute")
            }
            state.withLock { $0.refusedCount += 1 }
            try await Task.sleep(for: .milliseconds(50))
        }
        guard let last = batch.last else { return }
        let limit = ContinuousClock.now + .seconds(60)
        while ContinuousClock.now < limit {
            if case .status(.included) = try await ask(.status(last.id), peer) {
                let passed = (ContinuousClock.now - start) / .milliseconds(1)
                state.withLock { $0.latency.append(passed) }
                return
            }
            try await Task.sleep(for: .milliseconds(10))
        }
        throw BenchError("a payment was not final within a minute")
    }

    private func ask(_ request: LightRequest, _ peer: PeerID) async throws -> LightResponse {
        let bytes: [UInt8]
        do throws(TransportError) {
            bytes = try await host.request(
                request.wire, from: peer, on: Self.light,
                responseByteLimit: LightLimits.responseByteLimit, deadline: Self.deadline)
        } catch {
            throw BenchError("a request ended with \(error); connections ended: \(endings.text)")
        }
        return try LightResponse(wire: bytes)
    }
}
