import Chain
import Ledger
import Node
import Primitives
import Testing
import Wire

@Suite("Making transactions")
struct TransactionMakerTests {
    @Test(
        "The fee limit covers the price of everything that travels along, at the load allowed for",
        arguments: [[], [100], [60_000], [20_000, 60_000, 1]])
    func limit(sizes: [Int]) throws {
        let key = SigningKey(seed: FixedBytes(repeating: 7))
        let asset = AssetID(FixedBytes(repeating: 1))
        let parameters = Parameters(
            epochLength: 100, receiptTerm: 100,
            feeList: [FeeListEntry(asset: asset, price: 10_000, deposit: Amount(minorUnits: 2))])
        let maker = TransactionMaker(
            chain: Digest(FixedBytes(repeating: 2)), parameters: parameters)
        let transaction = try maker.make(
            [Action(.burn(Burn(asset: asset, amount: Amount(minorUnits: 1))))], by: [key],
            for: AccountID(key.publicKey), sequence: Sequence(1), head: Height(5),
            feeAsset: asset, attachments: sizes.map { [UInt8](repeating: 9, count: $0) })
        let schedule = FeeSchedule(
            parameters: parameters,
            load: Load(factor: TransactionMaker.loadAllowance, fullness: 0))
        let fee = try #require(schedule.fee(weight: transaction.weight, at: 0))
        #expect(fee <= transaction.body.feeLimit)
        // And it is no blank cheque.
        #expect(transaction.body.feeLimit.minorUnits <= fee.minorUnits + 20)
    }
}
