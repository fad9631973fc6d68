import Replica

/// Does nothing wrong by itself: a drill puts frames on the wire in its name.
struct Puppet: Traitor {
    mutating func twist(
        _ effect: Replica.Effect, _ tools: inout TraitorTools
    ) -> [Replica.Effect] { [effect] }
}
