import Simulation

/// A disk that is followed through a write log, and cut off at any step.
///
/// What was synced is there. Of each write that was not, any pieces of 512 bytes may be there,
/// whatever their order; one piece may be torn in the middle.
struct CrashDisk {
    static let sectorBytes = 512

    private struct Pending {
        let offset: Int
        let bytes: Range<Int>
        let isSynchronous: Bool
    }

    private let log: WriteLog
    /// What is on the disk for certain.
    private(set) var durable: [UInt8] = []
    private var pending: [Pending] = []
    private(set) var next = 0

    init(_ log: WriteLog) { self.log = log }

    var pendingCount: Int { pending.count }

    /// The file as the process sees it: with all that was written, on the disk or not.
    var written: [UInt8] {
        var image = durable
        for write in pending { Self.apply(write.bytes, at: write.offset, log, &image) }
        return image
    }

    /// Takes all steps up to a moment.
    mutating func advance(to time: UInt64) {
        while next < log.entries.count, log.entries[next].time <= time { advance() }
    }

    /// Takes the next step of the log.
    mutating func advance() {
        defer { next += 1 }
        switch log.entries[next].step {
        case .write(let offset, let bytes, let isSynchronous):
            pending.append(Pending(offset: offset, bytes: bytes, isSynchronous: isSynchronous))
        case .synced:
            for write in pending { Self.apply(write.bytes, at: write.offset, log, &durable) }
            pending = []
        case .landed(let offset):
            guard
                let index = pending.lastIndex(where: { $0.isSynchronous && $0.offset == offset })
            else { return }
            let write = pending.remove(at: index)
            Self.apply(write.bytes, at: write.offset, log, &durable)
        case .cut(let length):
            if durable.count > length { durable.removeSubrange(length...) }
        }
    }

    /// A disk as a power cut at this step may leave it.
    func image(_ random: inout Dice) -> [UInt8] {
        var image = durable
        // In some cuts nearly everything got through, in others nearly nothing.
        let keptPerMille = [0, 100, 500, 900, 1_000][random.index(of: 5)]
        let torn = random.happens(perMille: 700) ? pending.indices.last : nil
        for (index, write) in pending.enumerated() {
            var start = write.bytes.lowerBound
            while start < write.bytes.upperBound {
                let place = write.offset + start - write.bytes.lowerBound
                let sector = (place / Self.sectorBytes + 1) * Self.sectorBytes
                var end = min(start + sector - place, write.bytes.upperBound)
                let isLast = end == write.bytes.upperBound
                let next = end
                if index == torn, isLast {
                    end = start + random.index(of: end - start + 1)
                } else if !random.happens(perMille: UInt64(keptPerMille)) {
                    start = next
                    continue
                }
                Self.apply(start..<end, at: place, log, &image)
                start = next
            }
        }
        return image
    }

    private static func apply(
        _ bytes: Range<Int>, at offset: Int, _ log: WriteLog, _ disk: inout [UInt8]
    ) {
        let end = offset + bytes.count
        if disk.count < end { disk += [UInt8](repeating: 0, count: end - disk.count) }
        for index in 0..<bytes.count { disk[offset + index] = log.data[bytes.lowerBound + index] }
    }
}
