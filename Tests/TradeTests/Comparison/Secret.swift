import Trade
import Wire

/// The secret of one order, and what is made with it.
struct Secret {
    var bytes = FixedBytes<32>(repeating: 7)
    var order = Array("ORD1".utf8)

    func key(_ field: MatchField) -> FieldKey {
        FieldKey(secret: bytes, order: order, field: field)
    }

    func commit(_ document: MatchDocument<[UInt8]>) -> MatchDocument<Commitment> {
        document.committed(secret: bytes, order: order)
    }
}
