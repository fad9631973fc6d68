import Testing
import Trade

@Suite("Exact decimal numbers")
struct FigureTests {
    private static func read(_ text: String) -> String? {
        Figure(Array(text.utf8)).map { String(decoding: $0.canonical, as: UTF8.self) }
    }

    @Test(
        "Every way of writing a number has one canonical text",
        arguments: [
            ("19050", "19050"), ("19050.00", "19050"), ("19050.01", "19050.01"), ("0.00", "0"),
            ("-0", "0"), ("+5", "5"), ("007.50", "7.5"), (".5", "0.5"), ("5.", "5"),
            ("-0.00001", "-0.00001"), ("1.0000000001", "1.0000000001"),
            ("1.00000000000000", "1"), ("9999999999999999999.99999", "9999999999999999999.99999"),
        ])
    func canonical(text: String, expected: String) {
        #expect(Self.read(text) == expected)
    }

    @Test(
        "What is no plain decimal is refused",
        arguments: [
            "", ".", "-", "+", "1e3", "1,5", "1.2.3", " 1", "1 ", "--1", "0x1", "1.00000000001",
            "٣", String(repeating: "9", count: 39), String(repeating: "0", count: 41),
        ])
    func refused(text: String) {
        #expect(Self.read(text) == nil)
    }

    @Test(
        "Sums and products are exact, and say when they cannot be",
        arguments: 0..<64 as Range<UInt64>)
    func arithmetic(seed: UInt64) {
        var state = seed &+ 1
        func next(_ limit: Int128) -> Int128 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int128(state >> 16) % limit
        }
        let left = Figure(units: next(1_000_000_000) * 100_000)
        let right = Figure(units: next(1_000_000_000) * 100_000)
        let product = left.times(right)
        #expect(product?.units == (left.units / 100_000) * (right.units / 100_000))
        #expect(left.adding(right)?.subtracting(right) == left)
        #expect(Figure(left.canonical) == left)
    }

    @Test("Overflow and finer factors give no result")
    func limits() {
        let largest = Figure(units: .max)
        #expect(largest.adding(Figure(1)) == nil)
        #expect(Figure(units: .min).subtracting(Figure(1)) == nil)
        #expect(Figure(units: 1).times(Figure(1)) == nil)
        let huge = Figure(units: 10_000_000_000_000_000_000_000_000_000)
        #expect(huge.times(huge) == nil)
    }

    @Test("Products and sums of an order that leave 128 bits give no bytes, so the rules fail")
    func overflowingOrder() {
        let huge = Figure(units: .max)
        let figures = OrderFigures(
            lines: [.init(quantity: huge, price: huge, total: huge)], goodsValue: huge,
            freight: huge, tax: huge, discount: .zero, paid: huge)
        let parcel = Parcel(figures: figures)
        let computed: [MatchField] = [
            .paidComputed, .lineTotalsComputed, .singleLimit, .annualLimit,
        ]
        for field in computed {
            #expect(figures.bytes(of: field, limits: Parcel.limits, used: .zero) == nil)
        }
        #expect(parcel.clear.fails(.paidArithmetic))
        #expect(parcel.clear.fails(.lineTotal))
    }
}
