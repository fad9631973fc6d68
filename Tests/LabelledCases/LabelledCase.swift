public import Documents
import Foundation

/// Four documents of a parcel, and the rules that fail: a labelled case of the three-document match.
///
/// The cases lie where `ARGOSY_DATA` says, outside the project.
public struct LabelledCase: Decodable, Sendable, CustomStringConvertible {
    struct Document: Decodable, Sendable {
        let head: [String: String]
        let list: [[String: String]]?

        var customs: CustomsDocument {
            CustomsDocument(head: Self.record(head), lines: (list ?? []).map(Self.record))
        }

        private static func record(_ fields: [String: String]) -> CustomsRecord {
            CustomsRecord(fields.map { .init(name: $0.key, text: $0.value) })
        }
    }

    /// A case whose documents are not all there.
    public struct Incomplete: Error {}

    public let id: String
    /// Names of the rules that fail, sorted.
    public let expect: [String]
    let docs: [String: Document]

    public var description: String { id }

    public var quadruple: DocumentQuadruple {
        get throws {
            func document(_ name: String) throws -> CustomsDocument {
                guard let found = docs[name] else { throw Incomplete() }
                return found.customs
            }
            return DocumentQuadruple(
                order: try document("order"), payment: try document("payment"),
                waybill: try document("logistics"), list: try document("inventory"))
        }
    }

    /// Every case, or none when the data is not there.
    public static let all: [LabelledCase] = {
        let root = ProcessInfo.processInfo.environment["ARGOSY_DATA"] ?? ""
        let path = root + "/ceb/threedoc/cases.json"
        guard let data = FileManager.default.contents(atPath: path) else { return [] }
        return (try? JSONDecoder().decode([LabelledCase].self, from: data)) ?? []
    }()
}
