public import Primitives
public import Wire

extension HashDomain {
    static let sectionKey = HashDomain("argosy/seckey")
    static let sectionMark = HashDomain("argosy/secmark")
    static let section = HashDomain("argosy/section")
}

/// Opens one section of one sealed document, and nothing else.
public struct SectionKey: Hashable, Sendable {
    public let bytes: FixedBytes<32>

    public init(_ bytes: FixedBytes<32>) { self.bytes = bytes }

    /// What the section shows of its key, so that no second key fits it (rule T161).
    public var mark: Digest { Digest(hashing: bytes.array, in: .sectionMark) }
}

/// What somebody with a key finds in a section.
public enum SectionReading: Equatable, Sendable {
    case content([UInt8])
    /// The key is not the one that the section was made with.
    case wrongKey
    /// The key is right and the bytes are not: whoever made the section made it so.
    case broken
}

/// One part of a sealed document, encrypted under a key of its own.
public struct SealedSection: Hashable, Sendable, WireCodable {
    /// Contents are filled up to a multiple of so many bytes, so that sizes tell little.
    public static let paddingByteCount = 32
    /// The largest encrypted section.
    public static let byteLimit = 49_152

    public let mark: Digest
    public let bytes: [UInt8]

    public init(mark: Digest, bytes: [UInt8]) {
        self.mark = mark
        self.bytes = bytes
    }

    /// Encrypts a part; a section key is used once, so its nonce is zero.
    init(_ content: [UInt8], at index: Int, key: SectionKey, context: Digest) {
        var padded = content + [0x80]
        while padded.count % Self.paddingByteCount != 0 { padded.append(0) }
        mark = key.mark
        bytes = XChaChaPoly.seal(
            padded, key: key.bytes, nonce: FixedBytes(repeating: 0),
            associated: Self.associated(index, context))
    }

    public init(from bytes: Span<UInt8>, at cursor: inout WireCursor) throws(WireError) {
        mark = try cursor.fixed(1, "mark", of: bytes)
        self.bytes = try cursor.bytes(2, "bytes", limit: Self.byteLimit, of: bytes)
    }

    public func encode(into writer: inout WireWriter) {
        writer.fixed(1, mark)
        writer.bytes(2, bytes)
    }

    /// Its place in the tree over all sections.
    public var digest: Digest { Digest(hashing: wire, in: .section) }

    /// Decrypts it, as the section of a number, from zero, of a document that was sealed for something.
    public func read(with key: SectionKey, at index: Int, context: Digest) -> SectionReading {
        guard key.mark == mark else { return .wrongKey }
        let opened = XChaChaPoly.open(
            bytes, key: key.bytes, nonce: FixedBytes(repeating: 0),
            associated: Self.associated(index, context))
        guard var content = opened else { return .broken }
        while content.last == 0 { content.removeLast() }
        guard content.popLast() == 0x80 else { return .broken }
        return .content(content)
    }

    private static func associated(_ index: Int, _ context: Digest) -> [UInt8] {
        context.bytes.array + UInt32(clamping: index).bigEndianBytes
    }
}

extension UInt32 {
    /// Four bytes, the highest first.
    var bigEndianBytes: [UInt8] {
        [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: self >> $0) }
    }
}
