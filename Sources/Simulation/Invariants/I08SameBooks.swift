import Chain
import Ledger

/// I8: a ledger of plain dictionaries, which shares no code with the real one, agrees with it on who
/// has what, and on which transactions fail.
enum SameBooks {
    static let name: StaticString = "I8"
    /// Every so many blocks all accounts are compared; in the end always.
    private static let interval: UInt64 = 8

    /// Takes a block that is final for the first time into the books.
    static func check(
        _ books: inout NaiveLedger, _ block: Block, _ result: Reference.Result,
        _ leaves: MemoryLeaves
    ) -> String? {
        do throws(NaiveFault) {
            let successes = try books.apply(block)
            for (receipt, success) in zip(result.receipts, successes)
            where receipt.succeeded != success {
                return "transaction \(receipt.transaction) "
                    + (success ? "fails for the ledger only" : "fails by the books only")
            }
        } catch { return error.sentence }
        guard books.height % interval == 0 else { return nil }
        return books.difference(from: leaves)
    }
}
