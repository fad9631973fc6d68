import Primitives
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
