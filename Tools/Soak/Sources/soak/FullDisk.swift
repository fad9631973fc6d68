import Foundation
import Node
import Primitives

/// A validator on a small disk that runs full: it stops with a clear word before it votes, and goes
/// on when there is room again.
struct FullDisk {
    struct Report: Encodable {
        var word = ""
        var heightAtHalt: UInt64 = 0
        var heightAfter: UInt64 = 0
        /// Until the other three had five more blocks final without it.
        var othersMilliseconds = 0
        var votes = 0
        var complaints: [String] = []

        var text: String {
            """
            full disk: the node said "\(word)" at height \(heightAtHalt); with room again it \
            reached \(heightAfter); the others had five more blocks in \(othersMilliseconds) ms; \
            \(votes) votes compared
            \(complaints.isEmpty ? "nothing to complain about" : complaints.joined(separator: "\n"))
            """
        }
    }

    private static let diskMebibytes = 48

    static func run(_ options: Options) async throws -> Report {
        let mount = NSTemporaryDirectory() + "argosy-disk-\(UUID().uuidString.prefix(8))"
        try FileManager.default.createDirectory(atPath: mount, withIntermediateDirectories: true)
        let mounted = Shell.system(
            "mount", "-t", "tmpfs", "-o", "size=\(diskMebibytes)m", "tmpfs", mount)
        defer {
            _ = Shell.system("umount", mount)
            try? FileManager.default.removeItem(atPath: mount)
        }
        guard mounted.isDone else {
            throw Skipped(reason: "a small disk cannot be mounted here: \(mounted.text)")
        }
        var places = try await FreePorts.find(LocalNetwork.nodeCount).map {
            LocalNetwork.Place(port: $0)
        }
        places[0].home = mount + "/home"
        let network = try await LocalNetwork(options.argosy, at: places)
        do {
            let report = try await run(network, mount)
            network.remove()
            return report
        } catch {
            _ = await network.stopAll()
            throw error
        }
    }

    private static func run(_ network: LocalNetwork, _ mount: String) async throws -> Report {
        var report = Report()
        var watch = Watch()
        let nodes = 0..<LocalNetwork.nodeCount
        for node in nodes { try network.start(node) }
        for node in nodes { try await network.waitUntilSynced(node) }
        let load = PaymentLoad(network)
        let running = Task { await load.run() }
        _ = try await waitForBlocks(network, at: 0, count: 5)
        let filler = mount + "/filler"
        try fill(filler)
        report.word = try await haltWord(network)
        if !report.word.contains("full") {
            report.complaints.append("the word does not say that the disk is full")
        }
        if let status = await network.status(0) {
            report.heightAtHalt = status.height
            watch.hear(status.height, from: 0)
        }
        report.othersMilliseconds = try await waitForBlocks(network, at: 1, count: 5)
        network.kill(0)
        watch.look(at: [(0, try HomeReading(network.homes[0]))])
        try FileManager.default.removeItem(atPath: filler)
        try network.start(0)
        try await network.waitUntilSynced(0)
        try await Task.sleep(for: .seconds(2))
        report.heightAfter = await network.status(0)?.height ?? 0
        if report.heightAfter <= report.heightAtHalt {
            report.complaints.append("the node did not go on when there was room")
        }
        for node in nodes {
            for evidence in await network.evidence(node) {
                report.complaints.append("node \(node + 1) saw a double vote: \(evidence)")
            }
        }
        load.stop()
        await running.value
        _ = await network.stopAll()
        watch.look(at: try nodes.map { ($0, try HomeReading(network.homes[$0])) })
        report.votes = watch.voteCount
        report.complaints += watch.complaints
        return report
    }

    /// Takes all room that is left.
    private static func fill(_ path: String) throws {
        _ = FileManager.default.createFile(atPath: path, contents: nil)
        let file = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
        defer { try? file.close() }
        var size = 1 << 20
        while size >= 4_096 {
            do { try file.write(contentsOf: Data(count: size)) } catch { size /= 2 }
        }
    }

    /// Waits until a node has so many more final blocks; three of four are a quorum, which only
    /// waits for a timer where the fourth would have led.
    ///
    /// - Returns: How long that took, in milliseconds.
    private static func waitForBlocks(
        _ network: LocalNetwork, at node: Int, count: UInt64
    ) async throws -> Int {
        let start = ContinuousClock.now
        let goal = (await network.status(node)?.height ?? 0) + count
        while ContinuousClock.now < start + .seconds(60) {
            if let height = await network.status(node)?.height, height >= goal {
                return Int((ContinuousClock.now - start) / .milliseconds(1))
            }
            try await Task.sleep(for: .milliseconds(50))
        }
        throw SoakError(
            "node \(node + 1) has no \(count) more blocks in a minute:\n\(network.logEnd(node))")
    }

    private static func haltWord(_ network: LocalNetwork) async throws -> String {
        let deadline = ContinuousClock.now + .seconds(60)
        while ContinuousClock.now < deadline {
            if let word = await network.status(0)?.word, word.hasPrefix("halted") { return word }
            guard network.isRunning(0) else {
                throw SoakError("the node ended by itself:\n\(network.logEnd(0))")
            }
            try await Task.sleep(for: .milliseconds(200))
        }
        throw SoakError("the node did not halt on a full disk:\n\(network.logEnd(0))")
    }
}
