import NIOCore

/// A host and a port as the system's calls take them.
struct SocketPlace {
    let host: String
    let port: Int

    /// - Returns: `nil` for an address without a port, which has to be looked up first.
    init?(_ address: Multiaddr) {
        guard let port = address.port else { return nil }
        self.port = Int(port)
        switch address.host {
        case .ip4(let bytes): host = IPText.write4(bytes)
        case .ip6(let bytes): host = IPText.write6(bytes)
        case .name(_, let name): host = name
        }
    }
}

extension Multiaddr {
    /// The address of a socket; `nil` for sockets that are not TCP.
    init?(_ address: SocketAddress?) {
        guard let text = address?.ipAddress, let port = address?.port,
            let number = UInt16(exactly: port)
        else { return nil }
        if let bytes = IPText.read4(text) {
            self.init(.ip4(bytes), port: number)
        } else if let bytes = IPText.read6(text) {
            self.init(.ip6(bytes), port: number)
        } else {
            return nil
        }
    }

    func with(_ peer: PeerID) -> Multiaddr {
        var copy = self
        copy.peer = peer
        return copy
    }
}

extension Duration {
    /// Whole milliseconds; zero for what is below, and never more than a day.
    var wholeMilliseconds: UInt64 {
        let (seconds, attoseconds) = components
        guard seconds >= 0, attoseconds >= 0 else { return 0 }
        return min(UInt64(seconds), 86_400) * 1_000 + UInt64(attoseconds / 1_000_000_000_000_000)
    }
}
