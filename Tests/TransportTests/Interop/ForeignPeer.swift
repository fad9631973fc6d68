import Foundation
import Primitives
import Synchronization
import Testing
import Transport

/// A foreign peer in a process of its own: lines in, JSON lines out.
final class ForeignPeer: Sendable {
    /// The Python with py-libp2p, given by `Tools/Interop/run`.
    static let python = ProcessInfo.processInfo.environment["ARGOSY_INTEROP_PYTHON"]

    /// The built `go/peer.go`, where the system has Go and the two libraries.
    static let goPeer = ProcessInfo.processInfo.environment["ARGOSY_INTEROP_GO"]

    struct Event: Sendable {
        let text: String

        var fields: [String: Any] {
            let json = try? JSONSerialization.jsonObject(with: Data(text.utf8))
            return json as? [String: Any] ?? [:]
        }

        var name: String { fields["event"] as? String ?? "" }
        func string(_ key: String) -> String { fields[key] as? String ?? "" }
        func number(_ key: String) -> Int { fields[key] as? Int ?? -1 }
        func bool(_ key: String) -> Bool { fields[key] as? Bool ?? false }
        func strings(_ key: String) -> [String] { fields[key] as? [String] ?? [] }
    }

    struct Missing: Error, CustomStringConvertible {
        let description: String
    }

    private let process: Mutex<Process>
    private let input: FileHandle
    private let events = Mutex<(list: [Event], rest: [UInt8])>(([], []))
    let address: Multiaddr
    let id: PeerID

    /// Starts a py-libp2p peer.
    convenience init(seed: String, _ arguments: [String] = []) async throws {
        let python = try #require(Self.python)
        try await self.init(
            program: python, ["\(Self.folder)/peer.py", "--seed", seed] + arguments)
    }

    /// Starts the peer of flynn/noise and hashicorp/yamux.
    convenience init(goSeed: String) async throws {
        try await self.init(program: try #require(Self.goPeer), ["-seed", goSeed])
    }

    private init(program: String, _ arguments: [String]) async throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        let (input, output) = (Pipe(), Pipe())
        process.standardInput = input
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        self.input = input.fileHandleForWriting
        self.process = Mutex(process)
        let listening = try await Self.firstLine(output.fileHandleForReading)
        let first = Event(text: listening.line)
        var address = Multiaddr(first.string("addr"))
        if let key = PublicKey(hex: first.string("key")) {
            address = Multiaddr("/ip4/127.0.0.1/tcp/\(first.number("port"))")
            address?.peer = PeerID(key)
        }
        self.address = try #require(address)
        id = try #require(self.address.peer)
        events.withLock { $0.rest = listening.rest }
        output.fileHandleForReading.readabilityHandler = { [weak self] handle in
            let data = handle.availableData
            if data.isEmpty {
                handle.readabilityHandler = nil
            } else {
                self?.take(Array(data))
            }
        }
    }

    private static var folder: String {
        URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("Tools/Interop").path
    }

    deinit { process.withLock { $0.terminate() } }

    private static func firstLine(
        _ handle: FileHandle
    ) async throws -> (line: String, rest: [UInt8]) {
        await withCheckedContinuation { continuation in
            Thread.detachNewThread {
                var bytes: [UInt8] = []
                while !bytes.contains(10) {
                    let data = handle.availableData
                    if data.isEmpty { break }
                    bytes += data
                }
                let line = bytes.prefix { $0 != 10 }
                continuation.resume(
                    returning: (
                        String(decoding: line, as: UTF8.self),
                        Array(bytes.dropFirst(line.count + 1))
                    ))
            }
        }
    }

    private func take(_ bytes: [UInt8]) {
        events.withLock { events in
            events.rest += bytes
            while let end = events.rest.firstIndex(of: 10) {
                let line = String(decoding: events.rest[..<end], as: UTF8.self)
                events.list.append(Event(text: line))
                events.rest.removeFirst(end + 1)
            }
        }
    }

    func send(_ line: String) throws { try input.write(contentsOf: Data((line + "\n").utf8)) }

    /// Waits for the next event of a kind that was not yet asked for.
    func next(
        _ name: String, seconds: Double = 30, where condition: (Event) -> Bool = { _ in true }
    ) async throws -> Event {
        let end = ContinuousClock.now + .seconds(seconds)
        while ContinuousClock.now < end {
            let found = events.withLock { events -> Event? in
                guard
                    let index = events.list.firstIndex(where: {
                        $0.name == name && condition($0)
                    })
                else { return nil }
                return events.list.remove(at: index)
            }
            if let found { return found }
            try await Task.sleep(for: .milliseconds(10))
        }
        let seen = events.withLock { $0.list.map(\.text).suffix(10).joined(separator: "\n") }
        throw Missing(description: "no event \(name) in \(seconds) s; seen:\n\(seen)")
    }

    /// Sends a command and waits for its event.
    func ask(_ line: String, _ name: String, seconds: Double = 30) async throws -> Event {
        try send(line)
        return try await next(name, seconds: seconds)
    }

    var processIdentifier: Int32 { process.withLock { $0.processIdentifier } }

    /// Ends the process as a crash would.
    func kill() { _ = Foundation.kill(processIdentifier, SIGKILL) }

    /// Stops the process for a while, or lets it go on.
    func pause(_ pauses: Bool) {
        _ = Foundation.kill(processIdentifier, pauses ? SIGSTOP : SIGCONT)
    }
}
