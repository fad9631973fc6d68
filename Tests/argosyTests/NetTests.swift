import Foundation
import Testing

extension CommandTests {
    @Suite("Connections by command", .serialized)
    struct NetTests {
        @Test("A signed list is written, taken over by a newcomer, and refused when it was changed")
        func list() async throws {
            let network = try await Shop()
            defer { network.place.remove() }
            let node = try await network.start()
            let status = try await network.run("status", "--json")
            let peer = try #require(try status.json()["peerID"] as? String)
            let place = network.place
            let list = place["list.json"]
            let address = "/ip4/127.0.0.1/tcp/9/p2p/\(peer)"
            try await network.run("net", "list", address, "--file", list).expectSuccess()
            #expect(place.text("list.json").contains(address))

            let join = ["init", "--genesis", network.genesis, "--bootstrap", list]
            try await Command.run(join + ["--home", place["new"]]).expectSuccess()
            #expect(place.text("new/config").contains("bootstrap-lists = bootstrap/"))

            let changed = place.text("list.json").replacingOccurrences(
                of: "\"document\" : \"0a20", with: "\"document\" : \"0a21")
            try changed.write(toFile: place["changed.json"], atomically: true, encoding: .utf8)
            let refused = try await Command.run([
                "init", "--genesis", network.genesis, "--bootstrap", place["changed.json"],
                "--home", place["other"],
            ])
            refused.expectRefusal("is not what it should be")
            #expect(!FileManager.default.fileExists(atPath: place["other"]), "nothing was made")

            try await commands(network, peer)
            try await node.stop()
        }

        /// What is asked of the running node is done, or refused with one sentence.
        private func commands(_ network: Shop, _ own: String) async throws {
            let stranger = "12D3KooWDpJ7As7BWAwRMfu1VU2WCqNjvq387JEYKDBj4kx6nXTN"
            try await network.run("net", "ban", stranger, "--hours", "2").expectSuccess()
            let bans = try await network.run("net", "bans", "--json")
            let rows = try #require(try bans.json()["bans"] as? [[String: Any]])
            #expect(rows.map { $0["peer"] as? String } == [stranger])
            try await network.run("net", "unban", stranger).expectSuccess()
            let again = try await network.run("net", "unban", stranger)
            again.expectRefusal("is not banned")
            let drop = try await network.run("net", "drop", stranger)
            drop.expectRefusal("There is no connection to that peer")
            let add = try await network.run("net", "add", "/ip4/127.0.0.1/tcp/9/p2p/\(own)")
            add.expectRefusal("That is this node itself")
            let address = "/ip4/127.0.0.1/tcp/9/p2p/\(stranger)"
            try await network.run("net", "add", address).expectSuccess()
            let peers = try await network.run("net", "peers")
            peers.expectSuccess()
        }
    }
}
