import Foundation
import Primitives

/// Google's protobuf in a Python process: another reader and writer of the same formats.
///
/// The environment variable `ARGOSY_PYTHON` names a Python that has the package `protobuf`.
enum ProtoPeer {
    struct Request: Encodable {
        var read: String?
        var make: String?
        var hex: String?
        var seed: UInt64?
    }

    struct Answer: Decodable {
        let hex: String?
        let unknown: Int?
        let fields: [String: String]?
        let types: [String]?
        let error: String?

        var bytes: [UInt8]? { hex.flatMap { Hex.decode($0) } }
    }

    struct Failure: Error { let text: String }

    static let absence = "Python's protobuf package is missing: name a Python in ARGOSY_PYTHON"

    static let isPresent: Bool =
        (try? run(["-c", "import google.protobuf.message_factory"], input: Data())) != nil

    /// Sends all requests at once and returns the answers in their order.
    static func ask(_ requests: [Request]) throws -> [Answer] {
        let encoder = JSONEncoder()
        var input = Data()
        for request in requests { input += try encoder.encode(request) + Data("\n".utf8) }
        let support = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        let root = support.deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let output = try run(
            [support.appendingPathComponent("proto_peer.py").path, root.path], input: input)
        let decoder = JSONDecoder()
        return try output.split(separator: UInt8(ascii: "\n")).map {
            try decoder.decode(Answer.self, from: Data($0))
        }
    }

    private static func run(_ arguments: [String], input: Data) throws -> Data {
        let python = ProcessInfo.processInfo.environment["ARGOSY_PYTHON"] ?? "python3"
        let folder = FileManager.default.temporaryDirectory
        let file = folder.appendingPathComponent("argosy-proto-\(UUID().uuidString)")
        try input.write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [python] + arguments
        process.standardInput = try FileHandle(forReadingFrom: file)
        let output = Pipe()
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        let data = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw Failure(text: "\(python) ended with \(process.terminationStatus)")
        }
        return data
    }
}
