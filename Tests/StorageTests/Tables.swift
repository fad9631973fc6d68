import Storage
import Wire

extension Table where Key == FixedBytes<32>, Value == UInt64 {
    static var balances: Self { Table("balances") }
}

extension Table where Key == UInt64, Value == [UInt8] {
    static var blocks: Self { Table("blocks") }
}

extension Table where Key == UInt16, Value == UInt64 {
    static var counts: Self { Table("counts") }
}

extension Table where Key == KeyPair<UInt8, UInt16>, Value == UInt64 {
    static var pairs: Self { Table("pairs") }
}

/// A small generator of numbers; the same seed gives the same ones everywhere.
struct SplitMix64: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ mixed >> 27) &* 0x94d0_49bb_1331_11eb
        return mixed ^ mixed >> 31
    }
}
