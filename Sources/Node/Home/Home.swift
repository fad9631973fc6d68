import Foundation
import Primitives

/// A node's directory: its keys, settings, genesis and data.
///
/// ```
/// node.key      who the node is and what it votes with   0600
/// config        its settings                             key = value
/// genesis.json  the network it belongs to
/// wallet/       sealed keys of accounts                  0600
/// bootstrap/    signed lists of nodes to dial first
/// data/         votes, chain, state                      LMDB
/// data/peers    address book, bans, anchors              0600
/// control.sock  how commands reach the running node      0600
/// lock          held while a node runs
/// ```
public struct Home: Sendable, Equatable {
    public let directory: String

    public init(_ directory: String) {
        self.directory = URL(fileURLWithPath: directory).standardizedFileURL.path
    }

    public var keyPath: String { directory + "/node.key" }
    public var configurationPath: String { directory + "/config" }
    public var genesisPath: String { directory + "/genesis.json" }
    public var walletDirectory: String { directory + "/wallet" }
    public var dataDirectory: String { directory + "/data" }
    public var votesDirectory: String { dataDirectory + "/votes" }
    public var chainDirectory: String { dataDirectory + "/chain" }
    public var stateDirectory: String { dataDirectory + "/state" }
    /// The stores, by the names that people know them by.
    var environments: [(name: String, directory: String)] {
        [("votes", votesDirectory), ("chain", chainDirectory), ("state", stateDirectory)]
    }
    public var controlPath: String { directory + "/control.sock" }
    public var lockPath: String { directory + "/lock" }
    public var peersPath: String { dataDirectory + "/peers" }
    /// The mark of the last vote, beside the key.
    public var markPath: String { directory + "/vote.mark" }

    public var isPresent: Bool { Files.exists(configurationPath) }

    /// Makes a home; nothing may be there yet.
    ///
    /// - Throws: ``HomeError/exists(path:)`` when the directory already is a home.
    public static func create(
        at directory: String, configuration: Configuration, genesis: GenesisFile?,
        keys: NodeKeys = .fresh()
    ) throws(HomeError) -> Home {
        let home = Home(directory)
        guard !home.isPresent, !Files.exists(home.keyPath) else {
            throw .exists(path: home.directory)
        }
        for path in [
            home.directory, home.walletDirectory, home.votesDirectory, home.chainDirectory,
            home.stateDirectory,
        ] { try Files.makeDirectory(path) }
        try keys.save(home.keyPath)
        try home.save(configuration)
        if let genesis { try home.join(genesis) }
        return home
    }

    /// Makes the home one of a network; it may be made before the network is founded.
    ///
    /// - Throws: ``HomeError/otherNetwork(path:held:expected:)`` when it belongs to another.
    public func join(_ genesis: GenesisFile) throws(HomeError) {
        if hasNetwork {
            let held = try self.genesis()
            guard held.digest == genesis.digest else {
                throw .otherNetwork(
                    path: directory, held: held.digest.hex, expected: genesis.digest.hex)
            }
            return
        }
        try Files.write(Array(try genesis.json.utf8), to: genesisPath, secret: false)
    }

    /// Whether the home belongs to a network yet.
    public var hasNetwork: Bool { Files.exists(genesisPath) }

    public func configuration() throws(HomeError) -> Configuration {
        let text = try Files.text(configurationPath, limit: Configuration.byteLimit)
        return try Configuration(parsing: text, path: configurationPath)
    }

    public func save(_ configuration: Configuration) throws(HomeError) {
        try Files.write(Array(configuration.text.utf8), to: configurationPath, secret: false)
    }

    public func keys() throws(HomeError) -> NodeKeys { try NodeKeys.load(keyPath) }

    /// Reads a genesis file from anywhere.
    public static func genesis(at path: String) throws(HomeError) -> GenesisFile {
        try GenesisFile(parsing: try Files.text(path), path: path)
    }

    public func genesis() throws(HomeError) -> GenesisFile {
        guard hasNetwork else { throw .noNetwork(path: directory) }
        return try GenesisFile(parsing: try Files.text(genesisPath), path: genesisPath)
    }

    /// Holds the home for this process until the lock is released.
    ///
    /// - Throws: ``HomeError/inUse(path:)`` when another process holds it.
    public func lock() throws(HomeError) -> HomeLock { try HomeLock(self) }
}

/// Keeps a second node away from a home; released when the process ends, however it ends.
public final class HomeLock: Sendable {
    private let handle: FileHandle

    init(_ home: Home) throws(HomeError) {
        guard Files.exists(home.directory) else { throw .missing(path: home.directory) }
        if !Files.exists(home.lockPath) {
            try Files.write([], to: home.lockPath, secret: true)
        }
        do { handle = try FileHandle(forUpdating: URL(fileURLWithPath: home.lockPath)) } catch {
            throw .unwritable(path: home.lockPath, reason: error.localizedDescription)
        }
        guard flock(handle.fileDescriptor, LOCK_EX | LOCK_NB) == 0 else {
            try? handle.close()
            throw .inUse(path: home.directory)
        }
    }

    public func release() {
        _ = flock(handle.fileDescriptor, LOCK_UN)
        try? handle.close()
    }
}
