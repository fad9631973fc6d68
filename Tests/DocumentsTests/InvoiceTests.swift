import Documents
import Testing

@Suite("Invoices")
struct InvoiceTests {
    static let header = InvoiceLine.columns.joined(separator: ",") + "\n"

    static func file(_ lines: String...) throws -> InvoiceFile {
        try InvoiceFile(Array((header + lines.joined(separator: "\n")).utf8))
    }

    static func line(
        _ invoice: String, _ quantity: Int, _ price: String, code: String = "A",
        customer: String = "7"
    ) -> String {
        "\(invoice),\(code),Mug,\(quantity),2010-12-01T08:45:00Z,\(price),\(customer),France"
    }

    @Test("The lines of an invoice are one payment of their sum")
    func sale() throws {
        let plan = InvoicePlan(
            try Self.file(Self.line("1", 3, "0.85"), Self.line("1", 1, "18", code: "POST")))
        #expect(plan.steps == [.payment(.init(invoice: "1", customer: "7", pence: 2_055))])
        #expect(plan.rejected.isEmpty)
    }

    @Test("A refund is bound to the newest sale at the same price, and never exceeds it")
    func refund() throws {
        let plan = InvoicePlan(
            try Self.file(
                Self.line("1", 3, "1.00"), Self.line("2", 3, "1.00"), Self.line("3", 3, "2.00"),
                Self.line("C4", -4, "1.00"), Self.line("C5", -9, "1")))
        #expect(
            plan.steps.dropFirst(3) == [
                .refund(
                    .init(
                        invoice: "C4", customer: "7",
                        parts: [.init(sale: "2", pence: 300), .init(sale: "1", pence: 100)])),
                .refund(
                    .init(
                        invoice: "C5", customer: "7",
                        parts: [.init(sale: "1", pence: 200), .init(sale: "3", pence: 300)])),
            ])
        #expect(
            plan.rejected == [.init(line: 6, invoice: "C5", fault: .noSale, units: 4)])
    }

    @Test("A line that cannot be used is listed with its reason")
    func faults() throws {
        let file = try Self.file(
            Self.line("1", 0, "1"), Self.line("1", 1, "0"), Self.line("1", 1, "1e3"),
            Self.line("1", 1, "-1"), Self.line("1", 1, "1.005"), Self.line("1", -1, "1"),
            Self.line("C1", 1, "1"), Self.line("1", 1, "1", customer: ""), "1,2",
            Self.line("1", 1, "184467440737095517"), Self.line("C9", -1, "1"),
            Self.line("1", 1, "1.00").replacing("2010-12", with: "2010/12"))
        let plan = InvoicePlan(file)
        #expect(
            plan.rejected.map(\.fault) == [
                .zeroQuantity, .zeroPrice, .badPrice, .badPrice, .badPrice, .negativeSale,
                .positiveCancellation, .noCustomer, .wrongFieldCount, .badPrice, .noSale, .badDate,
            ])
        #expect(plan.steps.isEmpty)
    }

    @Test("A quoted field may hold commas, quotes and line ends")
    func quotes() throws {
        let file = try Self.file(
            "1,A,\"CHARLIE+LOLA\"\"EXTREMELY, BUSY\"\"\nSIGN\",2,2010-12-01T08:45:00Z,1.5,7,France\r",
            Self.line("2", 1, "1"))
        #expect(file.lines.map(\.line) == [2, 4])
        #expect(file.rejected.isEmpty)
    }

    @Test("A file that is no invoice file is refused with a reason")
    func refused() {
        #expect(throws: InvoiceFile.Fault.empty) { try InvoiceFile([]) }
        #expect(throws: InvoiceFile.Fault.otherColumns(found: ["a", "b"])) {
            try InvoiceFile(Array("a,b\n1,2\n".utf8))
        }
        #expect(throws: InvoiceFile.Fault.damaged(.openQuote(line: 2))) {
            try InvoiceFile(Array((Self.header + "1,\"2\n").utf8))
        }
        #expect(throws: InvoiceFile.Fault.damaged(.notUTF8(line: 2))) {
            try InvoiceFile(Array(Self.header.utf8) + [0xff, 0x0a])
        }
    }

    @Test("The tally equals the sum of the plan", arguments: 0..<32 as Range<UInt64>)
    func tally(seed: UInt64) throws {
        var state = seed &* 0x9e37_79b9_7f4a_7c15 | 1
        func draw(_ bound: UInt64) -> UInt64 {
            state ^= state << 13
            state ^= state >> 7
            state ^= state << 17
            return state % bound
        }
        var lines: [String] = []
        for number in 0..<200 {
            let cancelled = draw(4) == 0
            let units = Int(draw(6)) * (cancelled ? -1 : 1)
            let customer = String(draw(3))
            for _ in 0...draw(3) {
                lines.append(
                    Self.line(
                        (cancelled ? "C" : "") + String(number), units,
                        ["1", "0.5", "0"][Int(draw(3))], code: ["A", "B", "C"][Int(draw(3))],
                        customer: customer))
            }
        }
        let file = try InvoiceFile(Array((Self.header + lines.joined(separator: "\n")).utf8))
        let plan = InvoicePlan(file)
        var merchant: Int64 = 0
        for step in plan.steps {
            switch step {
            case .payment(let payment): merchant += Int64(payment.pence)
            case .refund(let refund): merchant -= Int64(refund.pence)
            }
        }
        #expect(InvoiceTally(file, without: plan.rejected).merchantPence == merchant)
        #expect(plan.steps.count > 20, "the seed makes enough sales to mean something")
    }
}
