import Primitives

/// One line of an invoice, as a shop's till exports it.
public struct InvoiceLine: Equatable, Sendable {
    /// The columns of the file, in this order.
    public static let columns = [
        "InvoiceNo", "StockCode", "Description", "Quantity", "InvoiceDate", "UnitPriceGBP",
        "CustomerID", "Country",
    ]

    /// The line of the file, counted from 1.
    public let line: Int
    /// A cancellation begins with `C`.
    public let invoice: String
    public let stockCode: String
    /// Units sold; below zero on a cancellation.
    public let quantity: Int64
    /// Price of one unit.
    ///
    /// - Unit: pence.
    public let unitPence: UInt64
    public let date: String
    public let customer: String
    public let country: String

    public var isCancellation: Bool { invoice.utf8.first == UInt8(ascii: "C") }
}

/// Why a line of an invoice moves no money.
public enum InvoiceLineFault: String, Error, CaseIterable, Sendable {
    case wrongFieldCount = "wrong number of fields"
    case noInvoiceNumber = "no invoice number"
    case badQuantity = "quantity is not a whole number"
    case badPrice = "price is not an amount in pounds with at most two decimals"
    case badDate = "date is not YYYY-MM-DDThh:mm:ssZ"
    case noCustomer = "no customer to pay or to refund"
    case zeroPrice = "price is zero"
    case zeroQuantity = "quantity is zero"
    case negativeSale = "a sale with a quantity below zero"
    case positiveCancellation = "a cancellation with a quantity above zero"
    case twoCustomers = "another customer than the rest of the invoice"
    case amountTooLarge = "amount does not fit"
    case noSale = "refund without a sale"
    case noMoneyLeft = "refund of more than is left of the payment"
}

extension InvoiceLine {
    /// Reads the fields of one record.
    public init(_ record: CSVReader.Record) throws(InvoiceLineFault) {
        guard record.fields.count == Self.columns.count else { throw .wrongFieldCount }
        line = record.line
        invoice = record.fields[0]
        stockCode = record.fields[1]
        date = record.fields[4]
        customer = record.fields[6]
        country = record.fields[7]
        guard !invoice.isEmpty else { throw .noInvoiceNumber }
        guard let quantity = Int64(record.fields[3]) else { throw .badQuantity }
        guard let pence = Amount(decimal: record.fields[5], decimals: 2)?.minorUnits else {
            throw .badPrice
        }
        guard Self.isDate(date) else { throw .badDate }
        self.quantity = quantity
        unitPence = pence
        guard !customer.isEmpty else { throw .noCustomer }
        guard pence > 0 else { throw .zeroPrice }
        guard quantity != 0 else { throw .zeroQuantity }
        guard isCancellation || quantity > 0 else { throw .negativeSale }
        guard !isCancellation || quantity < 0 else { throw .positiveCancellation }
    }

    /// Whether text has the shape `2010-12-01T08:45:00Z`.
    private static func isDate(_ text: String) -> Bool {
        let shape = Array("dddd-dd-ddTdd:dd:ddZ".utf8)
        let bytes = Array(text.utf8)
        guard bytes.count == shape.count else { return false }
        return zip(bytes, shape).allSatisfy { byte, expected in
            expected == UInt8(ascii: "d") ? (0x30...0x39).contains(byte) : byte == expected
        }
    }
}
