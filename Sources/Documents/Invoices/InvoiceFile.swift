/// A file of invoice lines: those that can be used, and those that cannot, with the reason.
public struct InvoiceFile: Equatable, Sendable {
    public struct Rejected: Equatable, Sendable {
        /// The line of the file, counted from 1.
        public let line: Int
        public let invoice: String
        public let fault: InvoiceLineFault
        /// Units of the line that are concerned, when it is not the whole line.
        public let units: Int64?

        public init(line: Int, invoice: String, fault: InvoiceLineFault, units: Int64? = nil) {
            self.line = line
            self.invoice = invoice
            self.fault = fault
            self.units = units
        }
    }

    /// Why a file cannot be read at all.
    public enum Fault: Error, Equatable, Sendable {
        case empty
        case otherColumns(found: [String])
        case damaged(CSVReader.Fault)
    }

    public let lines: [InvoiceLine]
    public let rejected: [Rejected]

    /// Reads a whole file; its first record names the columns.
    public init(_ bytes: [UInt8]) throws(Fault) {
        var records = try Self.records(bytes)[...]
        guard let header = records.popFirst() else { throw .empty }
        guard header.fields == InvoiceLine.columns else {
            throw .otherColumns(found: header.fields)
        }
        var lines: [InvoiceLine] = []
        var rejected: [Rejected] = []
        for record in records {
            do throws(InvoiceLineFault) { lines.append(try InvoiceLine(record)) } catch {
                rejected.append(
                    Rejected(line: record.line, invoice: record.fields.first ?? "", fault: error))
            }
        }
        self.lines = lines
        self.rejected = rejected
    }

    private static func records(_ bytes: [UInt8]) throws(Fault) -> [CSVReader.Record] {
        var reader = CSVReader(bytes)
        var records: [CSVReader.Record] = []
        do throws(CSVReader.Fault) {
            while let record = try reader.next() { records.append(record) }
        } catch { throw .damaged(error) }
        return records
    }
}

extension InvoiceFile.Fault: CustomStringConvertible {
    public var description: String {
        switch self {
        case .empty: "the file is empty"
        case .otherColumns(let found):
            "the first line must be \(InvoiceLine.columns.joined(separator: ",")) "
                + "and is \(found.joined(separator: ",").prefix(120))"
        case .damaged(.notUTF8(let line)): "line \(line) is not UTF-8 text"
        case .damaged(.openQuote(let line)): "a quote opened on line \(line) is never closed"
        case .damaged(.textAfterQuote(let line)): "text follows a closed quote on line \(line)"
        case .damaged(.fieldTooLong(let line)):
            "a field on line \(line) is longer than \(CSVReader.fieldByteLimit) bytes"
        case .damaged(.tooManyFields(let line)):
            "line \(line) has more than \(CSVReader.fieldLimit) fields"
        }
    }
}
