import Simulation
import Testing

/// Seeds that once found a bug, run again for ever.
///
/// What a seed draws changes with the kinds of faults; a drill makes the same thing happen for certain.
@Suite("Seeds that found something")
struct KeptSeedTests {
    @Test(
        """
        59, 275, 284, 285: a node let an honest peer go as a liar, since five of its answers had \
        come late, or five of its statuses had been overtaken on their way
        """,
        arguments: [59, 275, 284, 285] as [UInt64])
    func lateAnswers(seed: UInt64) {
        let report = Running.campaign(seed, "KeptSeedTests")
        #expect(report.violations == [], Seeds.replay(seed, "KeptSeedTests"))
    }

    @Test(
        """
        40: a validator that had lost its votes was counted among the quorum that had to go on alone; \
        108: a new connection was told before the loss of the old one, and taken for one too many; \
        12835: a payment that was looked at while its rival became final stayed in a mempool; \
        21280, 22945, 23836: a read for a spammer, under way when the checker looked, passed for left over; \
        31080: a delivery that was late for one question was too much for the next, and its honest sender let go; \
        87: a follower asked 64 times for the header of a view that was long final; \
        62: what those who govern sign is not handed in again, and went down with the only node that had it; \
        60086: a validator with old rules refused a block, and went on refusing it after its upgrade, where no \
        quorum was without it; 60016: a certificate of an old view that had come late passed for a log never cut; \
        60877: a simulated disk gave a block to a light node of whose header a bit had flipped
        """,
        arguments: [
            40, 62, 87, 108, 12_835, 21_280, 22_945, 23_836, 31_080, 60_016, 60_086, 60_877,
        ] as [UInt64])
    func simulated(seed: UInt64) {
        let report = Running.campaign(seed, "KeptSeedTests")
        #expect(report.violations == [], Seeds.replay(seed, "KeptSeedTests"))
    }
}
