import Foundation
import Primitives
import Testing

/// Vectors that another implementation made, in `Tests/Vectors/Transport/libp2p.json`.
struct Vectors {
    private let root: [String: Any]

    init() throws {
        let here = URL(fileURLWithPath: #filePath)
        let file = here.deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appendingPathComponent("Vectors/Transport/libp2p.json")
        let json = try JSONSerialization.jsonObject(with: Data(contentsOf: file))
        root = try #require(json as? [String: Any])
    }

    /// A section whose values are all text.
    func section(_ name: String) throws -> [(key: String, value: String)] {
        let entries = try #require(root[name] as? [String: Any])
        return entries.compactMap { key, value in (value as? String).map { (key, $0) } }
            .sorted { $0.key < $1.key }
    }

    func text(_ section: String, _ key: String) throws -> String {
        try #require(try self.section(section).first { $0.key == key }?.value)
    }

    func bytes(_ section: String, _ key: String) throws -> [UInt8] {
        try #require(Hex.decode(try text(section, key)))
    }

    func bytes(_ key: String) throws -> [UInt8] {
        let text = try #require(root[key] as? String)
        return try #require(Hex.decode(text))
    }
}
