import Foundation
import Simulation
import Synchronization
import Testing

/// Says of each run when it begins and when it has ended, since a trap says nothing of what ran.
///
/// The lines go to the file of `SIM_RUNNING`, and are there before the run begins; `Tools/test` names
/// those that have no end.
enum Running {
    private static let file = Mutex(open())

    private static func open() -> FileHandle? {
        guard let path = ProcessInfo.processInfo.environment["SIM_RUNNING"] else { return nil }
        return FileHandle(forWritingAtPath: path)
    }

    /// Runs something that a line replays.
    static func run<Outcome>(_ replay: Comment, _ work: () -> Outcome) -> Outcome {
        let line = replay.rawValue.replacing("replay: ", with: "")
        note("begun \(line)\n")
        defer { note("ended \(line)\n") }
        return work()
    }

    /// Runs the campaign of a seed.
    static func campaign(
        _ seed: UInt64, _ suite: String, _ size: Campaign.Size = .full
    ) -> Campaign.Report {
        run(Seeds.replay(seed, suite)) {
            var campaign = Campaign(seed: seed, size: size)
            return campaign.run()
        }
    }

    private static func note(_ line: String) {
        file.withLock { file in
            do {
                _ = try file?.seekToEnd()
                try file?.write(contentsOf: Data(line.utf8))
            } catch { Issue.record("what runs cannot be noted: \(error)") }
        }
    }
}
