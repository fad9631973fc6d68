import ArgumentParser
import Node

struct DoctorReport: Answer {
    let facts: [DoctorFact]

    var isHealthy: Bool { !facts.contains { $0.verdict == .bad } }

    var text: String {
        var table = Table()
        for fact in facts {
            let mark =
                switch fact.verdict {
                case .good: "ok"
                case .warning: "look"
                case .bad: "BAD"
                }
            table.add(mark, fact.subject, fact.finding)
        }
        return table.text
    }
}

/// Examines a node and says what is wrong: `argosy doctor`.
struct DoctorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Examine the node: libraries, keys, disk, stores, clock, connections.",
        discussion:
            """
            Works on a running node and on one that is stopped. Exit code 1 if anything is bad.

            With --repair, on a stopped node, it makes the data whole again: a block or certificate \
            that is lost is fetched from the peers in the home's config and checked; records, \
            indexes and leaves are computed anew; a damaged vote log is set aside, and the node \
            then observes instead of voting.
            """)

    @Flag(help: "Mend what is damaged, and say what was done.")
    var repair = false

    @OptionGroup var home: HomeOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let node = try home.present()
        let facts: [DoctorFact]
        if await ControlClient(node).isRunning {
            guard !repair else {
                throw CommandError("A node runs on this home; stop it, then repair.")
            }
            guard case .doctor(let found) = try await home.ask(.doctor) else {
                throw CommandError.otherAnswer
            }
            facts = found
        } else {
            facts = repair ? await Doctor.repair(node) : await Doctor.examine(node)
        }
        let report = DoctorReport(facts: facts)
        try output.show(report)
        guard report.isHealthy else { throw ExitCode.failure }
    }
}
