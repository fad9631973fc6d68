import Gossip
import LightClient
import Primitives
import Replica
import Transport

/// The protocols that nodes of one network speak; their names carry the network's digest, so that
/// nodes of two networks never exchange a message (rule N30).
struct Protocols: Sendable {
    /// Streams that stand for ``Replica/Channel``, in the order of their numbers.
    static let channels: [Channel] = [.consensus, .status, .sync, .gossip, .repair]
    static let light = ProtocolID(0)

    /// Only the full nodes' table holds more than the light protocol.
    let table: [StreamProtocol]
    let consensusName: String
    let lightName: String
    /// Where nodes tell each other of peers.
    let exchange: ProtocolID

    static let gossipPrefix = "/meshsub/"
    /// - Unit: bytes.
    static let exchangeQueueLimit = 256 << 10

    init(chain: Digest, isFull: Bool) {
        let prefix = "/argosy/\(chain.hex.prefix(8))"
        consensusName = "\(prefix)/consensus/1"
        lightName = "\(prefix)/light/1"
        var table = [Self.lightProtocol(lightName)]
        if isFull {
            for channel in Self.channels {
                table.append(Self.messages(channel, prefix))
            }
        }
        exchange = ProtocolID(UInt8(table.count))
        table.append(
            StreamProtocol(
                exchange, .messages, dialNames: ["\(prefix)/peers/1"], priority: .light,
                frameByteLimit: ExchangeMessage.byteLimit, queueByteLimit: Self.exchangeQueueLimit))
        self.table = table
    }

    /// What the host of a node is told; its limit of connections is above what the plan allows, so
    /// that the plan decides who goes.
    func host(_ identity: SigningKey, connectionLimit: Int) -> HostConfiguration {
        var configuration = HostConfiguration(identity: identity, protocols: table)
        configuration.limits.connectionLimit = connectionLimit
        return configuration
    }

    static func id(of channel: Channel) -> ProtocolID { ProtocolID(channel.rawValue) }

    static func channel(of id: ProtocolID) -> Channel? { Channel(rawValue: id.number) }

    private static func lightProtocol(_ name: String) -> StreamProtocol {
        StreamProtocol(
            light, .requests, dialNames: [name], priority: .light,
            frameByteLimit: LightLimits.requestByteLimit, queueByteLimit: 4 << 20,
            overflow: .refuse, requestLimit: LightService.requestsPerPeerLimit)
    }

    private static func messages(_ channel: Channel, _ prefix: String) -> StreamProtocol {
        let (names, priority, queue): ([String], Priority, Int) =
            switch channel {
            case .consensus: (["\(prefix)/consensus/1"], .consensus, 8 << 20)
            case .status: (["\(prefix)/status/1"], .consensus, 64 << 10)
            case .sync: (["\(prefix)/sync/1"], .sync, 16 << 20)
            case .gossip: (["/meshsub/1.1.0"], .gossip, 8 << 20)
            case .repair: (["\(prefix)/repair/1"], .gossip, 4 << 20)
            }
        let accepted = channel == .gossip ? ["/meshsub/1.2.0", "/meshsub/1.1.0"] : names
        return StreamProtocol(
            id(of: channel), .messages, dialNames: names, acceptNames: accepted,
            priority: priority, frameByteLimit: channel.frameByteLimit,
            queueByteLimit: max(queue, channel.frameByteLimit), reportsSent: channel == .gossip)
    }
}
