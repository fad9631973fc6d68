import Consensus
import Primitives
import Testing
import Wire

@Suite("Leader schedule")
struct ScheduleTests {
    @Test("Slots are in proportion to weight, and all of them are given")
    func proportions() throws {
        let weights: [UInt64] = [1, 2, 3, 1_000_000, .max / 4]
        let set = try #require(
            ValidatorSet(
                weights.enumerated().map {
                    Validator(
                        key: PublicKey(FixedBytes(repeating: UInt8($0.offset + 1))),
                        weight: $0.element)
                }))
        let schedule = LeaderSchedule(set: set, seed: .zero)
        let counts = (0..<UInt32(5)).map { schedule.slotCount(of: Seat($0)) }
        #expect(counts.reduce(0, +) == LeaderSchedule.slotCount)
        #expect(counts == [0, 0, 0, 0, 1_024])
    }

    @Test("Another seed gives another order and the same shares")
    func seeds() throws {
        let set = try #require(
            ValidatorSet(
                (1...3).map {
                    Validator(key: PublicKey(FixedBytes(repeating: $0)), weight: UInt64($0))
                }))
        let first = LeaderSchedule(set: set, seed: .zero)
        let second = LeaderSchedule(set: set, seed: Digest(FixedBytes(repeating: 9)))
        #expect(first != second)
        for (seat, count) in [171, 341, 512].enumerated() {
            #expect(first.slotCount(of: Seat(UInt32(seat))) == count)
            #expect(second.slotCount(of: Seat(UInt32(seat))) == count)
        }
        #expect(first[View(1)] == first[View(1_025)])
    }
}
