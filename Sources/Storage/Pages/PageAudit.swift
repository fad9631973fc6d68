import Wire

/// Whether a data file holds what the engine wrote: every page in its one place, every key in order,
/// every record with its checksum (rule D14).
///
/// The engine keeps the last transaction and the one before it. Both name the transaction that made
/// them in their list of free pages, so that a wrong byte cannot pass an old state off as the newest.
public enum PageAudit {
    /// How much of a file is read.
    public enum Depth: Comparable, Sendable {
        /// Pages and keys.
        case pages
        /// Also the records that lie in a page with others.
        case smallRecords
        /// Also the records that have pages of their own.
        case allRecords
    }

    /// Examines the data file of a store that nobody has open.
    ///
    /// - Returns: What is wrong, at most 64 faults; nothing when there is no file.
    /// - Throws: ``StorageError/truncated(directory:byteCount:expected:)``, and what the system
    ///   refuses.
    public static func examine(
        _ directory: String, _ depth: Depth
    ) throws(StorageError) -> [PageFault] {
        let path = directory + "/data.mdb"
        guard Files.byteCount(path) != nil else { return [] }
        let file = try PageFile(path)
        return try file.withBytes { bytes throws(StorageError) in
            do throws(PageFaultError) {
                let (heads, pageBytes) = try PageHead.both(bytes)
                let newest = try newest(of: heads)
                let (needed, overflow) = Int(clamping: newest.lastPage)
                    .addingReportingOverflow(1)
                let (byteCount, isHuge) = needed.multipliedReportingOverflow(by: pageBytes)
                guard !overflow, !isHuge, byteCount <= bytes.count else {
                    throw PageFaultError(newest.lastPage, .beyondEnd)
                }
                return examine(heads, newest, pageBytes, depth, bytes)
            } catch {
                if error.fault.reason == .beyondEnd, error.fault.page < 1 << 40 {
                    throw .truncated(
                        directory: directory, byteCount: bytes.count,
                        expected: (Int(error.fault.page) + 1) * pageBytes(bytes))
                }
                return [error.fault]
            }
        }
    }

    /// - Precondition: the first page was found sound.
    private static func pageBytes(_ bytes: Span<UInt8>) -> Int {
        Int(bytes.number(at: PageForm.headerByteCount + 24, byteCount: 4))
    }

    /// The page that the last transaction wrote; the other one is of the transaction before.
    static func newest(of heads: [PageHead]) throws(PageFaultError) -> PageHead {
        let (even, odd) = (heads[0].transaction, heads[1].transaction)
        if even == 0, odd == 0 { return heads[0] }
        let (older, newer) = (min(even, odd), max(even, odd))
        guard newer - older == 1, even % 2 == 0 else {
            throw PageFaultError(even < odd ? 0 : 1, .generation)
        }
        return even < odd ? heads[1] : heads[0]
    }

    private static func examine(
        _ heads: [PageHead], _ newest: PageHead, _ pageBytes: Int, _ depth: Depth,
        _ bytes: Span<UInt8>
    ) -> [PageFault] {
        var walk = PageWalk(pageBytes: pageBytes, pageCount: newest.lastPage + 1)
        free(of: newest, &walk, bytes)
        tables(of: newest, &walk, bytes, depth)
        if walk.faults.isEmpty, let unused = walk.firstUnused { walk.note(unused, .unused) }
        guard walk.faults.isEmpty, newest.transaction > 0,
            let older = heads.first(where: { $0.transaction != newest.transaction })
        else { return walk.faults }
        guard older.lastPage <= newest.lastPage else {
            return [PageFault(page: older.transaction % 2, reason: .beyondEnd)]
        }
        var second = PageWalk(pageBytes: pageBytes, pageCount: older.lastPage + 1)
        free(of: older, &second, bytes)
        return second.faults
    }

    /// Walks the list of free pages, and looks for the transaction that wrote it.
    private static func free(of head: PageHead, _ walk: inout PageWalk, _ bytes: Span<UInt8>) {
        var last: UInt64 = 0
        walk.walk(head.free, .numbers, bytes) { walk, entry in
            last = bytes.number(at: entry.key.lowerBound, byteCount: 8)
            takeFree(entry, &walk, bytes)
        }
        // The first transaction had nothing to set free; each later one replaces a page at least.
        if head.transaction > 1, last != head.transaction {
            walk.note(head.transaction % 2, .generation)
        }
    }

    /// Takes the pages that one transaction set free: a count, then numbers, the highest first.
    private static func takeFree(
        _ entry: PageWalk.Entry, _ walk: inout PageWalk, _ bytes: Span<UInt8>
    ) {
        guard !entry.isTree, entry.value.count >= 8 else { return walk.note(entry.page, .bounds) }
        let start = entry.value.lowerBound
        let count = bytes.number(at: start, byteCount: 8)
        guard count < UInt64(entry.value.count / 8) else { return walk.note(entry.page, .bounds) }
        var above = UInt64.max
        for index in 0..<Int(count) {
            let page = bytes.number(at: start + 8 * (index + 1), byteCount: 8)
            guard page < above else { return walk.note(entry.page, .order) }
            above = page
            guard walk.take(page) else { return }
        }
    }

    private static func tables(
        of head: PageHead, _ walk: inout PageWalk, _ bytes: Span<UInt8>, _ depth: Depth
    ) {
        var trees: [PageTree] = []
        walk.walk(head.main, .bytes, bytes) { walk, entry in
            guard entry.isTree, entry.value.count == PageForm.treeByteCount else {
                return walk.note(entry.page, .kind)
            }
            let tree = PageTree(bytes, at: entry.value.lowerBound)
            guard tree.flags == 0, tree.pad == 0 else { return walk.note(entry.page, .kind) }
            trees.append(tree)
        }
        for tree in trees {
            walk.walk(tree, .bytes, bytes) { walk, entry in
                guard !entry.isTree else { return walk.note(entry.page, .kind) }
                guard depth >= (entry.isBig ? .allRecords : .smallRecords) else { return }
                if !isSound(entry, bytes) { walk.note(entry.page, .record) }
            }
        }
    }

    /// Whether the checksum behind a value fits (rule D4).
    static func isSound(_ entry: PageWalk.Entry, _ bytes: Span<UInt8>) -> Bool {
        let record = bytes.extracting(entry.value)
        let count = record.count - Checksum.byteCount
        guard count >= 0, let sum = UInt32(key: record, from: count) else { return false }
        return sum == Checksum.of(bytes.extracting(entry.key), record.extracting(0..<count))
    }
}
