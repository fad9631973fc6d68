public import Primitives
import Wire

/// Who leads which view of an epoch: a table shuffled by the epoch's seed.
///
/// - Source: `consensus.md` 1.9; rule C10. It depends on set and seed only, never on how a view
///   was entered.
public struct LeaderSchedule: Hashable, Sendable {
    public static let slotCount = 1_024

    private let slots: [Seat]

    public init(set: ValidatorSet, seed: Digest) {
        var slots = Self.shares(of: set)
        var stream = HashStream(seed: seed)
        for index in stride(from: slots.count - 1, to: 0, by: -1) {
            slots.swapAt(index, Int(stream.next(below: UInt64(index + 1))))
        }
        self.slots = slots
    }

    public subscript(view: View) -> Seat { slots[Int(view.number % UInt64(Self.slotCount))] }

    /// How many of the slots a seat has.
    public func slotCount(of seat: Seat) -> Int { slots.count { $0 == seat } }

    /// Slots in proportion to weight, by largest remainder; equal remainders go to lower seats.
    private static func shares(of set: ValidatorSet) -> [Seat] {
        var slots: [Seat] = []
        slots.reserveCapacity(slotCount)
        var remainders: [(rest: UInt128, seat: Seat)] = []
        for (index, member) in set.members.enumerated() {
            let seat = Seat(UInt32(index))
            let (whole, rest) = (UInt128(member.weight) * UInt128(slotCount))
                .quotientAndRemainder(dividingBy: UInt128(set.totalWeight))
            slots.append(contentsOf: repeatElement(seat, count: Int(whole)))
            remainders.append((rest, seat))
        }
        remainders.sort { ($1.rest, $0.seat) < ($0.rest, $1.seat) }
        slots.append(contentsOf: remainders.prefix(slotCount - slots.count).map(\.seat))
        return slots
    }
}

/// Numbers that everyone with the same seed draws alike: hashes of seed and counter.
struct HashStream {
    private let seed: Digest
    private var counter: UInt64 = 0
    private var words: [UInt64] = []

    init(seed: Digest) { self.seed = seed }

    mutating func next() -> UInt64 {
        if words.isEmpty {
            var input = seed.bytes.array
            counter.appendBigEndian(to: &input)
            counter += 1
            let block = Digest(hashing: input, in: .schedule).bytes
            for word in 0..<4 {
                words.append((0..<8).reduce(0) { $0 << 8 | UInt64(block[word * 8 + $1]) })
            }
        }
        return words.removeLast()
    }

    /// A number below the bound, each equally likely: draws that would favour some are repeated.
    mutating func next(below bound: UInt64) -> UInt64 {
        let excess = (UInt64.max % bound + 1) % bound
        while true {
            let draw = next()
            if draw <= UInt64.max - excess { return draw % bound }
        }
    }
}
