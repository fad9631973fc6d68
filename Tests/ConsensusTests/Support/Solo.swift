import Consensus
import Primitives
import Wire

/// One machine with a disk that syncs at once, and everyone else played by the test.
struct Solo {
    let keys: [SigningKey]
    let config: EpochConfig
    let seat: Int
    var machine: Simplex
    /// - Unit: milliseconds.
    var time: UInt64 = 1_000
    var effects: [Simplex.Effect] = []
    var log: [VoteRecord] = []
    var highWater: HighWater?
    var syncsAtOnce = true

    static let peer = Simplex.Peer(7)
    static let other = Simplex.Peer(8)

    init(
        seat: Int = 0, count: Int = 4, lastHeight: UInt64 = 1_000_000,
        scheme: SignatureScheme = .simulated, recovery: Simplex.Recovery = Simplex.Recovery(),
        isBusy: Bool = true
    ) {
        keys = Fixture.keys(count)
        config = Fixture.config(keys, lastHeight: lastHeight, scheme: scheme)
        self.seat = seat
        machine = Simplex(config, key: keys[seat])
        log = recovery.records
        highWater = recovery.highWater
        handle(.started(recovery))
        handle(.connected(Self.peer))
        handle(.connected(Self.other))
        handle(.mempool(ready: isBusy))
    }

    /// A seat that leads none of the first views, so that it only votes.
    static func follower(of views: ClosedRange<UInt64>, count: Int = 4) -> Int {
        let keys = Fixture.keys(count)
        let machine = Simplex(Fixture.config(keys), key: keys[0])
        let leaders = Set(views.map { machine.leader(of: View($0)) })
        guard let seat = (0..<count).first(where: { !leaders.contains(Seat(UInt32($0))) }) else {
            preconditionFailure("some seat follows in views \(views)")
        }
        return seat
    }

    var wall: Timestamp { Timestamp(Fixture.start.time.number + time) }

    mutating func handle(_ event: Simplex.Event) {
        let new = machine.handle(event, now: Instant(time * 1_000_000))
        effects += new
        for effect in new {
            guard case .persist(let batch) = effect, syncsAtOnce else { continue }
            log += batch.records
            for vote in batch.records.compactMap(\.ownVote) { highWater = HighWater(vote) }
            handle(.logged(batch.token))
        }
    }

    mutating func receive(_ message: ConsensusMessage, from peer: Simplex.Peer = Solo.peer) {
        handle(.received(message, from: peer, at: wall))
    }

    mutating func wait(milliseconds: UInt64) {
        let end = time + milliseconds
        while time < end {
            time += 50
            handle(.woke)
        }
    }

    /// A restart from the log, as after a crash.
    mutating func restart(standing: Simplex.Standing = .voting, forgetting: Bool = false) {
        machine = Simplex(config, key: keys[seat])
        effects = []
        let records = forgetting ? [] : log
        handle(
            .started(
                Simplex.Recovery(records: records, highWater: highWater, standing: standing)))
        handle(.connected(Self.peer))
        handle(.connected(Self.other))
        handle(.mempool(ready: true))
    }

    // MARK: What others say

    func vote(_ subject: VoteSubject, view: UInt64, seat: Int) -> Vote {
        Fixture.vote(subject, view: view, seat: seat, keys: keys, config: config)
    }

    func certificate(_ subject: VoteSubject, view: UInt64) -> Certificate {
        let seats = (0..<keys.count).filter { $0 != seat }
        return Fixture.certificate(subject, view: view, seats: seats, keys: keys, config: config)
    }

    /// A block of a view, on the epoch's start or on another block.
    func header(
        view: UInt64, on parent: BlockHeader? = nil, parentView: UInt64 = 0,
        reveal: UInt8 = 0, change: (inout BlockHeader) -> Void = { _ in }
    ) -> BlockHeader {
        let request = Simplex.BuildRequest(
            view: View(view), height: (parent?.height ?? Fixture.start.height).next,
            leader: machine.leader(of: View(view)), parent: parent?.digest ?? Fixture.start.block,
            parentView: View(parentView), parentTime: parent?.time ?? Fixture.start.time,
            parentStateRoot: parent.map { Fixture.stateRoot(after: $0.digest) }
                ?? Fixture.start.stateRoot, skipped: [], isHeartbeat: false)
        var header = Fixture.header(
            for: request, config: config, time: wall,
            reveal: Digest(FixedBytes(repeating: reveal)))
        change(&header)
        return header
    }

    func proposal(
        _ header: BlockHeader, view: UInt64? = nil, parentView: UInt64? = nil,
        parent: Certificate? = nil, skipped: [Certificate] = []
    ) -> Proposal {
        let view = view ?? header.view.number
        let leader = Int(machine.leader(of: View(view)).index)
        let subject = VoteSubject.notarize(
            parentView: View(parentView ?? header.parentView.number), block: header.digest)
        return Proposal(
            header: header, vote: vote(subject, view: view, seat: leader), parent: parent,
            skipped: skipped)
    }

    func notarize(_ header: BlockHeader) -> VoteSubject {
        .notarize(parentView: header.parentView, block: header.digest)
    }

    func finalize(_ header: BlockHeader) -> VoteSubject {
        .finalize(
            parentView: header.parentView, block: header.digest,
            stateRoot: Fixture.stateRoot(after: header.digest))
    }

    // MARK: What the world answers

    mutating func pass(_ header: BlockHeader) {
        handle(.checked(block: header.digest, view: header.view, passed: true))
    }

    mutating func execute(_ header: BlockHeader) {
        handle(
            .executed(
                block: header.digest, view: header.view,
                .valid(stateRoot: Fixture.stateRoot(after: header.digest))))
    }

    /// Takes a view's block through notarization and execution.
    mutating func accept(_ header: BlockHeader) {
        receive(.proposal(proposal(header)))
        pass(header)
        receive(
            .certificates(
                CertificateBatch([
                    certificate(notarize(header), view: header.view.number)
                ])))
        execute(header)
    }

    // MARK: What the machine said

    var sent: [ConsensusMessage] {
        effects.compactMap { effect in
            if case .send(let message, _) = effect { message } else { nil }
        }
    }

    /// Our own votes that were sent, proposals' votes among them.
    var ownVotes: [Vote] {
        sent.compactMap { message in
            switch message {
            case .vote(let vote): vote
            case .proposal(let proposal): proposal.vote
            case .certificates, .status, .request, .relay: nil
            }
        }
    }

    func ownVotes(_ kind: VoteKind, view: UInt64) -> [Vote] {
        ownVotes.filter { $0.kind == kind && $0.view == View(view) }
    }

    var requests: [CertificateRequest] {
        sent.compactMap { if case .request(let request) = $0 { request } else { nil } }
    }

    var pushed: [Certificate] {
        var certificates: [Certificate] = []
        for case .certificates(let batch) in sent { certificates += batch.certificates }
        return certificates
    }

    var evidence: [Evidence] {
        effects.compactMap { if case .evidence(let evidence) = $0 { evidence } else { nil } }
    }

    var faults: [Simplex.PeerFault] {
        effects.compactMap { if case .fault(_, let fault) = $0 { fault } else { nil } }
    }

    var alarms: [Simplex.Alarm] {
        effects.compactMap { if case .alarm(let alarm) = $0 { alarm } else { nil } }
    }

    var certified: [Digest] {
        effects.compactMap { if case .certify(_, let block, _) = $0 { block } else { nil } }
    }

    var fetched: [(block: Digest, peer: Simplex.Peer?)] {
        var fetched: [(block: Digest, peer: Simplex.Peer?)] = []
        for case .fetch(let block, _, let peer) in effects { fetched.append((block, peer)) }
        return fetched
    }

    var builds: [Simplex.BuildRequest] {
        effects.compactMap { if case .build(let request) = $0 { request } else { nil } }
    }
}
