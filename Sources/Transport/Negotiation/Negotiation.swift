import Primitives
import Wire

/// Why an agreement on a protocol failed.
package enum NegotiationError: Error, Equatable {
    /// A message is longer than ``Negotiation/messageByteLimit``, or its length is malformed.
    case malformedLength
    /// A message does not end in a newline or is not UTF-8.
    case malformedText
    /// The peer's first message is not the name of multistream-select.
    case wrongHeader
    /// The dialer asked for more than ``Negotiation/proposalLimit`` protocols.
    case tooManyProposals
    /// The listener echoed something else than the proposal.
    case wrongEcho
    /// Every proposal was refused.
    case refused
}

/// Messages of multistream-select 1.0: a varint length, text, a newline.
///
/// - Source: libp2p "connections", multistream-select; Transport specification W5 to W7.
package enum Negotiation {
    package static let header = "/multistream/1.0.0"
    package static let refusal = "na"
    /// The longest message, newline included.
    package static let messageByteLimit = 1_024
    /// Proposals that a listener hears in one negotiation.
    package static let proposalLimit = 16

    package static func encode(_ text: String) -> [UInt8] {
        var output: [UInt8] = []
        Varint.append(UInt64(text.utf8.count + 1), to: &output)
        output.append(contentsOf: text.utf8)
        output.append(UInt8(ascii: "\n"))
        return output
    }

    /// Takes one message from the queue; `nil` until it is complete.
    package static func next(_ queue: inout ByteQueue) throws(NegotiationError) -> String? {
        guard queue.count > 0 else { return nil }
        var length = Int(queue[0] & 0x7f)
        var prefixCount = 1
        if queue[0] >= 0x80 {
            guard queue.count > 1 else { return nil }
            guard queue[1] > 0, queue[1] < 0x80 else { throw .malformedLength }
            length |= Int(queue[1]) << 7
            prefixCount = 2
        }
        guard (1...messageByteLimit).contains(length) else { throw .malformedLength }
        guard queue.count >= prefixCount + length else { return nil }
        queue.skip(prefixCount)
        var line = queue.take(length)
        guard line.popLast() == UInt8(ascii: "\n"),
            let text = String(validating: line, as: UTF8.self)
        else { throw .malformedText }
        return text
    }
}

/// The side that proposes.
package struct DialNegotiation {
    private let names: [String]
    private var index = 0
    private var hasHeader = false

    /// - Precondition: at least one name.
    package init(_ names: [String]) {
        precondition(!names.isEmpty, "there is something to propose")
        self.names = names
    }

    /// The header and the first proposal, in one write.
    package var opening: [UInt8] {
        Negotiation.encode(Negotiation.header) + Negotiation.encode(names[0])
    }

    package struct Step: Equatable {
        package var reply: [UInt8] = []
        package var agreed: String?
    }

    /// Reads what has arrived; after `agreed` is set the rest of the queue is the protocol's own.
    package mutating func receive(
        _ queue: inout ByteQueue
    ) throws(NegotiationError) -> Step {
        var step = Step()
        while let text = try Negotiation.next(&queue) {
            if !hasHeader {
                guard text == Negotiation.header else { throw .wrongHeader }
                hasHeader = true
            } else if text == names[index] {
                step.agreed = text
                return step
            } else if text == Negotiation.refusal {
                index += 1
                guard index < names.count else { throw .refused }
                step.reply += Negotiation.encode(names[index])
            } else {
                throw .wrongEcho
            }
        }
        return step
    }
}

/// The side that accepts or refuses.
package struct ListenNegotiation {
    private var proposalCount = 0
    /// Whether the dialer's first message was read.
    package private(set) var hasHeader = false

    package init() {}

    /// Sent first, without waiting for the dialer.
    package static var opening: [UInt8] { Negotiation.encode(Negotiation.header) }

    /// Reads what has arrived; after `agreed` is set the rest of the queue is the protocol's own.
    ///
    /// Everything that `accepts` does not know is answered with `na`, also the obsolete `ls`.
    package mutating func receive(
        _ queue: inout ByteQueue, accepts: (String) -> Bool
    ) throws(NegotiationError) -> DialNegotiation.Step {
        var step = DialNegotiation.Step()
        while let text = try Negotiation.next(&queue) {
            if !hasHeader {
                guard text == Negotiation.header else { throw .wrongHeader }
                hasHeader = true
                continue
            }
            proposalCount += 1
            guard proposalCount <= Negotiation.proposalLimit else { throw .tooManyProposals }
            if accepts(text) {
                step.reply += Negotiation.encode(text)
                step.agreed = text
                return step
            }
            step.reply += Negotiation.encode(Negotiation.refusal)
        }
        return step
    }
}
