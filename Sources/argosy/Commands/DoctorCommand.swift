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
