import Foundation
import Testing

/// The public examples and vectors that are not part of this project.
///
/// They lie in the directory that `ARGOSY_DATA` names; without it the tests that need them are skipped
/// and say so.
enum SharedData {
    static let root = ProcessInfo.processInfo.environment["ARGOSY_DATA"] ?? ""
    static let isPresent = FileManager.default.fileExists(atPath: root + "/epcis")

    static func bytes(_ path: String) throws -> [UInt8] {
        Array(try Data(contentsOf: URL(fileURLWithPath: path)))
    }

    /// The files below a directory of the data whose names end so, sorted.
    static func files(_ directory: String, _ suffixes: String...) -> [String] {
        let base = "\(root)/\(directory)"
        let names = FileManager.default.enumerator(atPath: base)?.allObjects as? [String] ?? []
        return names.filter { name in suffixes.contains { name.hasSuffix($0) } }
            .sorted().map { "\(base)/\($0)" }
    }

    /// The lines of a file that are not empty; `nil` when there is no such file.
    static func lines(_ path: String) -> [String]? {
        guard let data = FileManager.default.contents(atPath: path) else { return nil }
        return String(decoding: data, as: UTF8.self).split(separator: "\n").map(String.init)
    }
}

extension Trait where Self == ConditionTrait {
    /// The test needs the shared data.
    static var needsSharedData: Self {
        .enabled(if: SharedData.isPresent, "ARGOSY_DATA does not name the shared data")
    }
}
