import Chain
import Primitives
import Replica
import Synchronization
import Transport

extension FullNode {
    /// Answers a command.
    func answer(_ request: ControlRequest) async -> ControlAnswer {
        switch request {
        case .status: return .status(await status())
        case .stop:
            Task { await stop() }
            return .done
        case .peers: return .peers(peers())
        default:
            return .failure(FailureAnswer("unsupported", "Not answered yet."))
        }
    }

    /// Where the node stands.
    public func status() async -> StatusAnswer {
        let (tip, _) = await executor.head
        return StatusAnswer(
            word: await driver.phase.word, role: configuration.role,
            network: "\(genesis.network)", chain: chainDigest.hex, peerID: "\(peerID)",
            height: tip.header.height.number, view: tip.header.view.number,
            epoch: tip.header.epoch.number, time: tip.header.time.milliseconds,
            block: tip.digest.hex, stateRoot: tip.stateRoot.hex,
            peers: roster.withLock { $0.entries.count }, pending: await driver.pendingCount,
            transactions: await executor.transactionCount)
    }

    func peers() -> [PeerAnswer] {
        roster.withLock { roster in
            roster.entries.sorted { $0.key < $1.key }.map { peer, entry in
                PeerAnswer(
                    peer: "\(peer)", address: "\(entry.remote)",
                    outbound: entry.direction == .outbound, height: 0)
            }
        }
    }
}
