import Gossip
import Primitives
import Testing
import Wire

@Suite("The address book")
struct BookTests {
    static let wall = Timestamp(1_800_000_000_000)
    static let day: UInt64 = 24 * 3_600_000

    static func book() -> AddressBook {
        AddressBook(own: GossipNetwork.name(999), key: FixedBytes(repeating: 9))
    }

    static func address(_ ip: [UInt8]) throws -> BookAddress {
        let place = try #require(NetworkPlace(ip: ip))
        return try #require(BookAddress([4] + ip + [6, 15, 161], group: place.group))
    }

    @Test("Attack 61: a flood of announcements leaves a bounded book")
    func flood() throws {
        var book = Self.book()
        var chance = Chance(seed: 1)
        for number in 0..<20_000 {
            let ip = (0..<4).map { _ in UInt8.random(in: 1...223, using: &chance) }
            let source = try Self.address([
                UInt8(number % 200 + 1), UInt8(number / 300 % 200), 1, 1,
            ])
            book.add(
                GossipNetwork.name(number), at: [try Self.address(ip)],
                sequence: UInt64(number), source: source.group, now: Self.wall, using: &chance)
        }
        #expect(book.count <= AddressBook.freshBuckets * AddressBook.bucketSlots)
        #expect(book.count > 3_000)
    }

    @Test("Attack 61: private, zero, loopback and own addresses do not enter")
    func strange() throws {
        let reaches: [([UInt8], NetworkPlace.Reach)] = [
            ([0, 0, 0, 0], .none), ([127, 0, 0, 1], .loopback), ([10, 1, 1, 1], .site),
            ([192, 168, 1, 1], .site), ([172, 31, 1, 1], .site), ([172, 32, 1, 1], .global),
            ([100, 64, 0, 1], .site), ([169, 254, 1, 1], .site), ([224, 0, 0, 1], .none),
            ([255, 255, 255, 255], .none), ([203, 0, 113, 1], .none), ([8, 8, 8, 8], .global),
        ]
        for (ip, reach) in reaches {
            #expect(try #require(NetworkPlace(ip: ip)).reach == reach, "\(ip)")
        }
        let zeros = [UInt8](repeating: 0, count: 15)
        #expect(try #require(NetworkPlace(ip: zeros + [1])).reach == .loopback)
        #expect(try #require(NetworkPlace(ip: zeros + [0])).reach == .none)
        #expect(try #require(NetworkPlace(ip: [0xfd] + zeros)).reach == .site)
        #expect(try #require(NetworkPlace(ip: [0xfe, 0x80] + zeros.dropFirst())).reach == .site)
        #expect(try #require(NetworkPlace(ip: [0x26] + zeros)).reach == .global)
        let mapped = [UInt8](repeating: 0, count: 10) + [0xff, 0xff, 10, 0, 0, 1]
        #expect(try #require(NetworkPlace(ip: mapped)).reach == .site)
        #expect(NetworkPlace(ip: [1, 2, 3]) == nil)
        var book = Self.book()
        var chance = Chance(seed: 1)
        let address = try Self.address([50, 1, 1, 1])
        let isAdded = book.add(
            GossipNetwork.name(999), at: [address], sequence: 0, source: address.group,
            now: Self.wall, using: &chance)
        #expect(!isAdded)
    }

    @Test("A peer that fails is chosen less and less, and is given up after three tries")
    func failures() throws {
        var book = Self.book()
        var chance = Chance(seed: 1)
        let name = GossipNetwork.name(1)
        let address = try Self.address([50, 1, 1, 1])
        book.add(
            name, at: [address], sequence: 0, source: address.group, now: Self.wall, using: &chance)
        for turn in 0..<3 {
            // Failures count once for each time that we were connected to anyone.
            let time = Self.wall.adding(UInt64(turn) * 3_600_000)
            book.attempted(name, now: time)
            book.attempted(name, now: time.adding(1_000))
            book.succeeded(GossipNetwork.name(2), now: time.adding(2_000))
        }
        #expect(book[name]?.history.failures == 3)
    }

    @Test("While nobody can be reached, failures count once")
    func offline() throws {
        var book = Self.book()
        var chance = Chance(seed: 1)
        let name = GossipNetwork.name(1)
        let address = try Self.address([50, 1, 1, 1])
        book.add(
            name, at: [address], sequence: 0, source: address.group, now: Self.wall, using: &chance)
        for turn in 0..<100 { book.attempted(name, now: Self.wall.adding(UInt64(turn) * 60_000)) }
        #expect(book[name]?.history.failures == 1)
    }

    @Test("A holder of a place is tested before it loses it")
    func collisions() throws {
        var book = Self.book()
        var chance = Chance(seed: 1)
        let group = try Self.address([50, 1, 1, 1])
        // One group has four buckets of 64 places: with 600 peers some must collide.
        var holders = 0
        for index in 0..<600 {
            let address = try Self.address([50, 1, UInt8(index >> 8), UInt8(index & 255)])
            let name = GossipNetwork.name(index)
            book.add(
                name, at: [address], sequence: 0,
                source: try Self.address(
                    [UInt8(index % 200 + 1), 7, 1, 1]).group, now: Self.wall, using: &chance)
            book.attempted(name, now: Self.wall)
            book.succeeded(name, now: Self.wall)
            if book[name]?.isTried == true { holders += 1 }
        }
        #expect(holders == book.triedCount)
        #expect(holders <= 4 * 64)
        let tested = try #require(book.nextToTest(using: &chance))
        // The holder answered within four hours: it stays.
        book.settleCollisions(now: Self.wall.adding(60_000))
        #expect(book[tested.name]?.isTried == true)
        // A new claim, and a holder that no longer answers.
        let later = Self.wall.adding(Self.day)
        for index in 0..<600 where book[GossipNetwork.name(index)]?.isTried == false {
            book.succeeded(GossipNetwork.name(index), now: later)
        }
        let holder = try #require(book.nextToTest(using: &chance))
        book.attempted(holder.name, now: later.adding(1_000))
        book.settleCollisions(now: later.adding(30_000))
        #expect(book[holder.name]?.isTried == true, "the answer may still come")
        book.settleCollisions(now: later.adding(70_000))
        #expect(book[holder.name]?.isTried != true)
        _ = group
    }

    @Test("What is saved is read back, and hostile bytes never trap")
    func saving() throws {
        var book = Self.book()
        var chance = Chance(seed: 3)
        for index in 0..<300 {
            let ip: [UInt8] = [UInt8(index % 150 + 1), UInt8(index / 150), 1, 1]
            let address = try Self.address(ip)
            let name = GossipNetwork.name(index)
            book.add(
                name, at: [address], sequence: 1, source: address.group, now: Self.wall,
                using: &chance)
            if index.isMultiple(of: 3) { book.succeeded(name, now: Self.wall) }
        }
        let saved = SavedPeers(entries: book.saved, anchors: [GossipNetwork.name(3)])
        let bytes = saved.wire
        #expect(try SavedPeers(wire: bytes) == saved)
        let restored = AddressBook(
            own: GossipNetwork.name(999), key: FixedBytes(repeating: 9), restoring: saved.entries)
        #expect(restored.triedCount == book.triedCount)
        #expect(restored.count >= book.count * 9 / 10)
        for _ in 0..<2_000 {
            var mutated = Array(bytes.prefix(Int.random(in: 1...2_000, using: &chance)))
            let place = Int.random(in: mutated.indices, using: &chance)
            mutated[place] = UInt8.random(in: 0...255, using: &chance)
            _ = try? SavedPeers(wire: mutated)
            _ = try? ExchangeMessage(wire: mutated)
            _ = try? BootstrapList(wire: mutated)
            _ = try? RepairMessage(wire: mutated)
        }
    }
}

@Suite("Signed records and lists")
struct RecordTests {
    static let envelope =
        "0a2408011220d5bf4a3fcce717b0388bcc2749ebc148ad9969b23f45ee1b605fd58778576ac41202030"
        + "11a360a26002408011220d5bf4a3fcce717b0388bcc2749ebc148ad9969b23f45ee1b605fd58778576ac4"
        + "10011a0a0a08047f000001060fa12a40b610d7725b4225ff73b44eac16f634700b4edfb2c9bcbbbbbb43"
        + "d8be12df7f6e8ff2e7eb0004bc44c55f53484b7cfc2d56aeb2b71de7b8712f7af6505a928800"
    static let seed = "2bd806c97f0e00af1a1fc3328fa763a9269723c8db8fac4f93af71db186d6e90"

    @Test("A record of another implementation is read, checked, and made again byte for byte")
    func foreign() throws {
        let bytes = try #require(Hex.decode(Self.envelope))
        let record = try #require(SignedPeerRecord(envelope: bytes))
        #expect(record.isValid())
        #expect(record.sequence == 1)
        #expect(record.addresses == [[4, 127, 0, 0, 1, 6, 15, 161]])
        let seedBytes = try #require(Hex.decode(Self.seed))
        let seed = try #require(FixedBytes<32>(seedBytes))
        let again = SignedPeerRecord(
            signing: record.addresses, sequence: 1, with: SigningKey(seed: seed))
        #expect(again.envelope == bytes)
        #expect(again.peer == record.peer)
    }

    @Test("A record with any byte changed is refused")
    func tampering() throws {
        let bytes = try #require(Hex.decode(Self.envelope))
        for place in bytes.indices {
            var changed = bytes
            changed[place] ^= 1
            let record = SignedPeerRecord(envelope: changed)
            #expect(record?.isValid() != true, "byte \(place)")
        }
    }

    @Test("Attack 71: a bootstrap list is believed only whole, in force, and for its network")
    func bootstrap() throws {
        let key = SigningKey(seed: FixedBytes(repeating: 4))
        let genesis = Digest(hashing: [1], in: .genesis)
        let now = Timestamp(1_800_000_000_000)
        let peers = (0..<3).map {
            BootstrapList.Peer(
                name: GossipNetwork.name($0), address: [4, 50, UInt8($0), 1, 1, 6, 15, 161])
        }
        let list = BootstrapList(
            genesis: genesis, sequence: 1, expiry: now.adding(1_000), peers: peers, signedBy: key)
        let bytes = list.wire
        let read = try BootstrapList(wire: bytes)
        #expect(read == list && read.isValid(genesis: genesis, now: now))
        #expect(!read.isValid(genesis: genesis, now: now.adding(1_000)))
        #expect(!read.isValid(genesis: .zero, now: now))
        for place in bytes.indices {
            var changed = bytes
            changed[place] ^= 1
            let other = try? BootstrapList(wire: changed)
            #expect(other?.isValid(genesis: genesis, now: now) != true, "byte \(place)")
        }
        var long = WireWriter()
        for _ in 0..<200 { long.bytes(4, [UInt8](repeating: 1, count: 255)) }
        #expect(throws: WireError.self) { try BootstrapList(wire: long.bytes) }
    }

    @Test("A peer id of another form is not taken for a name")
    func names() {
        let name = GossipNetwork.name(5)
        #expect(PeerName(libp2p: name.libp2pBytes) == name)
        #expect(name.libp2pBytes.count == 38)
        #expect(PeerName(libp2p: Array(name.libp2pBytes.dropLast())) == nil)
        #expect(PeerName(libp2p: [0x12] + name.libp2pBytes.dropFirst()) == nil)
    }
}
