/// Why a node's home could not be made or opened; each case prints as one sentence that says what
/// to do.
public enum HomeError: Error, Equatable, Sendable {
    case missing(path: String)
    case exists(path: String)
    case unreadable(path: String, reason: String)
    case unwritable(path: String, reason: String)
    /// A file that others can read although it holds secrets.
    case exposed(path: String, mode: Int)
    case malformed(path: String, line: Int, reason: String)
    case overLimit(path: String, byteCount: Int, limit: Int)
    /// Another process holds the home.
    case inUse(path: String)
    /// The data belongs to one network and the genesis file names another.
    case otherNetwork(path: String, held: String, expected: String)
    case notARole(String)
    /// The home was made before its network was founded.
    case noNetwork(path: String)
}

extension HomeError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .missing(let path):
            "\(path) does not exist; make a home with `argosy init`."
        case .exists(let path):
            "\(path) exists already; choose another directory or remove it first."
        case .unreadable(let path, let reason):
            "\(path) cannot be read: \(reason)."
        case .unwritable(let path, let reason):
            "\(path) cannot be written: \(reason)."
        case .exposed(let path, let mode):
            "\(path) has mode \(String(mode, radix: 8)) and holds secrets; "
                + "run `chmod 600 \(path)`."
        case .malformed(let path, let line, let reason):
            line > 0
                ? "\(path), line \(line): \(reason)."
                : "\(path) is not what it should be: \(reason)."
        case .overLimit(let path, let byteCount, let limit):
            "\(path) has \(byteCount) bytes, and at most \(limit) are read."
        case .inUse(let path):
            "Another node is running on \(path); stop it first, or use another home."
        case .otherNetwork(let path, let held, let expected):
            "\(path) holds data of network \(held.prefix(16)), but its genesis file is that of "
                + "\(expected.prefix(16)); use another home for another network."
        case .notARole(let text):
            "`\(text)` is not a role; choose light, full or validator."
        case .noNetwork(let path):
            "\(path) belongs to no network yet; join one with `argosy init --genesis FILE`."
        }
    }
}
