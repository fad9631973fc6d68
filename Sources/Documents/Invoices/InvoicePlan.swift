/// What a file of invoices asks of the ledger: payments, and refunds bound to them.
///
/// - Source: Documents specification, rules D1 to D6.
public struct InvoicePlan: Equatable, Sendable {
    /// The most parts of one refund; a transaction has at most so many actions.
    public static let partLimit = 16

    /// The sale lines of one invoice, as one payment from the customer to the merchant.
    public struct Payment: Equatable, Sendable {
        public let invoice: String
        public let customer: String
        public let pence: UInt64

        public init(invoice: String, customer: String, pence: UInt64) {
            self.invoice = invoice
            self.customer = customer
            self.pence = pence
        }
    }

    /// A part of a cancellation that returns money of one payment.
    public struct Part: Equatable, Sendable {
        /// The invoice whose payment is returned.
        public let sale: String
        public internal(set) var pence: UInt64

        public init(sale: String, pence: UInt64) {
            self.sale = sale
            self.pence = pence
        }
    }

    /// A cancellation, as one transaction of bound refunds.
    public struct Refund: Equatable, Sendable {
        public let invoice: String
        public let customer: String
        public let parts: [Part]

        public init(invoice: String, customer: String, parts: [Part]) {
            self.invoice = invoice
            self.customer = customer
            self.parts = parts
        }

        public var pence: UInt64 { parts.reduce(0) { $0 + $1.pence } }
    }

    public enum Step: Equatable, Sendable {
        case payment(Payment)
        case refund(Refund)
    }

    /// In the order of the file.
    public let steps: [Step]
    /// Every line that moves no money, or not for all its units, in the order of the file.
    public let rejected: [InvoiceFile.Rejected]
    /// The customers, sorted, each once.
    public let customers: [String]

    public init(_ file: InvoiceFile) {
        var planner = Planner()
        var start = file.lines.startIndex
        while start < file.lines.endIndex {
            let invoice = file.lines[start].invoice
            var end = start
            while end < file.lines.endIndex, file.lines[end].invoice == invoice { end += 1 }
            planner.plan(file.lines[start..<end])
            start = end
        }
        steps = planner.steps
        rejected = (file.rejected + planner.rejected).sorted { $0.line < $1.line }
        customers = Set(
            planner.steps.map { step in
                switch step {
                case .payment(let payment): payment.customer
                case .refund(let refund): refund.customer
                }
            }
        ).sorted()
    }

    /// The rejected lines counted by reason.
    public var rejectedCounts: [(reason: String, count: Int)] {
        InvoiceLineFault.allCases.compactMap { fault in
            let count = rejected.count { $0.fault == fault }
            return count == 0 ? nil : (fault.rawValue, count)
        }
    }
}

/// Goes through the invoices once and remembers what was sold.
private struct Planner {
    struct Item: Hashable {
        let customer: String
        let stockCode: String
    }

    /// Units of one sale line that have not come back yet.
    struct Sold {
        let invoice: String
        let unitPence: UInt64
        var units: Int64
    }

    var steps: [InvoicePlan.Step] = []
    var rejected: [InvoiceFile.Rejected] = []
    private var sold: [Item: [Sold]] = [:]
    /// What is left of each payment, in pence.
    private var left: [String: UInt64] = [:]

    mutating func plan(_ lines: ArraySlice<InvoiceLine>) {
        guard let first = lines.first else { return }
        var own: [InvoiceLine] = []
        for line in lines {
            if line.customer == first.customer {
                own.append(line)
            } else {
                reject(line, .twoCustomers)
            }
        }
        // An invoice number that comes again later in the file is another payment: its name must differ.
        if first.isCancellation { cancel(own) } else { sell(own) }
    }

    private mutating func sell(_ lines: [InvoiceLine]) {
        var total: UInt64 = 0
        var name = lines[0].invoice
        while left[name] != nil { name += "+" }
        for line in lines {
            let (amount, overflow) = line.unitPence.multipliedReportingOverflow(
                by: line.quantity.magnitude)
            let (sum, carry) = total.addingReportingOverflow(amount)
            guard !overflow, !carry, sum <= UInt64(Int64.max) else {
                reject(line, .amountTooLarge)
                continue
            }
            total = sum
            sold[Item(customer: line.customer, stockCode: line.stockCode), default: []].append(
                Sold(invoice: name, unitPence: line.unitPence, units: line.quantity))
        }
        guard total > 0 else { return }
        left[name] = total
        steps.append(
            .payment(.init(invoice: name, customer: lines[0].customer, pence: total)))
    }

    private mutating func cancel(_ lines: [InvoiceLine]) {
        var parts: [InvoicePlan.Part] = []
        for line in lines { cancel(line, into: &parts) }
        var rest = parts[...]
        while !rest.isEmpty {
            let chunk = Array(rest.prefix(InvoicePlan.partLimit))
            rest = rest.dropFirst(InvoicePlan.partLimit)
            steps.append(
                .refund(
                    .init(invoice: lines[0].invoice, customer: lines[0].customer, parts: chunk)))
        }
    }

    /// Finds the sales that a cancelled line takes back: same price first, newest first.
    private mutating func cancel(_ line: InvoiceLine, into parts: inout [InvoicePlan.Part]) {
        let item = Item(customer: line.customer, stockCode: line.stockCode)
        // The magnitude of the lowest number does not fit; no sale is that large either.
        var units = Int64(clamping: line.quantity.magnitude)
        var sales = sold[item] ?? []
        let order =
            sales.indices.reversed().filter { sales[$0].unitPence == line.unitPence }
            + sales.indices.reversed().filter { sales[$0].unitPence != line.unitPence }
        var fault = InvoiceLineFault.noSale
        for index in order where units > 0 && sales[index].units > 0 {
            let available = left[sales[index].invoice] ?? 0
            let payable = Int64(clamping: available / line.unitPence)
            let taken = min(units, sales[index].units, payable)
            guard taken > 0 else {
                fault = .noMoneyLeft
                continue
            }
            // At most `available`, so it cannot overflow.
            let pence = UInt64(taken) * line.unitPence
            sales[index].units -= taken
            units -= taken
            left[sales[index].invoice] = available - pence
            if let known = parts.firstIndex(where: { $0.sale == sales[index].invoice }) {
                parts[known].pence += pence
            } else {
                parts.append(.init(sale: sales[index].invoice, pence: pence))
            }
        }
        sold[item] = sales
        if units > 0 {
            let whole = UInt64(units) == line.quantity.magnitude
            reject(line, fault, units: whole ? nil : units)
        }
    }

    private mutating func reject(
        _ line: InvoiceLine, _ fault: InvoiceLineFault, units: Int64? = nil
    ) {
        rejected.append(.init(line: line.line, invoice: line.invoice, fault: fault, units: units))
    }
}
