import Foundation

/// Writes what a command was asked to save, and never over something that is there.
enum NewFile {
    /// - Throws: ``CommandError`` that says why there is no file.
    static func write(_ data: Data, to path: String) throws {
        guard !FileManager.default.fileExists(atPath: path) else {
            throw CommandError(
                "\(path) exists already.", advice: "Name another file, or move that one away.")
        }
        do { try data.write(to: URL(fileURLWithPath: path), options: .withoutOverwriting) } catch {
            throw CommandError("\(path) cannot be written: \(error.localizedDescription).")
        }
    }
}
