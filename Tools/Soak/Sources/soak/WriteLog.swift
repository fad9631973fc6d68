import Foundation

/// What one LMDB data file was told: writes, and syncs that had an end.
///
/// - Source: the record form of `Shim/shim.c`.
struct WriteLog {
    enum Step {
        /// May be on the disk from now on, and is for certain after the next sync.
        case write(offset: Int, bytes: Range<Int>, isSynchronous: Bool)
        /// Everything written before is on the disk.
        case synced
        /// A synchronous write has come back, and is on the disk.
        case landed(offset: Int)
        case cut(length: Int)
    }

    struct Entry {
        let step: Step
        /// Nanoseconds of the machine's monotonic clock.
        let time: UInt64
    }

    let data: [UInt8]
    private(set) var entries: [Entry] = []

    private static let magic: UInt64 = 0x4b41_4f53
    private static let headerByteCount = 32

    /// Reads a log as far as its last whole record: the process was killed while it wrote.
    init(_ path: String) throws {
        data = Array(try Data(contentsOf: URL(fileURLWithPath: path)))
        var place = 0
        while place + Self.headerByteCount <= data.count {
            guard number(place, 4) == Self.magic else {
                throw SoakError("\(path) is no write log at byte \(place)")
            }
            let kind = number(place + 4, 4)
            let time = number(place + 8, 8)
            let offset = Int(truncatingIfNeeded: number(place + 16, 8))
            let length = Int(truncatingIfNeeded: number(place + 24, 8))
            place += Self.headerByteCount
            let step: Step
            switch kind {
            case 1, 2:
                guard place + length <= data.count else { return }
                step = .write(
                    offset: offset, bytes: place..<place + length, isSynchronous: kind == 2)
                place += length
            case 3: step = length == -1 ? .synced : .landed(offset: offset)
            case 4: step = .cut(length: length)
            default: throw SoakError("\(path): a call failed, or the record is unknown: \(kind)")
            }
            entries.append(Entry(step: step, time: time))
        }
    }

    private func number(_ place: Int, _ count: Int) -> UInt64 {
        (0..<count).reduce(0) { $0 | UInt64(data[place + $1]) << UInt64(8 * $1) }
    }

    /// Steps that write a first page.
    var decisions: [Int] {
        entries.indices.filter { index in
            guard case .write(let offset, _, _) = entries[index].step else { return false }
            return offset < 8_192
        }
    }

    /// What is wrong with the order: a first page must not be written before the pages it names
    /// are on the disk.
    var disorder: [String] {
        var open = 0
        var complaints: [String] = []
        for (index, entry) in entries.enumerated() {
            switch entry.step {
            case .write(let offset, _, let isSynchronous):
                guard offset < 8_192, index > 2 else {
                    open += 1
                    continue
                }
                if open > 0 {
                    complaints.append(
                        "record \(index): a first page is written, \(open) writes are not synced"
                    )
                }
                if !isSynchronous { open += 1 }
            case .synced: open = 0
            case .landed, .cut: break
            }
        }
        return complaints
    }
}
