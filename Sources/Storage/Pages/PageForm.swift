/// How the engine lays out its data file (LMDB 0.9, 64 bits, little-endian).
///
/// - Source: `mdb.c` of LMDB 0.9.24, structures `MDB_page`, `MDB_meta`, `MDB_db` and `MDB_node`.
enum PageForm {
    static let magic: UInt64 = 0xbeef_c0de
    static let version: UInt64 = 1
    static let headerByteCount = 16
    static let nodeByteCount = 8
    static let treeByteCount = 48
    /// Levels of a tree that the engine can walk.
    static let depthLimit = 32
    /// No page: the root of an empty tree.
    static let noPage = UInt64.max
    /// The first pages are not part of any tree.
    static let firstPage: UInt64 = 2
    static let pageByteLimits = 512...32_768

    enum Kind {
        static let branch: UInt64 = 0x01
        static let leaf: UInt64 = 0x02
        static let overflow: UInt64 = 0x04
        static let head: UInt64 = 0x08
    }

    enum NodeFlag {
        static let isBig: UInt64 = 0x01
        static let isTree: UInt64 = 0x02
    }

    /// Pages that a value of its own takes.
    static func overflowCount(_ byteCount: Int, pageBytes: Int) -> UInt64 {
        UInt64((headerByteCount - 1 + byteCount) / pageBytes + 1)
    }
}

/// One tree of pages: the free list, the list of tables, or a table.
struct PageTree {
    let pad: UInt64
    let flags: UInt64
    let depth: Int
    let entryCount: UInt64
    let root: UInt64

    /// - Precondition: 48 bytes lie at the offset.
    init(_ bytes: Span<UInt8>, at offset: Int) {
        pad = bytes.number(at: offset, byteCount: 4)
        flags = bytes.number(at: offset + 4, byteCount: 2)
        depth = Int(bytes.number(at: offset + 6, byteCount: 2))
        entryCount = bytes.number(at: offset + 32, byteCount: 8)
        root = bytes.number(at: offset + 40, byteCount: 8)
    }
}

/// What one of the two first pages says of the last transaction but one, or the last.
struct PageHead {
    let free: PageTree
    let main: PageTree
    let lastPage: UInt64
    let transaction: UInt64

    /// The two first pages; `nil` with the fault when one is not what the engine writes.
    static func both(
        _ bytes: Span<UInt8>
    ) throws(PageFaultError) -> (heads: [PageHead], pageBytes: Int) {
        let least = PageForm.headerByteCount + 24 + 2 * PageForm.treeByteCount + 16
        guard bytes.count >= least else { throw PageFaultError(0, .fileSize) }
        let pageBytes = Int(
            bytes.number(at: PageForm.headerByteCount + 24, byteCount: 4))
        guard PageForm.pageByteLimits.contains(pageBytes), pageBytes.nonzeroBitCount == 1 else {
            throw PageFaultError(0, .head)
        }
        guard bytes.count >= 2 * pageBytes else { throw PageFaultError(1, .fileSize) }
        var heads: [PageHead] = []
        for index in 0..<2 {
            guard let head = PageHead(bytes, index: index, pageBytes: pageBytes) else {
                throw PageFaultError(UInt64(index), .head)
            }
            heads.append(head)
        }
        return (heads, pageBytes)
    }

    private init?(_ bytes: Span<UInt8>, index: Int, pageBytes: Int) {
        let page = index * pageBytes
        let start = page + PageForm.headerByteCount
        free = PageTree(bytes, at: start + 24)
        main = PageTree(bytes, at: start + 24 + PageForm.treeByteCount)
        lastPage = bytes.number(at: start + 120, byteCount: 8)
        transaction = bytes.number(at: start + Self.numberOffset, byteCount: 8)
        guard bytes.number(at: page, byteCount: 8) == UInt64(index),
            bytes.number(at: page + 10, byteCount: 2) == PageForm.Kind.head,
            bytes.number(at: start, byteCount: 4) == PageForm.magic,
            bytes.number(at: start + 4, byteCount: 4) == PageForm.version,
            free.pad == UInt64(pageBytes), free.flags == Self.numberKeys,
            main.pad == 0, main.flags == 0
        else { return nil }
    }

    /// Where the number of the transaction lies behind the page's header; it is written last.
    static let numberOffset = 128

    /// Whether the file is long enough for all pages.
    func fits(_ bytes: Span<UInt8>, pageBytes: Int) -> Bool {
        lastPage < UInt64(bytes.count / pageBytes)
    }

    /// The free list is sorted by number, not by bytes.
    private static let numberKeys: UInt64 = 0x08
}

/// A page fault as an error, for the steps that cannot go on.
struct PageFaultError: Error {
    let fault: PageFault

    init(_ page: UInt64, _ reason: PageFault.Reason) {
        fault = PageFault(page: page, reason: reason)
    }
}

extension Span<UInt8> {
    /// A little-endian number.
    ///
    /// - Precondition: the bytes are there.
    func number(at offset: Int, byteCount: Int) -> UInt64 {
        var value: UInt64 = 0
        for index in 0..<byteCount {
            value |= UInt64(self[offset &+ index]) &<< UInt64(8 &* index)
        }
        return value
    }
}
