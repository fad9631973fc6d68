import Wire

/// Whether a data file holds what the engine wrote: every page in its one place, every key in order,
/// every record with its checksum (rule D14).
///
/// The engine keeps the last transaction and the one before it, each described by one of the two
/// first pages. Both name their transaction once more in their list of free pages, so that a wrong
/// byte cannot pass an old state off as the newest.
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

    /// What a file holds.
    struct Verdict {
        var faults: [PageFault] = []
        /// A first page that is whole but for its number, and the number that it should have.
        var renumbered: (page: Int, transaction: UInt64, offset: Int)?

        init(_ faults: [PageFault] = []) { self.faults = faults }
    }

    /// Examines the data file of a store that nobody has open.
    ///
    /// - Returns: What is wrong, at most 64 faults; nothing when there is no file.
    /// - Throws: ``StorageError/truncated(directory:byteCount:expected:)``, and what the system
    ///   refuses.
    public static func examine(
        _ directory: String, _ depth: Depth
    ) throws(StorageError) -> [PageFault] {
        try judge(directory, depth).faults
    }

    static func judge(_ directory: String, _ depth: Depth) throws(StorageError) -> Verdict {
        let path = directory + "/data.mdb"
        guard Files.byteCount(path) != nil else { return Verdict() }
        let file = try PageFile(path)
        return try file.withBytes { bytes throws(StorageError) in
            let heads: [PageHead]
            let pageBytes: Int
            do throws(PageFaultError) { (heads, pageBytes) = try PageHead.both(bytes) } catch {
                return Verdict([error.fault])
            }
            let (even, odd) = (heads[0].transaction, heads[1].transaction)
            let newest = odd > even ? 1 : 0
            let needed = heads[newest].lastPage.multipliedReportingOverflow(
                by: UInt64(pageBytes))
            guard !needed.overflow, needed.partialValue < UInt64(Int.max / 2) else {
                return Verdict([PageFault(page: UInt64(newest), reason: .beyondEnd)])
            }
            let expected = Int(needed.partialValue) + pageBytes
            guard expected <= bytes.count else {
                throw .truncated(
                    directory: directory, byteCount: bytes.count, expected: expected)
            }
            return judge(heads, newest, pageBytes, depth, bytes)
        }
    }

    private static func judge(
        _ heads: [PageHead], _ newest: Int, _ pageBytes: Int, _ depth: Depth,
        _ bytes: Span<UInt8>
    ) -> Verdict {
        let (first, second) = (heads[newest], heads[1 - newest])
        if first.transaction == 0 {
            return Verdict(snapshot(first, named: 0, pageBytes, depth, bytes))
        }
        let isInStep =
            first.transaction - second.transaction == 1
            && first.transaction % 2 == UInt64(newest)
        if isInStep, named(first, pageBytes, bytes) == first.transaction,
            named(second, pageBytes, bytes) == second.transaction
        {
            return Verdict(snapshot(first, named: first.transaction, pageBytes, depth, bytes))
        }
        return judgeDoubtful(heads, newest, pageBytes, depth, bytes)
    }

    /// One of the first pages does not say what its list of free pages says.
    ///
    /// A write of it that a power cut tore apart leaves its number as it was, since that comes last:
    /// then the other page is the newest state, and was so before. A page that is whole as the
    /// transaction after the other is the newest, whatever its number says.
    private static func judgeDoubtful(
        _ heads: [PageHead], _ newest: Int, _ pageBytes: Int, _ depth: Depth,
        _ bytes: Span<UInt8>
    ) -> Verdict {
        let names = heads.map { named($0, pageBytes, bytes) }
        let faults = zip(heads, names).enumerated().map { index, pair -> [PageFault] in
            guard let name = pair.1, name % 2 == UInt64(index) else {
                return [PageFault(page: UInt64(index), reason: .generation)]
            }
            return snapshot(pair.0, named: name, pageBytes, depth, bytes)
        }
        let fault = Verdict([PageFault(page: UInt64(newest), reason: .generation)])
        if let even = names[0], let odd = names[1], faults.allSatisfy(\.isEmpty) {
            guard max(even, odd) - min(even, odd) == 1 else { return fault }
            let wrong = even == heads[0].transaction ? 1 : 0
            var verdict = Verdict()
            verdict.renumbered = (wrong, wrong == 0 ? even : odd, numberOffset(wrong, pageBytes))
            return verdict
        }
        guard faults[newest].isEmpty, names[newest] == heads[newest].transaction,
            heads[1 - newest].transaction == heads[newest].transaction - 1
        else {
            return faults[newest].isEmpty ? fault : Verdict(faults[newest])
        }
        return Verdict()
    }

    private static func numberOffset(_ index: Int, _ pageBytes: Int) -> Int {
        index * pageBytes + PageForm.headerByteCount + PageHead.numberOffset
    }

    /// The transaction that a list of free pages names; `nil` when the list is damaged.
    private static func named(
        _ head: PageHead, _ pageBytes: Int, _ bytes: Span<UInt8>
    ) -> UInt64? {
        guard head.fits(bytes, pageBytes: pageBytes) else { return nil }
        var walk = PageWalk(pageBytes: pageBytes, pageCount: head.lastPage + 1)
        let last = free(of: head, &walk, bytes)
        guard walk.faults.isEmpty else { return nil }
        // The first transaction had nothing to set free; each later one replaces a page at least.
        return last ?? min(head.transaction, 1)
    }

    /// What is wrong with one whole state.
    private static func snapshot(
        _ head: PageHead, named name: UInt64, _ pageBytes: Int, _ depth: Depth,
        _ bytes: Span<UInt8>
    ) -> [PageFault] {
        guard head.fits(bytes, pageBytes: pageBytes) else {
            return [PageFault(page: name % 2, reason: .beyondEnd)]
        }
        var walk = PageWalk(pageBytes: pageBytes, pageCount: head.lastPage + 1)
        _ = free(of: head, &walk, bytes)
        tables(of: head, &walk, bytes, depth)
        if walk.faults.isEmpty, let unused = walk.firstUnused { walk.note(unused, .unused) }
        return walk.faults
    }

    /// Walks the list of free pages.
    ///
    /// - Returns: The last transaction that set pages free.
    private static func free(
        of head: PageHead, _ walk: inout PageWalk, _ bytes: Span<UInt8>
    ) -> UInt64? {
        var last: UInt64?
        walk.walk(head.free, .numbers, bytes) { walk, entry in
            last = bytes.number(at: entry.key.lowerBound, byteCount: 8)
            takeFree(entry, &walk, bytes)
        }
        return last
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
