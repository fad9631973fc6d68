import Primitives
import Testing
import Transport
import Wire

@Suite("Two hosts over loopback", .serialized)
struct HostTests {
    @Test("They connect, identify each other, ping, exchange messages and requests, and part")
    func wholeLife() async throws {
        let (left, right) = (TestHost(seed: 1), TestHost(seed: 2))
        let address = try await right.listen()
        #expect(try await left.host.dial(address) == right.id)
        #expect(try await left.host.dial(address) == right.id, "dialling again changes nothing")
        #expect(await right.wait { $0.isConnected(to: left.id) })
        #expect(await left.wait { $0.info(of: right.id) != nil })
        let info = try #require(left.info(of: right.id))
        #expect(info.agent == "argosy")
        #expect(info.listenAddresses == [address.withoutPeer])
        #expect(info.protocolNames.contains("/meshsub/1.2.0"))
        for _ in 0..<3 { _ = try await left.host.ping(right.id) }

        #expect(left.host.send([1, 2, 3], to: right.id, on: .gossip) == .queued)
        #expect(right.host.send([], to: left.id, on: .gossip) == .queued)
        #expect(await right.wait { $0.byteCount(.gossip) == 3 })
        #expect(await left.wait { $0.frameCount(.gossip) == 1 })
        let answer = try await left.host.request(
            [1, 2, 3], from: right.id, on: .light, responseByteLimit: 10, deadline: .seconds(5))
        #expect(answer == [3, 2, 1])
        let again = try await left.host.request(
            [], from: right.id, on: .light, responseByteLimit: 10, deadline: .seconds(5))
        #expect(again == [])

        left.host.disconnect(right.id)
        #expect(await left.wait { $0.disconnections(of: right.id) == [.requested] })
        #expect(await right.wait { $0.disconnections(of: left.id) == [.remoteClosed] })
        #expect(left.host.send([1], to: right.id, on: .gossip) == .notConnected)
        await left.host.close()
        await right.host.close()
    }

    @Test("10 MiB in each direction at once arrive whole through windows of 256 KiB")
    func bothWays() async throws {
        let (left, right) = (TestHost(seed: 1), TestHost(seed: 2))
        _ = try await left.host.dial(try await right.listen())
        #expect(await right.wait { $0.isConnected(to: left.id) })
        var random = SplitMix64(seed: 7)
        var sums: [[UInt8]] = [[], []]
        var total = 0
        while total < 10 << 20 {
            let frame = random.bytes(Int(random.next() % 100_000))
            total += frame.count
            for (index, (from, to)) in [(left, right), (right, left)].enumerated() {
                #expect(from.host.send(frame, to: to.id, on: .consensus) == .queued)
                sums[index] = Sha256.hash(sums[index] + frame).array
            }
        }
        let expected = total
        #expect(await left.wait(seconds: 30) { $0.byteCount(.consensus) == expected })
        #expect(await right.wait(seconds: 30) { $0.byteCount(.consensus) == expected })
        #expect(right.digest(.consensus) == sums[0])
        #expect(left.digest(.consensus) == sums[1])
        await left.host.close()
        await right.host.close()
    }
}
