import Foundation
import LightClient
import Node
import Primitives
import Testing
import Wire

extension CommandTests {
    @Suite("The proof of a payment, as a file", .serialized)
    struct ProofTests {
        @Test("A saved proof is accepted with every node stopped, and refused after any change")
        func everyByte() async throws {
            let network = try await Shop()
            defer { network.place.remove() }
            let node = try await network.start()
            let payment = try await network.pay("12.50")
            let file = network.place["paid.proof"]
            try await network.run("proof", "get", payment, "--file", file).expectSuccess()
            try await network.run("proof", "get", payment, "--file", file)
                .expectRefusal("\(file) exists already")
            try await node.stop()

            let check = ["proof", "check", "--json", "--genesis", network.genesis]
            let accepted = try await Command.run(check + [file])
            accepted.expectSuccess()
            let answer = try accepted.json()
            #expect(answer["valid"] as? Bool == true)
            #expect(answer["amount"] as? String == "12.50")
            #expect(answer["payer"] as? String == network.buyer)
            #expect(answer["recipient"] as? String == network.shop)

            let bytes = Array(try Data(contentsOf: URL(fileURLWithPath: file)))
            let trusted = try Home.genesis(at: network.genesis).decoded.anchor.digest
            #expect(Self.holds(bytes, trusted))
            for index in bytes.indices {
                for bit in [UInt8(0x01), 0x80] {
                    var changed = bytes
                    changed[index] ^= bit
                    #expect(!Self.holds(changed, trusted), "bit \(bit) of byte \(index)")
                }
                #expect(!Self.holds(Array(bytes.prefix(index)), trusted), "cut at \(index)")
            }
            #expect(!Self.holds(bytes + [0], trusted))
            for index in stride(from: 0, to: bytes.count, by: max(1, bytes.count / 12)) {
                var changed = bytes
                changed[index] ^= 0x04
                let path = network.place["changed"]
                try Data(changed).write(to: URL(fileURLWithPath: path))
                try await Command.run(check + [path]).expectRefusal("Error: ")
            }
        }

        private static func holds(_ bytes: [UInt8], _ trusted: Digest) -> Bool {
            guard let file = try? ProofFile(wire: bytes) else { return false }
            return (try? file.check(trusting: [trusted], scheme: .ed25519)) != nil
        }

        @Test("A proof of another network, a missing file and nonsense are refused")
        func otherNetwork() async throws {
            let network = try await Shop()
            defer { network.place.remove() }
            let other = try await Shop()
            defer { other.place.remove() }
            let node = try await network.start()
            let payment = try await network.pay("12.50")
            let file = network.place["paid.proof"]
            try await network.run("proof", "get", payment, "--file", file).expectSuccess()
            let elsewhere = network.place["no/such/place"]
            try await network.run("proof", "get", payment, "--file", elsewhere)
                .expectRefusal("\(elsewhere) cannot be written")
            try await network.run("proof", "get", "abc", "--file", elsewhere)
                .expectRefusal("64 hexadecimal digits")
            let unknown = String(repeating: "0", count: 64)
            try await network.run("proof", "get", unknown, "--file", elsewhere)
                .expectRefusal("Error: ")
            try await node.stop()
            try await other.run("proof", "check", file).expectRefusal("The proof does not hold")
            try await network.run("proof", "check", network.place["none"])
                .expectRefusal("\(network.place["none"]) cannot be read")
            try await network.run("proof", "check", network.genesis)
                .expectRefusal("This is not a proof")
            try network.place.write("", to: "empty")
            try await network.run("proof", "check", network.place["empty"])
                .expectRefusal("Error: ")
        }
    }
}
