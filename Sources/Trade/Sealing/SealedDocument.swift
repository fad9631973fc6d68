public import Ledger
public import Primitives
import StateTree
public import Wire

extension HashDomain {
    static let sealing = HashDomain("argosy/sealing")
    static let wrapping = HashDomain("argosy/wrapping")
}

/// Why a document cannot be sealed.
public enum SealingError: Error, Equatable {
    case readerCount(Int, limit: Int)
    case sectionCount(Int, limit: Int)
    case tooLarge(byteCount: Int, limit: Int)
    /// The account's key does not map to one that can be agreed with.
    case readerUnusable(index: Int)
}

/// To whom a document is sealed.
public struct ReadingKey: Hashable, Sendable {
    /// X25519.
    public let bytes: FixedBytes<32>

    public init(_ bytes: FixedBytes<32>) { self.bytes = bytes }

    /// The key of an account, from the key that founded it (rule T160); `nil` for an account that no
    /// admissible key founded.
    public init?(of account: AccountID) {
        guard let bytes = account.foundingKey.agreementKey else { return nil }
        self.bytes = bytes
    }
}

/// Opens every section of one document.
public struct DocumentKey: Hashable, Sendable {
    let bytes: FixedBytes<32>

    /// The key of one section, to be given away alone.
    public func section(_ index: Int) -> SectionKey {
        let input = bytes.array + UInt32(clamping: index).bigEndianBytes
        return SectionKey(Digest(hashing: input, in: .sectionKey).bytes)
    }
}

/// A document that only its readers can read, section by section.
///
/// - Shape: an X25519 key made for it, the document's key wrapped once for each reader, and the
///   sections. It does not say who its readers are. At most ``byteLimit`` bytes, so that it fits an
///   attachment.
/// - Source: Trade specification T160 to T164.
public struct SealedDocument: Hashable, Sendable, WireCodable {
    public static let readerLimit = 16
    public static let sectionLimit = 160
    /// What an attachment can hold.
    public static let byteLimit = 65_536

    public let ephemeral: FixedBytes<32>
    public let wrapped: [FixedBytes<48>]
    public let sections: [SealedSection]

    /// Seals sections to readers.
    ///
    /// - Parameters:
    ///   - contents: Sections, each with its meaning by its place.
    ///   - readers: 1 to ``readerLimit``.
    ///   - context: What the document is for; in another context it does not open.
    ///   - entropy: 32 random bytes. Keys follow from them *and* from what is sealed to whom, so bytes that
    ///     are used twice by mistake still never encrypt two texts under one key.
    /// - Throws: ``SealingError``.
    public init(
        sealing contents: [[UInt8]], to readers: [ReadingKey], context: Digest,
        entropy: FixedBytes<32>
    ) throws(SealingError) {
        guard (1...Self.readerLimit).contains(readers.count) else {
            throw .readerCount(readers.count, limit: Self.readerLimit)
        }
        guard (1...Self.sectionLimit).contains(contents.count) else {
            throw .sectionCount(contents.count, limit: Self.sectionLimit)
        }
        let byteCount = contents.reduce(0) { $0 + $1.count }
        guard byteCount <= Self.byteLimit else {
            throw .tooLarge(byteCount: byteCount, limit: Self.byteLimit)
        }
        let seed = Self.seed(contents, readers, context, entropy)
        let own = AgreementKey(secret: Digest(hashing: seed + [1], in: .sealing).bytes)
        let key = DocumentKey(bytes: Digest(hashing: seed + [2], in: .sealing).bytes)
        var wrapped: [FixedBytes<48>] = []
        for (index, reader) in readers.enumerated() {
            guard let shared = own.agree(with: reader.bytes) else {
                throw .readerUnusable(index: index)
            }
            let wrapping = Self.wrappingKey(shared, own.publicKey, reader.bytes)
            let bytes = XChaChaPoly.seal(
                key.bytes.array, key: wrapping, nonce: FixedBytes(repeating: 0),
                associated: context.bytes.array)
            wrapped.append(FixedBytes(copying: bytes.span, from: 0))
        }
        ephemeral = own.publicKey
        self.wrapped = wrapped
        sections = contents.enumerated().map { index, content in
            SealedSection(content, at: index, key: key.section(index), context: context)
        }
        guard wire.count <= Self.byteLimit else {
            throw .tooLarge(byteCount: wire.count, limit: Self.byteLimit)
        }
    }

    public init(from bytes: Span<UInt8>, at cursor: inout WireCursor) throws(WireError) {
        let start = cursor.offset
        ephemeral = try cursor.fixed(1, "ephemeral", of: bytes)
        wrapped = try cursor.fixedList(2, "wrapped", limit: Self.readerLimit, of: bytes)
        sections = try cursor.messages(3, "sections", limit: Self.sectionLimit, of: bytes)
        guard !wrapped.isEmpty, !sections.isEmpty, cursor.offset - start <= Self.byteLimit else {
            throw WireError(.invalid, at: start).inside("sealed_document")
        }
    }

    public func encode(into writer: inout WireWriter) {
        writer.fixed(1, ephemeral)
        writer.fixedList(2, wrapped)
        writer.messages(3, sections)
    }

    /// One hash over all sections: what its signer answers for.
    public var root: Digest { MerkleList.root(of: sections.map(\.digest)) }

    /// The document's key, for a reader; `nil` for everybody else, and in another context.
    public func key(for reader: AgreementKey, context: Digest) -> DocumentKey? {
        guard let shared = reader.agree(with: ephemeral) else { return nil }
        let wrapping = Self.wrappingKey(shared, ephemeral, reader.publicKey)
        for entry in wrapped {
            let opened = XChaChaPoly.open(
                entry.array, key: wrapping, nonce: FixedBytes(repeating: 0),
                associated: context.bytes.array)
            if let opened, let bytes = FixedBytes<32>(opened) { return DocumentKey(bytes: bytes) }
        }
        return nil
    }

    /// Reads a section; `nil` for an index that it does not have.
    public func read(_ index: Int, with key: DocumentKey, context: Digest) -> SectionReading? {
        guard sections.indices.contains(index) else { return nil }
        return sections[index].read(with: key.section(index), at: index, context: context)
    }

    /// Everything, for a reader; `nil` when he is none, or when any byte was changed.
    public func open(by reader: AgreementKey, context: Digest) -> [[UInt8]]? {
        guard let key = key(for: reader, context: context) else { return nil }
        var contents: [[UInt8]] = []
        for index in sections.indices {
            guard case .content(let content)? = read(index, with: key, context: context) else {
                return nil
            }
            contents.append(content)
        }
        return contents
    }

    private static func seed(
        _ contents: [[UInt8]], _ readers: [ReadingKey], _ context: Digest,
        _ entropy: FixedBytes<32>
    ) -> [UInt8] {
        var input = entropy.array + context.bytes.array
        for reader in readers { input += reader.bytes.array }
        for content in contents {
            input += UInt32(clamping: content.count).bigEndianBytes + content
        }
        return Digest(hashing: input, in: .sealing).bytes.array
    }

    private static func wrappingKey(
        _ shared: FixedBytes<32>, _ ephemeral: FixedBytes<32>, _ reader: FixedBytes<32>
    ) -> FixedBytes<32> {
        Digest(hashing: shared.array + ephemeral.array + reader.array, in: .wrapping).bytes
    }
}
