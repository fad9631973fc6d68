import Foundation

/// What the system says about a process.
struct ProcessUsage: Sendable {
    /// Processor time since the start of the process, all threads.
    let seconds: Double
    /// Memory in use now, files that are mapped included, and the most that ever was.
    let residentMebibytes: Double
    let peakMebibytes: Double
    /// Of the memory in use now, what is the process's own; mapped files are the system's cache.
    let ownMebibytes: Double

    /// - Parameter process: its number; this very process without one.
    init(of process: Int32? = nil) throws {
        let directory = "/proc/" + (process.map { "\($0)" } ?? "self")
        let stat = try String(contentsOfFile: directory + "/stat", encoding: .utf8)
        // The name in parentheses may hold anything; user and system time are the 12th and 13th
        // words behind it.
        let words = stat.split(separator: ")").last?.split(separator: " ") ?? []
        guard words.count > 12, let user = Double(words[11]), let system = Double(words[12]) else {
            throw BenchError("\(directory)/stat is not as expected")
        }
        seconds = (user + system) / Double(sysconf(Int32(_SC_CLK_TCK)))
        let status = try String(contentsOfFile: directory + "/status", encoding: .utf8)
        residentMebibytes = try Self.mebibytes("VmRSS:", in: status)
        peakMebibytes = try Self.mebibytes("VmHWM:", in: status)
        ownMebibytes = try Self.mebibytes("RssAnon:", in: status)
    }

    private static func mebibytes(_ name: String, in status: String) throws -> Double {
        let line = status.split(separator: "\n").first { $0.hasPrefix(name) }
        guard let text = line?.split(whereSeparator: \.isWhitespace).dropFirst().first,
            let kibibytes = Double(text)
        else { throw BenchError("/proc/…/status has no \(name)") }
        return kibibytes / 1_024
    }
}

/// Processor time of the calling thread, for a piece of work that does not wait.
func threadSeconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
}
