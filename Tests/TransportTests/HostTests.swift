import Leftovers
import Primitives
import Testing
import Transport
import Wire

@Suite("Two hosts over loopback", .serialized, .tidy)
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
        var random = Chance(seed: 7)
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

    @Test("A consumer that holds its messages fills the sender's queue and nothing else")
    func backPressure() async throws {
        var rows = TestHost.rows
        rows[0] = StreamProtocol(
            .consensus, .messages, dialNames: rows[0].dialNames, priority: .consensus,
            frameByteLimit: 1 << 20, queueByteLimit: 4 << 20, overflow: .refuse)
        let (left, right) = (TestHost(seed: 1, rows: rows), TestHost(seed: 2, rows: rows))
        _ = try await left.host.dial(try await right.listen())
        #expect(await right.wait { $0.isConnected(to: left.id) })
        right.holdMessages(true)
        let frame = [UInt8](repeating: 3, count: 64 << 10)
        var (sent, refused) = (0, 0)
        // Long after the queue is full, nothing more goes in.
        while refused < 50 {
            if left.host.send(frame, to: right.id, on: .consensus) == .queued {
                sent += frame.count
            } else {
                refused += 1
                try await Task.sleep(for: .milliseconds(10))
            }
        }
        #expect(sent <= 5 << 20, "queue, what is ahead of the socket, and one window")
        #expect(right.byteCount(.consensus) <= 256 << 10)
        left.host.send([1, 2, 3], to: right.id, on: .gossip)
        #expect(await right.wait { $0.byteCount(.gossip) == 3 }, "other streams go on")
        _ = try await left.host.ping(right.id)
        right.holdMessages(false)
        let expected = sent
        #expect(await right.wait(seconds: 20) { $0.byteCount(.consensus) == expected })
        #expect(left.host.send(frame, to: right.id, on: .consensus) == .queued)
        await left.host.close()
        await right.host.close()
    }
}
