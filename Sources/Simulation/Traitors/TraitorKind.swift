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
    var dice: Dice

    func sign(_ subject: VoteSubject, like vote: Vote, view: View? = nil) -> Vote? {
        guard let key else { return nil }
        let view = view ?? vote.view
        let bytes = subject.signedBytes(chain: chain, epoch: vote.epoch, view: view)
        return Vote(
            epoch: vote.epoch, view: view, subject: subject, seat: vote.seat,
            signature: scheme.sign(bytes, with: key))
    }
}

extension Cluster {
    /// Lets a traitor change what its machine wants.
    mutating func twist(_ effects: [Replica.Effect], of node: Int) -> [Replica.Effect] {
        guard var traitor = traitors[node] else { return effects }
        var tools = TraitorTools(
            key: nodes[node].configuration.voteKey, chain: nodes[node].configuration.chain,
            scheme: scenario.scheme, peers: nodes[node].replica?.peerNames ?? [],
            dice: dice.traitor)
        let twisted = effects.flatMap { traitor.twist($0, &tools) }
        dice.traitor = tools.dice
        traitors[node] = traitor
        return twisted
    }
}
