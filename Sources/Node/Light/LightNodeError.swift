public import Ledger
public import LightClient

/// Why a light node could not do what it was asked for; prints as one sentence.
public enum LightNodeError: Error, Sendable {
    /// No full node is connected, or none answered.
    case unreachable
    case refused(Rejection)
    case timedOut
    /// What a full node showed was not believed.
    case fault(LightFault)
    case statement(StatementFault)
    /// A proved value that this program cannot read.
    case unreadable
    /// The node does nothing any more until people have looked at it.
    case halted(String)
}

extension LightNodeError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .unreachable: "No full node answers; check the bootstrap list and the network."
        case .refused(let rejection): rejection.description
        case .timedOut: "The transaction is not final yet; ask for its status later."
        case .fault(let fault): "A full node showed something that is not proved: \(fault)."
        case .statement(let fault): "The statement is not complete: \(fault)."
        case .unreadable: "A proved value cannot be read by this program."
        case .halted(let reason): "The node has stopped: \(reason)."
        }
    }

    /// Stable word for programs.
    public var code: String {
        switch self {
        case .unreachable: "unreachable"
        case .refused(let rejection): rejection.word
        case .timedOut: "timed_out"
        case .fault: "not_proved"
        case .statement: "incomplete"
        case .unreadable: "unreadable"
        case .halted: "halted"
        }
    }
}

extension Rejection {
    /// Stable word for programs: the case's name.
    public var word: String {
        String(reflecting: self).split(separator: ".").last.map(String.init) ?? ""
    }
}
