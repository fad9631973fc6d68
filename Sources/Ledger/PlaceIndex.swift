import Primitives
import Wire

/// What a table of leaves is asked for: spread over 64 bits, each time in the same way.
protocol PlaceKey: Hashable, Sendable {
    /// A number that tells most keys apart; nobody outside this process can foresee it.
    var spread: UInt64 { get }
}

extension PlaceKey where Self: Bytes32 {
    var spread: UInt64 { Spread.of(bytes) }
}

extension AccountID: PlaceKey {}
extension AssetID: PlaceKey {}
extension PaymentID: PlaceKey {}
extension VaultID: PlaceKey {}
extension PublicKey: PlaceKey {}

extension BalanceID: PlaceKey {
    var spread: UInt64 { Spread.join(Spread.of(account.bytes), Spread.of(asset.bytes)) }
}

extension RecordID: PlaceKey {
    var spread: UInt64 { Spread.join(Spread.of(id.bytes), UInt64(kind)) }
}

extension RosterSlot: PlaceKey {
    var spread: UInt64 { UInt64(rawValue) }
}

extension Single: PlaceKey {
    var spread: UInt64 { 0 }
}

/// Multiplication by numbers that differ from process to process, as the standard library's hash
/// does: accounts are keys that anybody can choose, and must not be able to choose one cell.
///
/// A fraction of the cost of `Hasher`, which executing a payment would pay ten times.
private enum Spread {
    private static let seeds: (UInt64, UInt64, UInt64, UInt64, UInt64) = (
        seed(1), seed(2), seed(3), seed(4), seed(5)
    )

    private static func seed(_ number: UInt64) -> UInt64 {
        var hasher = Hasher()
        hasher.combine(number)
        // Only keys of tables depend on it, and no order is ever read from them.
        return UInt64(truncatingIfNeeded: hasher.finalize())
    }

    @inline(__always)
    private static func fold(_ left: UInt64, _ right: UInt64) -> UInt64 {
        let product = left.multipliedFullWidth(by: right)
        return product.high ^ product.low
    }

    @inline(__always)
    static func of(_ bytes: FixedBytes<32>) -> UInt64 {
        let seeds = seeds
        let first = fold(word(bytes, 0) ^ seeds.0, word(bytes, 8) ^ seeds.1)
        let second = fold(word(bytes, 16) ^ seeds.2, word(bytes, 24) ^ seeds.3)
        return fold(first ^ seeds.4, second ^ seeds.1)
    }

    @inline(__always)
    static func join(_ left: UInt64, _ right: UInt64) -> UInt64 {
        let seeds = seeds
        return fold(left ^ seeds.2, right ^ seeds.3)
    }

    @inline(__always)
    private static func word(_ bytes: FixedBytes<32>, _ start: Int) -> UInt64 {
        var word: UInt64 = 0
        for byte in 0..<8 { word |= UInt64(bytes[start &+ byte]) << UInt64(8 &* byte) }
        return word
    }
}

/// Where keys stand in a list that only grows.
///
/// Each cell holds half of a key's spread and the place, so that a key that is not there is told
/// from the cells alone.
struct PlaceIndex: Sendable {
    /// Spread in the upper half; the place and one in the lower, zero when the cell is free.
    private var cells: [UInt64] = []
    private var count = 0

    /// Sets room aside for so many keys.
    mutating func reserve(_ keyCount: Int) {
        if keyCount * 2 > cells.count { rebuild(cellCount: Self.cellCount(for: keyCount)) }
    }

    /// The place of the key with this spread that `isThere` says yes to.
    @inline(__always)
    func place(_ spread: UInt64, _ isThere: (Int) -> Bool) -> Int? {
        guard !cells.isEmpty else { return nil }
        let mask = cells.count &- 1
        var index = Int(truncatingIfNeeded: spread >> 32) & mask
        while true {
            let cell = cells[index]
            guard cell != 0 else { return nil }
            if (cell ^ spread) >> 32 == 0 {
                let place = Int(truncatingIfNeeded: cell & 0xffff_ffff) &- 1
                if isThere(place) { return place }
            }
            index = (index &+ 1) & mask
        }
    }

    /// Enters a key that is not there yet.
    mutating func enter(_ spread: UInt64, at place: Int) {
        precondition(place < Int(UInt32.max), "a table of leaves has fewer than 2^32 of them")
        if (count + 1) * 2 > cells.count {
            rebuild(cellCount: Self.cellCount(for: max(16, count * 2)))
        }
        count += 1
        put(spread & ~0xffff_ffff | UInt64(place + 1))
    }

    /// At most half of the cells are taken.
    private static func cellCount(for keyCount: Int) -> Int {
        var cellCount = 16
        while cellCount < keyCount * 2 { cellCount *= 2 }
        return cellCount
    }

    private mutating func rebuild(cellCount: Int) {
        let old = cells
        cells = [UInt64](repeating: 0, count: cellCount)
        for cell in old where cell != 0 { put(cell) }
    }

    @inline(__always)
    private mutating func put(_ cell: UInt64) {
        let mask = cells.count &- 1
        var index = Int(truncatingIfNeeded: cell >> 32) & mask
        while cells[index] != 0 { index = (index &+ 1) & mask }
        cells[index] = cell
    }
}
