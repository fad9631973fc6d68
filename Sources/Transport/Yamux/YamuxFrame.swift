/// The twelve bytes in front of everything that Yamux sends.
///
/// - Source: hashicorp/yamux specification, as libp2p "yamux" takes it; rule W14.
package struct YamuxFrame: Equatable, Sendable {
    package static let byteCount = 12

    package enum Kind: UInt8, Sendable { case data = 0, windowUpdate = 1, ping = 2, goAway = 3 }

    package struct Flags: OptionSet, Sendable {
        package let rawValue: UInt16
        package init(rawValue: UInt16) { self.rawValue = rawValue }

        package static let syn = Flags(rawValue: 1)
        package static let ack = Flags(rawValue: 2)
        package static let fin = Flags(rawValue: 4)
        package static let rst = Flags(rawValue: 8)
    }

    package var kind: Kind
    package var flags: Flags
    package var stream: UInt32
    /// Payload bytes, window bytes, ping value or reason, by kind.
    package var length: UInt32

    package init(_ kind: Kind, _ flags: Flags = [], stream: UInt32, length: UInt32 = 0) {
        self.kind = kind
        self.flags = flags
        self.stream = stream
        self.length = length
    }

    /// Reads twelve bytes; `nil` for another version or an unknown kind.
    package init?(_ bytes: InlineArray<12, UInt8>) {
        guard bytes[0] == 0, let kind = Kind(rawValue: bytes[1]) else { return nil }
        self.kind = kind
        flags = Flags(rawValue: UInt16(bytes[2]) << 8 | UInt16(bytes[3]))
        stream = Self.number(bytes, 4)
        length = Self.number(bytes, 8)
    }

    package func append(to output: inout some ByteSink) {
        output.append(0)
        output.append(kind.rawValue)
        output.append(UInt8(flags.rawValue >> 8))
        output.append(UInt8(flags.rawValue & 0xff))
        for number in [stream, length] {
            for shift in [24, 16, 8, 0] as [UInt32] {
                output.append(UInt8(truncatingIfNeeded: number >> shift))
            }
        }
    }

    private static func number(_ bytes: InlineArray<12, UInt8>, _ offset: Int) -> UInt32 {
        var number: UInt32 = 0
        for index in offset..<offset + 4 { number = number << 8 | UInt32(bytes[index]) }
        return number
    }
}

/// A stream of one session; odd when the dialer opened it, even when the listener did.
package struct StreamID: Hashable, Comparable, Sendable {
    package let number: UInt32
    package init(_ number: UInt32) { self.number = number }
    package static func < (left: Self, right: Self) -> Bool { left.number < right.number }
}

/// What a peer did that no stream of its own can answer for; the session ends.
package enum YamuxFault: Error, Equatable, Sendable {
    case unknownVersionOrKind
    /// A stream id of our own side, id 0, or one that is open already.
    case wrongStreamID(UInt32)
    /// A data frame longer than any window that was ever granted.
    case frameTooLong(UInt32)
    /// More frames that need an answer than we keep while we cannot send.
    case unansweredFrames
}
