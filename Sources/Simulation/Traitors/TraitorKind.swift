import Consensus
import Primitives
import Replica

/// How a validator betrays the others.
public enum TraitorKind: String, CaseIterable, Sendable {
    /// Proposes two blocks in a view, one to each half.
    case equivocatingLeader
    /// Proposes, and gives nobody the transactions.
    case withholder
    /// Votes for a block and to give the view up, and to finalize it as well.
    case nullifiesToo
    /// Fills its peers with votes of far views and requests.
    case spammer
    /// Says nothing at all.
    case silent
    /// Claims heights that it does not have.
    case liar
    /// Flips a bit in some of its frames.
    case garbler
    /// Serves blocks that it made up.
    case forger
    /// Dates its blocks far ahead.
    case wrongTime
    /// Repeats what it said long ago.
    case replayer
    /// Tells some what it hides from others.
    case selectiveSender
    /// Proposes at the edge of the others' patience.
    case lateProposer
    /// Proposes blocks that cannot be executed.
    case invalidBlock
    /// Votes for and builds on states that are not so.
    case wrongRoot
    /// Signs for another chain and another epoch.
    case foreigner
    /// Votes in the names of others.
    case impersonator
    /// Builds on old blocks.
    case forkingLeader
    /// Builds beside a notarized block.
    case skippingLeader
    /// Sends bodies that headers do not commit to.
    case otherBody
    /// Answers with runs of blocks that are empty, mixed up or cut.
    case stuffer
    /// Sends certificates that prove nothing.
    case certificateForger
    /// Puts evidence into blocks that does not belong there.
    case oldEvidence
    /// Answers light nodes with headers and sets that it made up.
    case badProver
    /// Repeats one vote of another as if it were its own word, and nothing else that it hears.
    case parrot
    /// Is honest but for what a drill sends in its name.
    case puppet

    /// Those that betray by themselves; a forger of proofs only where light nodes ask.
    static func active(lightCount: Int) -> [TraitorKind] {
        allCases.filter { $0 != .puppet && ($0 != .badProver || lightCount > 0) }
    }

    func make() -> any Traitor {
        switch self {
        case .equivocatingLeader: EquivocatingLeader()
        case .withholder: Withholder()
        case .nullifiesToo: NullifiesToo()
        case .spammer: Spammer()
        case .silent: Silent()
        case .liar: Liar()
        case .garbler: Garbler()
        case .forger: Forger()
        case .wrongTime: WrongTime()
        case .replayer: Replayer()
        case .selectiveSender: SelectiveSender()
        case .lateProposer: LateProposer()
        case .invalidBlock: InvalidBlock()
        case .wrongRoot: WrongRoot()
        case .foreigner: Foreigner()
        case .impersonator: Impersonator()
        case .forkingLeader: ForkingLeader()
        case .skippingLeader: SkippingLeader()
        case .otherBody: OtherBody()
        case .stuffer: Stuffer()
        case .certificateForger: CertificateForger()
        case .oldEvidence: OldEvidence()
        case .badProver: BadProver()
        case .parrot: Parrot()
        case .puppet: Puppet()
        }
    }
}

/// Changes what a machine wants done before the world does it.
protocol Traitor: Sendable {
    mutating func twist(_ effect: Replica.Effect, _ tools: inout TraitorTools) -> [Replica.Effect]
}

/// What a traitor has at hand: its key, and the names of the others.
struct TraitorTools: Sendable {
    let key: SigningKey?
    let chain: Digest
    let scheme: SignatureScheme
    let peers: [PeerName]
    let pace: Pace
    var dice: Dice
    /// What is sent after a while.
    fileprivate(set) var later: [Later] = []

    struct Later: Sendable {
        let names: [PeerName]
        let channel: Channel
        let frame: [UInt8]
        let milliseconds: UInt64
    }

    mutating func sendLater(
        _ names: [PeerName], _ channel: Channel, _ frame: [UInt8],
        afterMilliseconds delay: UInt64
    ) {
        later.append(Later(names: names, channel: channel, frame: frame, milliseconds: delay))
    }

    func sign(_ subject: VoteSubject, like vote: Vote, view: View? = nil) -> Vote? {
        guard let key else { return nil }
        return subject.vote(
            by: key, at: vote.seat, in: view ?? vote.view, of: vote.epoch, on: chain, scheme)
    }
}

extension Cluster {
    /// Lets a traitor change what its machine wants.
    mutating func twist(_ effects: [Replica.Effect], of node: Int) -> [Replica.Effect] {
        guard var traitor = traitors[node] else { return effects }
        var tools = TraitorTools(
            key: nodes[node].configuration.voteKey, chain: nodes[node].configuration.chain,
            scheme: scenario.scheme, peers: nodes[node].replica?.peerNames ?? [],
            pace: scenario.pace, dice: dice.traitor)
        let twisted = effects.flatMap { traitor.twist($0, &tools) }
        for later in tools.later {
            for name in later.names {
                agenda.schedule(
                    .late(node, name, later.channel, later.frame),
                    at: record.now + later.milliseconds * 1_000_000)
            }
        }
        dice.traitor = tools.dice
        traitors[node] = traitor
        return twisted
    }
}
