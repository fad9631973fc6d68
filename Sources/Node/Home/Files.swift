import Foundation
import Storage

/// Reading and writing the small files of a home, with limits and modes.
enum Files {
    /// The most that is read of any file in a home.
    static let byteLimit = 16 << 20

    static let secretMode = 0o600
    static let directoryMode = 0o700

    static func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: path) }

    static func read(_ path: String, limit: Int = byteLimit) throws(HomeError) -> [UInt8] {
        guard exists(path) else { throw .missing(path: path) }
        let size = (try? FileManager.default.attributesOfItem(atPath: path)[.size]) as? Int ?? 0
        guard size <= limit else {
            throw .overLimit(path: path, byteCount: size, limit: limit)
        }
        do { return Array(try Data(contentsOf: URL(fileURLWithPath: path))) } catch {
            throw .unreadable(path: path, reason: error.localizedDescription)
        }
    }

    static func text(_ path: String, limit: Int = byteLimit) throws(HomeError) -> String {
        guard let text = String(validating: try read(path, limit: limit), as: UTF8.self) else {
            throw .malformed(path: path, line: 0, reason: "it is not UTF-8 text")
        }
        return text
    }

    /// Writes a file whole or not at all; a secret one is never readable by others, not even for
    /// a moment.
    static func write(_ bytes: [UInt8], to path: String, secret: Bool) throws(HomeError) {
        let fresh = path + ".new"
        let attributes: [FileAttributeKey: Any] = [
            .posixPermissions: secret ? secretMode : 0o644
        ]
        try? FileManager.default.removeItem(atPath: fresh)
        guard
            FileManager.default.createFile(
                atPath: fresh, contents: nil, attributes: attributes)
        else { throw .unwritable(path: path, reason: "the file cannot be created") }
        do {
            let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: fresh))
            try handle.write(contentsOf: Data(bytes))
            try handle.synchronize()
            try handle.close()
        } catch { throw .unwritable(path: path, reason: error.localizedDescription) }
        if let code = FileReplacement.move(fresh, over: path) {
            throw .unwritable(path: path, reason: "error \(code) when it was put in place")
        }
    }

    /// What the file system calls a file by; a copy has another number.
    static func number(of path: String) -> UInt64? {
        let attributes = try? FileManager.default.attributesOfItem(atPath: path)
        return (attributes?[.systemFileNumber] as? NSNumber)?.uint64Value
    }

    /// Renames a file that cannot be used, so that a new one can take its place.
    static func putAside(_ path: String) { _ = FileReplacement.move(path, over: path + ".damaged") }

    static func makeDirectory(_ path: String) throws(HomeError) {
        do {
            try FileManager.default.createDirectory(
                atPath: path, withIntermediateDirectories: true,
                attributes: [.posixPermissions: directoryMode])
        } catch { throw .unwritable(path: path, reason: error.localizedDescription) }
    }

    /// Refuses a secret file that others can read.
    static func requireSecret(_ path: String) throws(HomeError) {
        guard exists(path) else { throw .missing(path: path) }
        let value = try? FileManager.default.attributesOfItem(atPath: path)[.posixPermissions]
        let mode = (value as? Int) ?? 0
        guard mode & 0o077 == 0 else { throw .exposed(path: path, mode: mode) }
    }
}
