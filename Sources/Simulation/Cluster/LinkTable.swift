/// Which nodes are connected; each connection has its own number.
struct LinkTable: Sendable {
    private let count: Int
    private var current: [UInt64]
    private var newest: [UInt64]
    private var made: UInt64 = 0

    init(count: Int) {
        self.count = count
        current = Array(repeating: 0, count: count * count)
        newest = current
    }

    /// The number of the connection; zero when there is none.
    func connection(_ one: Int, _ other: Int) -> UInt64 { current[one * count + other] }

    /// The number of the newest connection there was.
    func last(_ one: Int, _ other: Int) -> UInt64 { newest[one * count + other] }

    mutating func connect(_ one: Int, _ other: Int) {
        made += 1
        for index in [one * count + other, other * count + one] {
            current[index] = made
            newest[index] = made
        }
    }

    mutating func disconnect(_ one: Int, _ other: Int) {
        current[one * count + other] = 0
        current[other * count + one] = 0
    }
}
