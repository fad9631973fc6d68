import Chain
import Ledger
import Primitives
import Testing

@Suite("Seeds of leader schedules (rules L48 and L49)")
struct SeedTests {
    typealias Net = TestNetwork

    /// The chain of the validator in a seat.
    private static func chain(of seat: Int) throws -> RevealChain {
        let key = Net.records(4)[seat].key
        return RevealChain(try #require(Net.voters.first { $0.publicKey == key }))
    }

    private static func block(
        _ net: Net, by seat: Int, opening reveals: RevealChain?
    ) throws -> Block {
        let body = BlockBody(transactions: [])
        let slot = ProposalSlot(
            view: View(1), parentView: View(0), time: Timestamp(0), leader: Seat(UInt32(seat)),
            reveals: reveals)
        return Block(
            header: try net.state.header(
                for: body, after: net.state.final.digest, slot, reading: net.leaves),
            body: body)
    }

    private static func seeds(in net: Net) throws -> SeedLeaf {
        var draft = try net.draft
        return draft.seeds()
    }

    @Test("A leader opens the next layer once an epoch, and the layers cover each other")
    func layers() throws {
        var net = try Net(epochLength: 3)
        let chain = try Self.chain(of: 1)
        var last = chain.pledge
        for _ in 0..<4 {
            let first = try Self.block(net, by: 1, opening: chain)
            #expect(RevealChain.cover(first.header.reveal) == last)
            last = first.header.reveal
            try net.run(block: first)
            for _ in 0..<2 {
                let again = try Self.block(net, by: 1, opening: chain)
                #expect(again.header.reveal == .zero, "the second block of an epoch opens nothing")
                try net.run(block: again)
            }
        }
    }

    @Test("Any other layer, one of another validator, or a second one in an epoch is refused")
    func refused() throws {
        var net = try Net(epochLength: 3)
        let chain = try Self.chain(of: 1)
        let good = try Self.block(net, by: 1, opening: chain)
        let inner = try #require(chain.layer(beneath: good.header.reveal))
        let foreign = try Self.block(net, by: 2, opening: try Self.chain(of: 2)).header.reveal
        func fault(_ block: Block, _ reveal: Digest) -> BlockFault? {
            var header = block.header
            header.reveal = reveal
            do {
                try net.state.execute(Block(header: header, body: block.body), reading: net.leaves)
                return nil
            } catch { return error }
        }
        for wrong in [chain.pledge, inner, foreign, Digest(hashing: [7], in: .seed)] {
            #expect(fault(good, wrong) == .invalid(.reveal))
        }
        #expect(fault(good, .zero) == nil, "a leader may keep its layer")
        try net.run(block: good)
        let second = try Self.block(net, by: 1, opening: nil)
        #expect(fault(second, inner) == .invalid(.reveal))
    }

    @Test("What is opened in an epoch decides the seed of the epoch after next")
    func delay() throws {
        var net = try Net(epochLength: 2)
        var other = net
        var seeds: [SeedLeaf] = []
        var otherSeeds: [SeedLeaf] = []
        for round in 0..<6 {
            let opener = round == 0 ? try Self.chain(of: 0) : nil
            try net.run(block: try Self.block(net, by: 0, opening: opener))
            let another = round == 0 ? try Self.chain(of: 3) : nil
            try other.run(block: try Self.block(other, by: 3, opening: another))
            guard round % 2 == 1 else { continue }
            seeds.append(try Self.seeds(in: net))
            otherSeeds.append(try Self.seeds(in: other))
        }
        // After the end of epochs 0, 1 and 2: the seed of the running epoch.
        #expect(seeds.map { $0.current == .zero } == [true, false, false])
        #expect(seeds[1].current != otherSeeds[1].current)
    }

    @Test(
        "A validator without a pledge opens nothing, and the schedule follows from the chain alone")
    func none() throws {
        var net = try Net(epochLength: 2, pledges: false)
        let block = try Self.block(net, by: 1, opening: try Self.chain(of: 1))
        #expect(block.header.reveal == .zero)
        try net.run(block: block)
        #expect(try Self.seeds(in: net) == SeedLeaf())
    }

    @Test("A chain has 4,096 layers and ends with its innermost")
    func length() throws {
        let chain = try Self.chain(of: 0)
        var layer = chain.pledge
        var count = 0
        // From the outside each look-up walks the chain, so a few from either end do.
        while count < 3, let next = chain.layer(beneath: layer) {
            #expect(RevealChain.cover(next) == layer)
            (layer, count) = (next, count + 1)
        }
        #expect(count == 3)
        #expect(chain.layer(beneath: .zero) == nil)
        #expect(chain.layer(beneath: try Self.chain(of: 1).pledge) == nil)
    }
}
