import Primitives
import Wire

extension Decoder {
    /// The decoder of one of our own formats, whose bytes have one form only.
    init<Message: WireCodable>(_ name: String, _ samples: [Message]) {
        self.init(name, samples: samples.map(\.wire)) { bytes in
            guard let message = try? Message(wire: bytes) else { return .refused }
            return message.wire == bytes ? .taken : .notCanonical
        }
    }
}

extension Digest {
    static func numbered(_ number: UInt8) -> Digest { Digest(hashing: [number], in: .seed) }
}

extension SigningKey {
    static func numbered(_ number: UInt8) -> SigningKey {
        SigningKey(seed: Digest.numbered(number).bytes)
    }
}
