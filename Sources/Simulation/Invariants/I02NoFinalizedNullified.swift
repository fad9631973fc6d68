import Consensus

/// I2: no view is both finalized and nullified.
struct NoFinalizedNullified: NetworkLaw {
    static let name: StaticString = "I2"
    private var finalized: Set<Slot> = []
    private var nullified: Set<Slot> = []

    mutating func note(_ sight: Sight) -> String? {
        for certificate in sight.certificates {
            switch certificate.kind {
            case .finalize: finalized.insert(certificate.slot)
            case .nullify: nullified.insert(certificate.slot)
            case .notarize: continue
            }
            if finalized.contains(certificate.slot), nullified.contains(certificate.slot) {
                return "view \(certificate.view) is finalized and nullified"
            }
        }
        return nil
    }
}
