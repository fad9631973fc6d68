import Gossip
import Node
import Primitives
import Testing
import Transport

/// What a node tells others of itself, from what it was told and what peers say.
@Suite("Where a node can be reached")
struct OwnAddressesTests {
    private func address(_ text: String) throws -> Multiaddr { try #require(Multiaddr(text)) }

    private func group(_ ip: [UInt8]) throws -> NetworkGroup {
        try #require(NetworkPlace(ip: ip)).group
    }

    @Test("What the operator names is all that is told, whatever peers say")
    func named() throws {
        var own = OwnAddresses(named: [try address("/dns4/shop.example/tcp/9100")])
        own.listens(at: try address("/ip4/0.0.0.0/tcp/9100"))
        for number in 1...8 as ClosedRange<UInt8> {
            #expect(
                !own.observed(try address("/ip4/8.8.8.8/tcp/77"), by: try group([number, 1, 1, 1])))
        }
        #expect(own.known == [try address("/dns4/shop.example/tcp/9100")])
    }

    @Test("A node that listens at one address is asked of nobody")
    func bound() throws {
        var own = OwnAddresses(named: [])
        own.listens(at: try address("/ip4/30.1.2.3/tcp/9100"))
        #expect(!own.observed(try address("/ip4/8.8.8.8/tcp/77"), by: try group([1, 1, 1, 1])))
        #expect(own.known == [try address("/ip4/30.1.2.3/tcp/9100")])
    }

    @Test("Of a global address two groups must agree; the port is our own")
    func witnesses() throws {
        var own = OwnAddresses(named: [])
        own.listens(at: try address("/ip4/0.0.0.0/tcp/9100"))
        let seen = try address("/ip4/30.1.2.3/tcp/50123")
        #expect(!own.observed(seen, by: try group([1, 1, 1, 1])))
        #expect(own.known == [])
        #expect(!own.observed(seen, by: try group([1, 1, 200, 200])), "the same group again")
        #expect(own.known == [])
        #expect(own.observed(seen, by: try group([2, 2, 2, 2])))
        #expect(own.known == [try address("/ip4/30.1.2.3/tcp/9100")])
    }

    @Test("A liar can neither name a stranger's address nor push out what others say")
    func liars() throws {
        var own = OwnAddresses(named: [])
        own.listens(at: try address("/ip4/0.0.0.0/tcp/9100"))
        let seen = try address("/ip4/30.1.2.3/tcp/50123")
        for number in [1, 2] as [UInt8] {
            _ = own.observed(seen, by: try group([number, 1, 1, 1]))
        }
        for number in 0..<100 as Range<UInt8> {
            // One group, a new lie each time.
            _ = own.observed(
                try address("/ip4/40.0.0.\(number)/tcp/1"), by: try group([9, 9, 9, 9]))
        }
        #expect(own.known == [try address("/ip4/30.1.2.3/tcp/9100")])
        for number in 100..<200 as Range<UInt8> {
            _ = own.observed(
                try address("/ip4/40.0.0.\(number)/tcp/1"), by: try group([number, 9, 9, 9]))
        }
        #expect(own.known.count <= SignedPeerRecord.addressLimit)
        #expect(own.known == [], "of sixteen witnesses no two agree, so nothing is told")
    }

    @Test("Inside a site one peer is believed")
    func near() throws {
        var own = OwnAddresses(named: [])
        own.listens(at: try address("/ip4/0.0.0.0/tcp/9100"))
        #expect(own.observed(try address("/ip4/10.0.0.7/tcp/5"), by: try group([10, 0, 0, 8])))
        #expect(own.known == [try address("/ip4/10.0.0.7/tcp/9100")])
    }
}

/// What peers can make a node write into its log.
@Suite("The allowance of the log")
struct LineAllowanceTests {
    @Test("Attack 69: a fault without end leaves a line a second, and says how many it left out")
    func flood() {
        var allowance = LineAllowance()
        var written = 0
        var leftOut: UInt64 = 0
        // A thousand a second for a minute.
        for number in 0..<60_000 as Range<UInt64> {
            let now = Instant(number * 1_000_000)
            if let count = allowance.take("peer dropped", now: now) {
                written += 1
                leftOut += count
            }
        }
        #expect(written <= Int(LineAllowance.burst) + 60)
        #expect(leftOut + UInt64(written) >= 58_000, "what is missing is counted")
        #expect(allowance.take("started", now: Instant(60_000_000_000)) == 0, "other lines come")
    }

    @Test("Kinds of lines are bounded too")
    func kinds() {
        var allowance = LineAllowance()
        let written = (0..<10_000).count {
            allowance.take("kind \($0)", now: Instant(1)) != nil
        }
        #expect(written <= LineAllowance.kindLimit + Int(LineAllowance.burst))
    }
}
