import Chain
import Ledger
import LightClient
import Primitives
import StateTree
import Storage
import Wire

extension FullNode {
    /// The newest document of a hash that a step of a record names.
    ///
    /// - Throws: ``FailureAnswer`` when no step names it, or the node has the block no longer.
    func attachment(
        _ kind: UInt8, _ id: String, _ text: String
    ) async throws -> AttachmentAnswer {
        let hash: Digest = try Self.read(text, "a document")
        let record: Digest = try Self.read(id, "a record")
        let leafID = LeafID.record(RecordID(kind: kind, id: record))
        guard let leaf = try await look(at: leafID, as: RecordLeaf.self).value else {
            throw FailureAnswer("unknown", "The network has no such record.")
        }
        for event in try await journal(leafID, leaf.journal).reversed() {
            guard try RecordEvent(wire: event.event).subject == hash,
                let bytes = try disk.chain.block(at: event.height)
            else { continue }
            let attachments = try Block(wire: bytes).body.transactions.flatMap(\.attachments)
            guard let found = attachments.first(where: { AttachmentReference(to: $0).hash == hash })
            else { continue }
            return AttachmentAnswer(
                hash: text, content: Hex.encode(found), height: event.height.number)
        }
        throw FailureAnswer("unknown", "This node keeps no document of that hash.")
    }
}
