import Foundation
public import Gossip
public import Primitives
public import Transport
import Wire

/// A signed list of nodes to dial first, as a file: the canonical list, and a view of it for people.
///
/// Only the list is believed; the view is made from it when the file is written, and nothing reads
/// it back.
public struct BootstrapFile: Sendable, Equatable {
    public static let byteLimit = 256 << 10

    public let list: BootstrapList

    public init(_ list: BootstrapList) { self.list = list }

    private struct Form: Codable {
        var network: String
        var publisher: String
        var sequence: UInt64
        var expires: String
        var peers: [String]
        var document: String
    }

    /// Signs a list of addresses, each with the id of the peer that answers there.
    ///
    /// - Throws: ``HomeError/malformed(path:line:reason:)`` for an address without a peer id, or too
    ///   many.
    public init(
        signing addresses: [Multiaddr], for network: Digest, sequence: UInt64, expiry: Timestamp,
        with key: SigningKey
    ) throws(HomeError) {
        func fault(_ reason: String) -> HomeError {
            .malformed(path: "the list", line: 0, reason: reason)
        }
        guard (1...BootstrapList.peerLimit).contains(addresses.count) else {
            throw fault("it names 1 to \(BootstrapList.peerLimit) nodes")
        }
        var peers: [BootstrapList.Peer] = []
        for address in addresses {
            guard let peer = address.bootstrapPeer else {
                throw fault("`\(address)` lacks the peer id, or is too long")
            }
            peers.append(peer)
        }
        list = BootstrapList(
            genesis: network, sequence: sequence, expiry: expiry, peers: peers, signedBy: key)
    }

    public init(parsing text: String, path: String) throws(HomeError) {
        func fault(_ reason: String) -> HomeError {
            .malformed(path: path, line: 0, reason: reason)
        }
        let form: Form
        do { form = try JSONDecoder().decode(Form.self, from: Data(text.utf8)) } catch {
            throw fault("it is not a bootstrap list")
        }
        guard form.document.utf8.count <= 2 * BootstrapList.byteLimit,
            let bytes = Hex.decode(form.document)
        else { throw fault("`document` is not hexadecimal or too long") }
        do { list = try BootstrapList(wire: bytes) } catch {
            throw fault("its document cannot be read: \(error)")
        }
    }

    /// Reads a list from anywhere and checks it.
    ///
    /// - Throws: ``HomeError`` with the reason: not a list, of another network, too old, or not signed
    ///   by its publisher (attack 71).
    public static func read(
        _ path: String, for network: Digest, now: Timestamp
    ) throws(HomeError) -> BootstrapFile {
        let file = try BootstrapFile(
            parsing: try Files.text(path, limit: byteLimit), path: path)
        if let reason = file.complaint(network: network, now: now) {
            throw .malformed(path: path, line: 0, reason: reason)
        }
        return file
    }

    /// Why the list is not used; `nil` for a good one.
    public func complaint(network: Digest, now: Timestamp) -> String? {
        if list.genesis != network { return "it is a list of another network" }
        if now >= list.expiry { return "it has expired; ask its publisher for a newer one" }
        if !list.isValid(genesis: network, now: now) { return "its signature is not good" }
        return nil
    }

    public var json: String {
        get throws(HomeError) {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
            let seconds = Double(list.expiry.milliseconds) / 1_000
            let form = Form(
                network: list.genesis.hex, publisher: "\(PeerID(list.publisher))",
                sequence: list.sequence,
                expires: Date(timeIntervalSince1970: seconds).ISO8601Format(),
                peers: list.peers.map { peer in
                    var address = Multiaddr(bytes: peer.address)
                    address?.peer = PeerID(peer.name)
                    return address.map { "\($0)" } ?? "not an address that this node dials"
                },
                document: Hex.encode(list.wire))
            do { return String(decoding: try encoder.encode(form), as: UTF8.self) + "\n" } catch {
                throw .unwritable(path: "bootstrap.json", reason: error.localizedDescription)
            }
        }
    }
}

extension Home {
    public var bootstrapDirectory: String { directory + "/bootstrap" }

    /// Takes a list over into the home; a list of the same publisher that is there is replaced by a
    /// newer one and stays before an older one.
    ///
    /// - Returns: Where it lies, for ``Configuration/bootstrapLists``: relative to the home.
    @discardableResult
    public func adopt(_ file: BootstrapFile) throws(HomeError) -> String {
        let name = "bootstrap/\(file.list.publisher.hex.prefix(16)).json"
        let path = directory + "/" + name
        try Files.makeDirectory(bootstrapDirectory)
        if Files.exists(path),
            let held = try? BootstrapFile(
                parsing: try Files.text(path, limit: BootstrapFile.byteLimit), path: path),
            held.list.publisher == file.list.publisher, held.list.sequence > file.list.sequence
        {
            throw .malformed(
                path: path, line: 0, reason: "the home holds a newer list of this publisher")
        }
        try Files.write(Array(try file.json.utf8), to: path, secret: false)
        return name
    }

    /// The path of a list that the configuration names.
    func path(ofList name: String) -> String {
        name.hasPrefix("/") ? name : directory + "/" + name
    }
}

extension Multiaddr {
    /// The entry of a list; `nil` without a peer id.
    var bootstrapPeer: BootstrapList.Peer? {
        let bytes = withoutPeer.bytes
        guard let peer, (1...BookAddress.byteLimit).contains(bytes.count) else { return nil }
        return BootstrapList.Peer(name: peer.name, address: bytes)
    }
}
