import Consensus
import Primitives
import Replica

extension Sight {
    /// Certificates that are shown by this.
    var certificates: [Certificate] {
        switch self {
        case .sent(.certificates(let batch), _): batch.certificates
        case .sent(let message, _) where message.proposal != nil:
            (message.proposal?.parent.map { [$0] } ?? []) + (message.proposal?.skipped ?? [])
        case .durable(let records, _):
            records.compactMap { record in
                guard case .certified(let certificate) = record else { return nil }
                return certificate
            }
        case .final(let final, _): final.finalization.map { [$0.certificate] } ?? []
        case .sent, .heard, .reference, .evidence, .epoch, .crashed, .light, .copied: []
        }
    }
}
