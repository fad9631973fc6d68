import Chain
import Ledger
import Primitives
import Testing
import Wire

@Suite("Attacks on signatures and encoding")
struct EncodingAttackTests {
    typealias Net = TestNetwork

    private func signed(_ net: Net, with keys: [SigningKey]) throws -> Transaction {
        Transaction(signing: try net.body(Net.alice, [Action(Net.pay(Net.bob, 5))]), with: keys)
    }

    @Test("Attack 1 and 4: a changed bit anywhere in a signature is refused in a block")
    func changedSignature() throws {
        var net = try Net()
        let good = try signed(net, with: [Net.alice])
        for bit in stride(from: 0, to: 512, by: 37) {
            var bytes = good.signatures[0].signature.bytes
            bytes[bit / 8] ^= 1 << UInt8(bit % 8)
            let entry = SignatureEntry(key: Net.alice.publicKey, signature: Signature(bytes))
            let bad = Transaction(body: good.body, signatures: [entry])
            #expect(try net.fault([bad]) == .invalid(.transaction(index: 0, .signatureInvalid)))
        }
    }

    @Test("Attack 2, 3 and 5: a key that is no point of the prime-order subgroup never signs")
    func inadmissibleKeys() throws {
        let net = try Net()
        // The neutral element, a point of order two, and an encoding above the field's order.
        var high = FixedBytes<32>(repeating: 0xff)
        high[31] = 0x7f
        var one = FixedBytes<32>()
        one[0] = 1
        for bytes in [FixedBytes<32>(), one, high] {
            let account = AccountID(bytes)
            let body = Body(
                chain: net.state.chain, account: account, sequence: Sequence(1),
                expiry: Height(9), feeAsset: Net.pound, feeLimit: units(9),
                actions: [Action(Net.pay(Net.bob, 1))])
            let entry = SignatureEntry(
                key: account.foundingKey, signature: Signature(FixedBytes<64>()))
            let verdict = try net.verdict(Transaction(body: body, signatures: [entry]))
            #expect(verdict == .rejected(.keyNotAdmissible))
            let signers = Authority(
                threshold: 1, signers: [Signer(key: PublicKey(bytes), weight: 1)])
            var writable = net
            let receipt = try writable.send(
                Net.alice, .setSigners(SetSigners(authority: signers)))
            #expect(receipt.rejection == .keyNotAdmissible)
        }
    }

    @Test("Attack 7: an extra signer, a signer twice and unsorted signers are refused")
    func extraSigners() throws {
        let net = try Net()
        let extra = try signed(net, with: [Net.alice, Net.carol])
        #expect(try net.verdict(extra) == .rejected(.signatureSurplus))
        #expect(extra.id == (try signed(net, with: [Net.alice])).id, "ids leave signatures out")
        let entries = extra.signatures
        for order in [[entries[1], entries[0]], [entries[0], entries[0]]] {
            var writer = WireWriter()
            writer.message(1, extra.body)
            writer.messages(2, order)
            #expect(throws: WireError.self) { try Transaction(wire: writer.bytes) }
        }
    }

    @Test("Attack 8: a forged second signature is found behind a first one that is in order")
    func forgedSecond() throws {
        var net = try Net()
        let body = try net.body(
            Net.alice,
            [Action(Net.pay(Net.bob, 5)), Action(Net.pay(Net.alice, 5), from: Net.bob.account)])
        let honest = Transaction(signing: body, with: [Net.alice]).signatures[0]
        let forged = SignatureEntry(key: Net.bob.publicKey, signature: honest.signature)
        let transaction = Transaction(body: body, signatures: [honest, forged])
        #expect(!transaction.hasValidSignatures(.ed25519))
        #expect(
            try net.fault([transaction]) == .invalid(.transaction(index: 0, .signatureInvalid)))
        // An account that does not exist yet is checked like any other.
        let unborn = SigningKey.numbered(77)
        let other = try net.body(unborn, [Action(Net.pay(Net.bob, 5), from: Net.bob.account)])
        let half = Transaction(signing: other, with: [unborn])
        #expect(try net.verdict(half) == .rejected(.signatureMissing))
    }

    @Test("Attack 9: a transaction of another network, or of this one's earlier life, is refused")
    func otherNetwork() throws {
        var net = try Net()
        let other = try Net(epochLength: 7)
        let body = try net.body(
            Net.alice, [Action(Net.pay(Net.bob, 5))], chain: other.state.chain)
        let transaction = Transaction(signing: body, with: [Net.alice])
        #expect(try net.verdict(transaction) == .rejected(.wrongNetwork))
        #expect(try net.fault([transaction]) == .invalid(.transaction(index: 0, .wrongNetwork)))
    }

    @Test("Attack 10 and 14: an unknown kind of action, of power or of key is a decoding error")
    func unknownCases() throws {
        let net = try Net()
        let good = try signed(net, with: [Net.alice]).bytes
        for number in [0, 16, 31, 200] as [UInt32] {
            var action = WireWriter()
            action.bytes(number == 0 ? 1 : number, [0])
            var body = WireWriter()
            body.bytes(8, action.bytes)
            #expect(throws: WireError.self) { try Action(wire: action.bytes) }
            #expect(throws: WireError.self) { try Body(wire: body.bytes) }
        }
        var powers = WireWriter()
        powers.fixed(1, Net.pound)
        powers.uint32(2, 16)
        #expect(throws: WireError.self) { try GiveUpPower(wire: powers.bytes) }
        #expect(throws: WireError.self) { try Transaction(wire: good + [0x22, 0]) }
    }

    @Test("Attack 12: a transaction with more than sixteen signatures does not decode")
    func manySignatures() throws {
        let net = try Net()
        let body = try net.body(Net.alice, [Action(Net.pay(Net.bob, 5))])
        let entries = (0..<1_000).map { number in
            SignatureEntry(
                key: PublicKey(
                    Digest(hashing: [UInt8(number & 255), UInt8(number >> 8)], in: .key).bytes),
                signature: Signature(FixedBytes<64>()))
        }.sorted { $0.key < $1.key }
        var writer = WireWriter()
        writer.message(1, body)
        writer.messages(2, entries)
        #expect(throws: WireError.self) { try Transaction(wire: writer.bytes) }
        let most = Transaction(body: body, signatures: Array(entries.prefix(16)))
        #expect(try Transaction(wire: most.bytes) == most)
        #expect(try net.verdict(most) == .rejected(.signatureMissing))
    }

    @Test("Attack 13: what decodes encodes to the same bytes, whatever bit was changed")
    func canonical() throws {
        let net = try Net()
        let good = try signed(net, with: [Net.alice]).bytes
        #expect(try Transaction(wire: good).wire == good)
        #expect(throws: WireError.self) { try Transaction(wire: good + [0]) }
        for bit in 0..<good.count * 8 {
            var bytes = good
            bytes[bit / 8] ^= 1 << UInt8(bit % 8)
            guard let decoded = try? Transaction(wire: bytes) else { continue }
            #expect(decoded.wire == bytes, "bit \(bit)")
            #expect(decoded.envelope != (try Transaction(wire: good)).envelope)
        }
    }

    @Test("Attack 15: nesting cannot be deeper than the format, which has no recursion")
    func nesting() {
        var bytes: [UInt8] = [0]
        for _ in 0..<10_000 {
            var writer = WireWriter()
            writer.bytes(8, bytes)
            bytes = writer.bytes
            if bytes.count > 60_000 { break }
        }
        #expect(throws: WireError.self) { try Transaction(wire: bytes) }
        #expect(throws: WireError.self) { try Body(wire: bytes) }
        #expect(throws: WireError.self) { try BlockBody(wire: bytes) }
    }

    @Test(
        "Attack 17: an asset code is ASCII capitals and digits, and nothing that looks like them",
        arguments: [
            "GB", "ABCDEFGHIJKLM", "gbp", "G P", "GBP\u{301}", "\u{212a}GBP", "G\u{200b}BP",
            "\u{202e}GBP", "ＧＢＰ", "GB\0", "",
        ])
    func codes(text: String) {
        #expect(AssetCode(text) == nil)
        #expect(AssetCode("A1Z")?.description == "A1Z")
        var writer = WireWriter()
        writer.text(1, text)
        #expect(throws: WireError.self) { try CreateAsset(wire: writer.bytes) }
    }

    @Test("Attack 18: a length of 2^40 is refused before anything is reserved")
    func hugeLength() {
        for field in [1, 2, 3, 8, 9] as [UInt8] {
            let bytes = [field << 3 | 2, 0x80, 0x80, 0x80, 0x80, 0x80, 0x20] as [UInt8]
            #expect(throws: WireError.self) { try Transaction(wire: bytes) }
            #expect(throws: WireError.self) { try BlockBody(wire: bytes) }
            #expect(throws: WireError.self) { try CompactBlock(wire: bytes) }
            #expect(throws: WireError.self) { try Genesis(wire: bytes) }
        }
    }

    @Test("Random bytes never trap a decoder", arguments: 0..<8 as Range<UInt64>)
    func randomBytes(seed: UInt64) throws {
        var random = Chance(seed: seed)
        let net = try Net()
        let good = try signed(net, with: [Net.alice]).bytes
        for _ in 0..<2_000 {
            var bytes = good
            for _ in 0..<Int.random(in: 1...6, using: &random) {
                let place = Int.random(in: bytes.indices, using: &random)
                bytes[place] = UInt8.random(in: 0...255, using: &random)
            }
            if let decoded = try? Transaction(wire: bytes) {
                _ = Admission.rejection(of: decoded, chain: net.state.chain, at: Height(1))
                _ = decoded.weight
                _ = decoded.body.demands
            }
            _ = try? BlockBody(wire: bytes)
            _ = try? Genesis(wire: bytes)
        }
    }
}
