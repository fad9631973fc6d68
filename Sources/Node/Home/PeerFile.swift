import Gossip
import Primitives
import Wire

/// What a node keeps of its peers from start to start: the file `data/peers` of its home.
///
/// - Shape: the hash of the rest, then the canonical message, at most ``byteLimit`` bytes together.
struct PeerFile: Sendable, WireCodable {
    static let byteLimit = 16 << 20

    /// Decides where a peer stands in the book; whoever knew it could aim at one place.
    let key: FixedBytes<32>
    let peers: SavedPeers

    init(key: FixedBytes<32>, peers: SavedPeers) {
        self.key = key
        self.peers = peers
    }

    init(from bytes: Span<UInt8>, at cursor: inout WireCursor) throws(WireError) {
        key = try cursor.fixed(1, "key", of: bytes)
        peers = try cursor.message(2, "peers", of: bytes)
    }

    func encode(into writer: inout WireWriter) {
        writer.fixed(1, key)
        writer.message(2, peers)
    }
}

extension PeerFile {
    /// Reads the file; `nil` when the home has none yet.
    ///
    /// - Throws: ``HomeError/malformed(path:line:reason:)`` when it is not what was written, and
    ///   ``HomeError/overLimit(path:byteCount:limit:)``.
    static func read(_ home: Home) throws(HomeError) -> PeerFile? {
        guard Files.exists(home.peersPath) else { return nil }
        let bytes = try Files.read(home.peersPath, limit: byteLimit)
        func fault(_ reason: String) -> HomeError {
            .malformed(path: home.peersPath, line: 0, reason: reason)
        }
        guard let sum = Digest(Array(bytes.prefix(Digest.byteCount))) else {
            throw fault("it is too short")
        }
        let body = Array(bytes.dropFirst(Digest.byteCount))
        guard sum == Digest(hashing: body, in: .peerFile) else {
            throw fault("its bytes are not those that were written")
        }
        do { return try PeerFile(wire: body) } catch { throw fault("it cannot be read: \(error)") }
    }

    /// Writes the file whole or not at all; when it would be too long, without signed records.
    func write(_ home: Home) throws(HomeError) {
        var body = wire
        if body.count + Digest.byteCount > Self.byteLimit {
            body = PeerFile(key: key, peers: peers.withoutRecords).wire
        }
        let sum = Digest(hashing: body, in: .peerFile)
        try Files.write(sum.bytes.array + body, to: home.peersPath, secret: true)
    }

    /// Reads the file, or begins a new one.
    ///
    /// A damaged file is put aside, so that it can be looked at; a node does not stay away from its
    /// network because of it.
    ///
    /// - Parameters:
    ///   - home: Where it lies.
    ///   - damaged: Is told why the file was not used.
    /// - Returns: What was saved, or an empty book with a key of its own.
    static func open(_ home: Home, damaged: (HomeError) -> Void) -> PeerFile {
        do throws(HomeError) {
            if let file = try read(home) { return file }
        } catch {
            damaged(error)
            Files.putAside(home.peersPath)
        }
        return PeerFile(key: SystemEntropy.bytes32(), peers: SavedPeers())
    }
}

extension HashDomain {
    static let peerFile = HashDomain("argosy/peerfile")
}
