import Foundation
public import Primitives

/// The file that names a network: the canonical genesis document, and a view of it for people.
///
/// Only the document is believed; the view is made from it when the file is written, and nothing
/// reads it back (design R1: no consensus value is ever read from JSON).
public struct GenesisFile: Sendable, Equatable {
    public static let documentByteLimit = 4 << 20

    /// The canonical bytes of the genesis document.
    public let document: [UInt8]
    /// Hash of the document: the network's name everywhere.
    public let digest: Digest
    /// What people read: parties, weights, assets.
    public let view: [String: GenesisView]

    public init(document: [UInt8], view: [String: GenesisView]) {
        self.document = document
        digest = Digest(hashing: document, in: .genesis)
        self.view = view
    }

    private struct Form: Codable {
        var network: [String: GenesisView]
        var document: String
        var digest: String
    }

    public init(parsing text: String, path: String = "genesis.json") throws(HomeError) {
        func fault(_ reason: String) -> HomeError {
            .malformed(path: path, line: 0, reason: reason)
        }
        let form: Form
        do { form = try JSONDecoder().decode(Form.self, from: Data(text.utf8)) } catch {
            throw fault("it is not a genesis file")
        }
        guard let document = Hex.decode(form.document),
            document.count <= Self.documentByteLimit
        else { throw fault("`document` is not hexadecimal or too long") }
        self.init(document: document, view: form.network)
        guard form.digest == digest.hex else {
            throw fault("its digest is not that of its document")
        }
    }

    public var json: String {
        get throws(HomeError) {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
            let form = Form(network: view, document: Hex.encode(document), digest: digest.hex)
            do { return String(decoding: try encoder.encode(form), as: UTF8.self) + "\n" } catch {
                throw .unwritable(path: "genesis.json", reason: error.localizedDescription)
            }
        }
    }
}

/// One readable entry of a genesis file.
public enum GenesisView: Codable, Sendable, Equatable {
    case text(String)
    case list([[String: String]])

    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let text = try? container.decode(String.self) {
            self = .text(text)
        } else {
            self = .list(try container.decode([[String: String]].self))
        }
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .text(let text): try container.encode(text)
        case .list(let rows): try container.encode(rows)
        }
    }
}
