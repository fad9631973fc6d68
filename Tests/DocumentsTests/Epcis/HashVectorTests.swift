import Documents
import Foundation
import Primitives
import Testing
import Wire

@Suite("The event hash against the vectors of the reference generator", .needsSharedData)
struct HashVectorTests {
    static let documents = SharedData.files("epcis/hash_vectors", ".jsonld", ".json")

    private func sibling(_ path: String, _ ending: String) -> String {
        String(path[..<(path.lastIndex(of: ".") ?? path.endIndex)]) + ending
    }

    @Test("Every hash of a JSON-LD document is reproduced", arguments: documents)
    func hashes(path: String) throws {
        let check = try EpcisCheck(try SharedData.bytes(path))
        guard let expected = SharedData.lines(sibling(path, ".hashes")) else { return }
        #expect(check.hashes.map(\.uri) == expected, "\(path)")
    }

    /// Two of the files hold damaged texts: there the hash decides.
    ///
    /// They do not hash to the hashes beside them.
    @Test(
        "Every pre-hash text is reproduced, unless it contradicts its own hash",
        arguments: documents)
    func preHashes(path: String) throws {
        let check = try EpcisCheck(try SharedData.bytes(path))
        guard let expected = SharedData.lines(sibling(path, ".prehashes")) else { return }
        let hashes = SharedData.lines(sibling(path, ".hashes"))
        try #require(check.hashes.count == expected.count)
        try #require(hashes == nil || hashes?.count == expected.count)
        for (index, (hash, text)) in zip(check.hashes, expected).enumerated() {
            let own = "ni:///sha-256;\(Hex.encode(Sha256.hash(Array(text.utf8)).array))?ver=CBV2.0"
            if let hashes, own != hashes[index] {
                #expect(hash.uri == hashes[index], "\(path)")
            } else {
                #expect(hash.preHash == text, "\(path)")
            }
        }
    }

    @Test("No more than two of the files contradict themselves")
    func damaged() {
        var damaged: [String] = []
        for path in Self.documents {
            guard let texts = SharedData.lines(sibling(path, ".prehashes")),
                let hashes = SharedData.lines(sibling(path, ".hashes"))
            else { continue }
            let own = texts.map {
                "ni:///sha-256;\(Hex.encode(Sha256.hash(Array($0.utf8)).array))?ver=CBV2.0"
            }
            if own != hashes { damaged.append(URL(fileURLWithPath: path).lastPathComponent) }
        }
        let known = ["epcisDocWithAllGS1Keys.jsonld", "epcisDocWithDefaultSchemaInContext.jsonld"]
        #expect(Set(damaged).isSubset(of: known))
    }

    @Test("An EPC URN becomes the Digital Link of the vectors")
    func digitalLinks() throws {
        struct Pair: Decodable { let urn: String, dl: String }
        let data = try SharedData.bytes("\(SharedData.root)/vectors/epc_digital_link.json")
        for pair in try JSONDecoder().decode([Pair].self, from: Data(data)) {
            #expect(EpcUrn.digitalLink(pair.urn) == pair.dl)
        }
    }
}

@Suite("Public EPCIS documents", .needsSharedData)
struct PublicDocumentTests {
    static let valid =
        SharedData.files("epcis/gs1_examples", ".jsonld", ".json")
        + SharedData.files("epcis/openepcis_valid", ".json", ".jsonld")
        + SharedData.files("epcis/hash_vectors", ".jsonld")

    @Test("A valid document is read, and written back with the same hashes", arguments: valid)
    func roundTrip(path: String) throws {
        let check = try EpcisCheck(try SharedData.bytes(path))
        #expect(check.faults == [], "\(path)")
        let document = try #require(check.document, "\(path)")
        #expect(document.events.count == check.hashes.count)
        let text = JsonWriter.text(of: document.json, indented: true)
        let again = try EpcisCheck(Array(text.utf8))
        #expect(again.document == document, "\(path)")
        #expect(again.hashes == check.hashes, "\(path)")
    }

    @Test("Every event with things has a form for the ledger", arguments: valid)
    func itemEvents(path: String) throws {
        let document = try #require(try EpcisCheck(try SharedData.bytes(path)).document)
        for event in document.events {
            do throws(ItemEvent.Fault) {
                let item = try ItemEvent(event, in: document.context)
                #expect(item.digest == EventHash(of: event, in: document.context).digest)
                #expect(item.correction == nil || event.record.error != nil)
            } catch {
                #expect(error == .noThings, "\(path)")
            }
        }
    }

    static let reasons: [String: [(EpcisRule, String)]] = [
        "Combination_of_events_with_missing_mandatory_fields.json": [
            (.required, "action"), (.required, "action"),
        ],
        "Combination_of_non_standard_bizStep_and_disposition.json": [
            (.bizStep, "bizStep"), (.disposition, "disposition"),
        ],
        "ObjectEvent_with_ilmd_field_without_namespace.json": [(.namespace, "ilmd.materialType")],
        "ObjectEvent_with_invalid_certificationInfo.json": [
            (.valueType, "certificationInfo.0"), (.valueType, "certificationInfo.1"),
        ],
        "ObjectEvent_with_non_standard_bizStep.json": [(.bizStep, "bizStep")],
        "ObjectEvent_with_non_standard_disposition.json": [(.disposition, "disposition")],
        "ObjectEvent_with_unknown_field_in_quantityList.json": [
            (.unknownField, "quantityList.0.weight")
        ],
        "ObjectEvent_without_identifier_list.json": [(.identifiers, "epcList")],
    ]

    @Test(
        "An invalid document is refused, with the field and the rule",
        arguments: SharedData.files("epcis/openepcis_invalid", ".json", ".jsonld"))
    func refusal(path: String) throws {
        let check = try EpcisCheck(try SharedData.bytes(path))
        #expect(check.document == nil, "\(path)")
        #expect(!check.faults.isEmpty, "\(path)")
        guard let expected = Self.reasons[URL(fileURLWithPath: path).lastPathComponent] else {
            return
        }
        #expect(check.faults.map(\.rule) == expected.map(\.0), "\(check.faults)")
        #expect(check.faults.map(\.field) == expected.map(\.1), "\(check.faults)")
    }
}
