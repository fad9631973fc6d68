import Chain
import Consensus
import Ledger
import LightClient
import Node
import Primitives
import StateTree
import Wire

/// A proof of a payment that this program has checked itself, from the genesis document on.
struct ProofCheck {
    let receipt: ReceiptLeaf
    let payment: LeafKey
    /// The header under whose certificate the receipt was found.
    let header: BlockHeader
    let signed: UInt64
    let total: UInt64

    /// Checks the bytes of a proof file.
    ///
    /// - Throws: ``CommandError`` that says what does not hold.
    init(_ bytes: [UInt8], genesis: Genesis) throws {
        guard bytes.count <= ProofFile.byteLimit else {
            throw CommandError("A proof has at most \(ProofFile.byteLimit) bytes.")
        }
        let file: ProofFile
        do throws(WireError) { file = try ProofFile(wire: bytes) } catch {
            throw CommandError("This is not a proof, or it was changed: \(error).")
        }
        let trusted: Digest
        do throws(GenesisError) { trusted = try genesis.anchor.digest } catch {
            throw CommandError("The genesis document founds no network: \(error).")
        }
        let finding: ProofFile.Finding
        do throws(LightFault) {
            finding = try file.check(trusting: [trusted], scheme: .ed25519)
        } catch {
            if case .unknownAnchor = error {
                throw CommandError(
                    "The proof does not hold: it is of another network, or was changed.",
                    advice: "If it is of another one, name that one's file with --genesis.")
            }
            throw CommandError("The proof does not hold: \(error).")
        }
        guard case .present(let value) = finding.answer else {
            throw CommandError("The proof shows that there is no such payment.")
        }
        do throws(WireError) { receipt = try ReceiptLeaf(wire: value) } catch {
            throw CommandError("The proof is of something else than a payment.")
        }
        payment = finding.key
        header = finding.header
        signed = finding.signed
        total = finding.total
    }

    var sentence: String {
        "checked here: block \(header.height), signed by \(signed) of \(total) votes"
    }

    /// Fetches the proof of a payment from the node, and checks it.
    ///
    /// - Returns: `nil` when there is no payment to prove.
    static func fetch(_ payment: String?, _ session: WalletSession) async throws -> ProofCheck? {
        guard let payment else { return nil }
        guard case .proof(let answer) = try await session.home.ask(.proof(payment: payment)),
            let bytes = Hex.decode(answer.file)
        else { throw CommandError.otherAnswer }
        let check = try ProofCheck(bytes, genesis: session.genesis)
        guard let id = PaymentID(hex: payment), LeafID.receipt(id).key == check.payment else {
            throw CommandError("The node proved another payment than the one asked for.")
        }
        return check
    }
}
