/// What everybody must own after the invoices, counted without the plan.
///
/// It goes line by line instead of invoice by invoice and knows neither payments nor transactions, so
/// that an error of the plan or of the network cannot hide in it. It takes from the plan only the
/// list of lines that were set aside.
public struct InvoiceTally: Equatable, Sendable {
    /// What the merchant received, less what it gave back.
    ///
    /// - Unit: pence.
    public let merchantPence: Int64
    /// What each customer paid, less what came back.
    ///
    /// - Unit: pence.
    public let spentPence: [String: Int64]

    public init(_ file: InvoiceFile, without rejected: [InvoiceFile.Rejected]) {
        var unused: [Int: Int64?] = [:]
        for line in rejected { unused[line.line] = .some(line.units) }
        var merchant: Int64 = 0
        var spent: [String: Int64] = [:]
        for line in file.lines {
            var units = line.quantity
            if let rejectedUnits = unused[line.line] {
                guard let rejectedUnits else { continue }
                units += rejectedUnits
            }
            let pence = units &* Int64(clamping: line.unitPence)
            merchant &+= pence
            spent[line.customer, default: 0] &+= pence
        }
        merchantPence = merchant
        spentPence = spent
    }
}
