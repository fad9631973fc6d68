import NIOCore
import NIOPosix

/// Finds TCP ports of the loopback address that nobody listens on.
public enum FreePorts {
    /// Asks the system for so many different ports.
    ///
    /// Another program may take one before it is used; the node then says that the port is in use.
    public static func find(_ count: Int) async throws -> [Int] {
        var channels: [any Channel] = []
        for _ in 0..<count {
            channels.append(
                try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
                    .bind(host: "127.0.0.1", port: 0).get())
        }
        let ports = channels.compactMap(\.localAddress?.port)
        for channel in channels { try await channel.close() }
        return ports
    }
}
