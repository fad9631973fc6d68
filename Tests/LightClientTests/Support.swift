import Consensus
import LightClient
import Primitives
import StateTree
import Wire

/// The validators of one epoch, with their secrets.
struct Committee: Sendable {
    let set: ValidatorSet
    let keys: [SigningKey]

    /// One member a number, each with the same weight.
    init(_ numbers: [UInt32]) {
        let made = numbers.map { number in
            SigningKey(
                seed: FixedBytes(
                    Digest(hashing: number.bigEndianBytes, in: .seed).bytes.inline))
        }
        keys = made.sorted { $0.publicKey < $1.publicKey }
        guard let set = ValidatorSet(keys.map { Validator(key: $0.publicKey, weight: 10) }) else {
            preconditionFailure("test members are distinct")
        }
        self.set = set
    }
}

extension UInt32 {
    var bigEndianBytes: [UInt8] {
        (0..<4).reversed().map { UInt8(truncatingIfNeeded: self >> (8 * $0)) }
    }
}

/// A chain of headers with everything that a full node serves about it.
struct TestChain: Sendable {
    static let blockMilliseconds: UInt64 = 1_000
    let scheme: SignatureScheme
    let committees: [Committee]
    private(set) var headers: [BlockHeader] = []
    private(set) var stateRoots: [Digest] = []
    private(set) var history = HistoryRange()
    private(set) var nodes: [Digest] = []
    var values: [LeafKey: [UInt8]] = [:]
    private(set) var tree = StateTree()
    let lengths: Int
    let epochMilliseconds: UInt64
    /// How many of a committee sign a certificate: all, when `nil`.
    var signers: Int?

    /// A chain whose epochs have `length` blocks each, the last epoch included.
    init(
        _ committees: [Committee], length: Int, epochMilliseconds: UInt64 = 86_400_000,
        start: UInt64 = 1_700_000_000_000, values: [LeafKey: [UInt8]] = [:], fork: UInt8 = 0,
        forkAt: Int = .max, scheme: SignatureScheme = .simulated
    ) {
        self.committees = committees
        self.scheme = scheme
        self.lengths = length
        self.epochMilliseconds = epochMilliseconds
        self.values = values
        tree = StateTree(
            sorted: values.sorted { $0.key < $1.key }.map {
                Leaf(key: $0.key, hash: StateTree.leafHash($0.key, value: $0.value))
            })
        let chain = Digest(hashing: [1], in: .genesis)
        for height in 0...committees.count * length {
            let epoch = height == 0 ? 0 : (height - 1) / length
            let isLast = height > 0 && height % length == 0
            let next = isLast ? min(epoch + 1, committees.count - 1) : epoch
            let mark: UInt8 = height >= forkAt ? fork : 0
            let header = BlockHeader(
                protocolNumber: 1, chain: chain, epoch: Epoch(UInt64(epoch)),
                view: View(height == 0 ? 0 : UInt64((height - 1) % length + 1)),
                height: Height(UInt64(height)), parent: headers.last?.digest ?? .zero,
                parentView: View(0),
                time: Timestamp(start + UInt64(height) * epochMilliseconds / UInt64(length)),
                transactionsRoot: Digest(hashing: [mark], in: .list),
                parentReceiptsRoot: MerkleList.root(of: []), parentStateRoot: tree.root,
                historyRoot: history.root, validatorSet: committees[epoch].set.digest,
                nextValidatorSet: committees[next].set.digest, parameters: .zero,
                evidenceRoot: .zero, reveal: .zero, leader: Seat(0), bodyByteCount: 0)
            headers.append(header)
            nodes += history.append(header.digest)
        }
    }

    var anchor: TrustAnchor { TrustAnchor(genesis: headers[0], set: committees[0].set) }
    var top: Int { headers.count - 1 }
    /// A clock a moment after the newest block.
    var now: Timestamp { Timestamp(headers[top].time.milliseconds + 500) }

    func finalized(_ height: Int, by count: Int? = nil, stateRoot: Digest? = nil) -> FinalizedHeader
    {
        let header = headers[height]
        let committee = committees[Int(header.epoch.number)]
        return Self.certify(
            header, by: committee, Array(committee.keys.prefix(count ?? signers ?? .max)),
            stateRoot: stateRoot ?? tree.root, scheme: scheme)
    }

    static func certify(
        _ header: BlockHeader, by committee: Committee, _ keys: [SigningKey],
        stateRoot: Digest, scheme: SignatureScheme = .simulated
    ) -> FinalizedHeader {
        let subject = VoteSubject.finalize(
            parentView: header.parentView, block: header.digest, stateRoot: stateRoot)
        let message = subject.signedBytes(
            chain: header.chain, epoch: header.epoch, view: header.view)
        let votes = keys.compactMap { key in
            committee.set.seat(of: key.publicKey).map { seat in
                Vote(
                    epoch: header.epoch, view: header.view, subject: subject, seat: seat,
                    signature: scheme.sign(message, with: key))
            }
        }
        let certificate = Certificate(
            epoch: header.epoch, view: header.view, subject: subject, votes: votes,
            memberCount: committee.set.count)
        guard let finalization = Finalization(certificate) else {
            preconditionFailure("the subject is a finalize vote")
        }
        return FinalizedHeader(header: header, finalization: finalization)
    }

    func leaf(_ key: LeafKey, at height: Int? = nil) -> LeafProof? {
        tree.proof(of: key) { values[$0] }.map {
            LeafProof(finalized: finalized(height ?? top), proof: $0)
        }
    }

    /// What an honest full node at this height answers.
    func serve(_ request: LightRequest, height: Int? = nil) -> LightResponse {
        let head = height ?? top
        switch request {
        case .head: return .head(finalized(head))
        case .update(let from, let to):
            let last = (Int(to.number) + 1) * lengths
            guard last <= head, to.number < committees.count else { return .refused(.unknown) }
            let next = min(Int(to.number) + 1, committees.count - 1)
            return .update(
                EpochUpdate(
                    to: finalized(last), from: committees[Int(from.number)].set,
                    set: committees[Int(to.number)].set, next: committees[next].set))
        case .leaf(let key): return leaf(key, at: head).map { .leaf($0) } ?? .refused(.unknown)
        case .ancestor(let low, let high):
            guard low < high, high.number <= UInt64(head) else { return .refused(.unknown) }
            return ancestor(Int(low.number), under: Int(high.number)).map { .ancestor($0) }
                ?? .refused(.unknown)
        case .submit, .journal, .block, .status: return .refused(.malformed)
        }
    }

    func ancestor(_ low: Int, under high: Int) -> HistoricHeader? {
        HistoryRange.proof(of: UInt64(low), count: UInt64(high)) { nodes[Int($0)] }
            .map { HistoricHeader(header: headers[low], path: $0) }
    }
}

/// Carries a client's effects out against full nodes that are functions.
struct LightWorld {
    typealias Source = (LightRequest) -> LightResponse?
    var client: LightClient
    var sources: [PeerName: Source] = [:]
    var now: Timestamp
    var failures: [PeerName: LightFault] = [:]
    var adopted: [FinalizedHeader] = []
    var confirmations = 0
    var receivedByteCount = 0
    var requests: [LightRequest] = []
    var isUnreached = false
    var kept: [TrustRecord] = []

    init(_ anchor: TrustAnchor, scheme: SignatureScheme = .simulated, now: Timestamp) {
        client = LightClient(LightTrust(anchor: anchor, scheme: scheme))
        self.now = now
    }

    static func name(_ number: UInt8) -> PeerName { PeerName(FixedBytes(repeating: number)) }

    mutating func add(_ number: UInt8, _ source: @escaping Source) {
        let name = Self.name(number)
        sources[name] = source
        perform(client.handle(.connected(name), now: now))
    }

    mutating func refresh() { perform(client.handle(.refresh, now: now)) }

    private mutating func perform(_ first: [LightClient.Effect]) {
        var pending = first
        while !pending.isEmpty {
            switch pending.removeFirst() {
            case .ask(let source, let request, let ticket):
                requests.append(request)
                guard let response = sources[source]?(request) else {
                    pending += client.handle(.silent(source, ticket: ticket), now: now)
                    continue
                }
                let bytes = response.wire
                receivedByteCount += bytes.count
                guard let decoded = try? LightResponse(wire: bytes) else {
                    pending += client.handle(.silent(source, ticket: ticket), now: now)
                    continue
                }
                pending += client.handle(
                    .answered(source, ticket: ticket, decoded), now: now)
            case .adopted(let head, let count):
                adopted.append(head)
                confirmations = count
            case .failed(let source, let fault): failures[source] = fault
            case .unreached: isUnreached = true
            case .keep(let record): kept.append(record)
            case .stopped: break
            }
        }
    }
}
