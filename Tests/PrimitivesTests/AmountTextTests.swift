import Primitives
import Testing

@Suite("Amounts as text")
struct AmountTextTests {
    @Test("Decimal text is read to the last unit, and written back the same")
    func reading() {
        #expect(Amount(decimal: "12.5", decimals: 2)?.minorUnits == 1_250)
        #expect(Amount(decimal: "12", decimals: 2)?.decimal(2) == "12.00")
        #expect(Amount(decimal: "0.05", decimals: 2)?.decimal(2) == "0.05")
        #expect(Amount(decimal: "7", decimals: 0)?.decimal(0) == "7")
        #expect(Amount(decimal: "18446744073709551615", decimals: 0)?.minorUnits == .max)
    }

    @Test(
        "Attack 16: anything but plain decimal text is refused",
        arguments: [
            "", ".", "1.", ".5", "-1", "+1", "1e3", "1E3", "1,000", "1.005", " 1", "1 ", "0x10",
            "1..2", "1.2.3", "١", "18446744073709551616", "184467440737095516.16",
        ])
    func refusing(text: String) {
        #expect(Amount(decimal: text, decimals: 2) == nil)
    }
}
