import Documents
import Foundation
import Testing

/// Official samples, labelled cases and vectors; they lie where `ARGOSY_DATA` says, outside the project.
enum CustomsData {
    static let root = ProcessInfo.processInfo.environment["ARGOSY_DATA"] ?? ""
    static let isPresent = FileManager.default.fileExists(atPath: root + "/ceb")

    static func bytes(_ path: String) throws -> [UInt8] {
        Array(try Data(contentsOf: URL(fileURLWithPath: "\(root)/\(path)")))
    }

    static func json<Value: Decodable>(_ path: String, as type: Value.Type) throws -> Value {
        try JSONDecoder().decode(type, from: Data(try bytes(path)))
    }

    /// Names of the XML files of a directory, sorted.
    static func documents(_ directory: String) -> [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "\(root)/\(directory)"))
        return (names ?? []).filter { $0.hasSuffix(".xml") }.sorted().map { "\(directory)/\($0)" }
    }

    /// The example parcel that ships with the project.
    static func parcel(_ name: String) throws -> [UInt8] {
        let project = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("../../../Tools/Parcel/\(name).xml")
        return Array(try Data(contentsOf: project))
    }
}

extension Trait where Self == ConditionTrait {
    /// The test needs data that is not part of the project.
    static var needsCustomsData: Self {
        .enabled(if: CustomsData.isPresent, "ARGOSY_DATA does not name the customs data")
    }
}
