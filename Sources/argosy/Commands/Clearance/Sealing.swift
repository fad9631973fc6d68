import Documents
import Foundation
import Ledger
import Node
import Primitives
import Trade
import Wire

/// Customs messages that commands read from files.
enum CustomsFile {
    /// Bytes of a file no larger than a message may be.
    static func bytes(_ path: String) throws -> [UInt8] {
        let attributes = try? FileManager.default.attributesOfItem(atPath: path)
        if let size = attributes?[.size] as? Int, size > MarkupReader.byteLimit {
            throw CommandError(
                "\(path) has \(size) bytes, and at most \(MarkupReader.byteLimit) are read.")
        }
        guard let data = FileManager.default.contents(atPath: path) else {
            throw CommandError("\(path) cannot be read.")
        }
        return Array(data)
    }

    /// Reads a message of one kind, which the errors call by a title such as `list`.
    static func message(
        _ path: String, _ kind: CustomsMessageKind, _ title: String
    ) throws -> (bytes: [UInt8], reading: CustomsReader.Reading) {
        let bytes = try bytes(path)
        let reading: CustomsReader.Reading
        do throws(CustomsReader.Refusal) { reading = try CustomsReader.read(bytes) } catch {
            throw CommandError("\(path) is no customs message: \(error).")
        }
        guard reading.message.kind == kind else {
            let found = MatchDocumentKind.allCases.first { $0.message == reading.message.kind }
            throw CommandError(
                "\(path) is a \(reading.message.kind.rootName); the \(title) is a \(kind.rootName).",
                advice: found.map { "It is the \($0.title.lowercased()) of a parcel." })
        }
        return (bytes, reading)
    }
}

/// What is sealed to readers, and the secrets that it needs.
enum Sealing {
    /// Customs, as an order accepts it: those who may read documents.
    static func readers(of terms: Terms) throws -> [ReadingKey] {
        let readers = terms.attesters(of: .customs).compactMap { ReadingKey(of: $0) }
        guard !readers.isEmpty else {
            throw CommandError(
                "The order accepts nobody as customs, so there is nobody to seal to.",
                advice: "Terms name customs with `argosy order offer --accept customs:WHO`.")
        }
        return readers
    }

    static func document(
        _ contents: [[UInt8]], to readers: [ReadingKey], context: Digest
    ) throws -> [UInt8] {
        do throws(SealingError) {
            return try SealedDocument(
                sealing: contents, to: readers, context: context,
                entropy: SystemEntropy.bytes32()
            ).wire
        } catch { throw CommandError("The document cannot be sealed: \(error).") }
    }
}

extension WalletSession {
    /// The secret of an order and round: it follows from the buyer's key, so that it cannot be lost
    /// while the words are there (reference trade 7.3, salt loss).
    func secret(
        of order: Digest, round: UInt32, by account: String, passphrase: PassphraseOptions
    ) throws -> FixedBytes<32> {
        let key = try wallet.unlock(account, passphrase: try passphrase.read(for: account))
        // Signatures of Ed25519 are the same each time, and nobody else can make this one.
        let signature = key.sign(Array("argosy/order-secrets/1".utf8))
        return OrderSecret.derived(
            from: Sha256.hash(signature.bytes.array), order: order, round: round)
    }
}
