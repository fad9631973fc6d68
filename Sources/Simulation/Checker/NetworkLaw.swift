import Chain
import Consensus
import LightClient
import Primitives
import Replica

/// What an omniscient onlooker sees of honest nodes.
enum Sight {
    /// Left a node for the network.
    case sent(ConsensusMessage, by: Int)
    /// Votes that have reached a node, one by one and not in a certificate, and that its agreement has
    /// counted.
    case heard([Vote], at: Int)
    /// Has reached a node's disk.
    case durable([VoteRecord], at: Int)
    /// A node takes a block as final.
    case final(FinalBlock, at: Int)
    /// The reference execution of a block that is final for the first time.
    case reference(Block, stateRoot: Digest)
    /// The reference execution knows who votes in an epoch.
    case epoch(Epoch, ValidatorSet)
    /// A node has stopped: what it knew and did not write is lost.
    case crashed(Int)
    /// The one's disk is a copy of the other's.
    case copied(from: Int, to: Int)
    /// A light node takes a header for final.
    case light(FinalizedHeader, by: Int)
    /// An honest node holds proof that someone broke the rules; from the view after this one on it
    /// puts that into blocks, if it leads any in that epoch.
    case evidence(Evidence, at: Int, view: View?)
}

/// Something that must hold in every run, whatever goes wrong in it.
protocol NetworkLaw: Sendable {
    /// Name in `consensus.md` 4.2.
    static var name: StaticString { get }

    /// Takes in what happened; says what is wrong, if anything is.
    mutating func note(_ sight: Sight) -> String?
}

/// A law that was broken, and when.
public struct Violation: Hashable, Sendable, CustomStringConvertible {
    public let law: String
    public let sentence: String
    /// Virtual time.
    ///
    /// - Unit: milliseconds.
    public let milliseconds: UInt64

    public var description: String { "\(law) at \(milliseconds) ms: \(sentence)" }
}
