import Consensus
import Primitives
import Wire

/// Keys, sets and headers that tests share.
enum Fixture {
    static let chain = Digest(hashing: [1], in: .genesis)

    /// Keys in the order of their seats.
    static func keys(_ count: Int) -> [SigningKey] {
        (0..<count).map { SigningKey(seed: FixedBytes(repeating: UInt8($0 + 1))) }
            .sorted { $0.publicKey < $1.publicKey }
    }

    static func set(_ keys: [SigningKey], weights: [UInt64]) -> ValidatorSet {
        guard
            let set = ValidatorSet(
                zip(keys, weights).map { Validator(key: $0.publicKey, weight: $1) })
        else { preconditionFailure("a set of distinct keys and weights above zero") }
        return set
    }

    static let start = EpochStart(
        block: Digest(hashing: [2], in: .block), height: Height(10),
        time: Timestamp(1_700_000_000_000), stateRoot: Digest(hashing: [3], in: .node))

    static func config(
        _ keys: [SigningKey], weights: [UInt64]? = nil, lastHeight: UInt64 = 1_000_000,
        scheme: SignatureScheme = .simulated, pace: Pace = Pace(), epoch: UInt64 = 3
    ) -> EpochConfig {
        EpochConfig(
            chain: chain, protocolNumber: 1, epoch: Epoch(epoch),
            set: set(keys, weights: weights ?? keys.map { _ in 1 }),
            seed: Digest(hashing: [4], in: .seed), start: start, lastHeight: Height(lastHeight),
            scheme: scheme, pace: pace)
    }

    /// A block as an honest leader would build it.
    static func header(
        for request: Simplex.BuildRequest, config: EpochConfig, time: Timestamp,
        reveal: Digest = .zero
    ) -> BlockHeader {
        let set = config.set.digest
        return BlockHeader(
            protocolNumber: config.protocolNumber, chain: config.chain, epoch: config.epoch,
            view: request.view, height: request.height, parent: request.parent,
            parentView: request.parentView, time: max(time, request.parentTime.next),
            transactionsRoot: .zero, parentReceiptsRoot: .zero,
            parentStateRoot: request.parentStateRoot, historyRoot: .zero, validatorSet: set,
            nextValidatorSet: request.height == config.lastHeight
                ? Digest(hashing: [5], in: .validators) : set,
            parameters: .zero, evidenceRoot: .zero, reveal: reveal, leader: request.leader,
            bodyByteCount: 100)
    }

    /// The state that executing a block gives in these tests.
    static func stateRoot(after block: Digest) -> Digest {
        Digest(hashing: block.bytes.array, in: .node)
    }

    static func vote(
        _ subject: VoteSubject, view: UInt64, seat: Int, keys: [SigningKey], config: EpochConfig
    ) -> Vote {
        let message = subject.signedBytes(
            chain: config.chain, epoch: config.epoch, view: View(view))
        return Vote(
            epoch: config.epoch, view: View(view), subject: subject, seat: Seat(UInt32(seat)),
            signature: config.scheme.sign(message, with: keys[seat]))
    }

    static func certificate(
        _ subject: VoteSubject, view: UInt64, seats: [Int], keys: [SigningKey],
        config: EpochConfig
    ) -> Certificate {
        Certificate(
            epoch: config.epoch, view: View(view), subject: subject,
            votes: seats.map {
                vote(subject, view: view, seat: $0, keys: keys, config: config)
            }, memberCount: keys.count)
    }
}
