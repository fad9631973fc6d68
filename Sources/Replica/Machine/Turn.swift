import Consensus
import Primitives

/// What one event brings about: effects, and inputs for agreement that are handled before it ends.
struct Turn: Sendable {
    /// Inputs of one turn; each answers an effect of agreement, which asks for few things at once.
    static let inputLimit = 65_536

    var now = Moment(instant: Instant(0), wall: Timestamp(0))
    var effects: [Replica.Effect] = []
    private var inputs: [(Epoch, Simplex.Event)] = []
    private var nextInput = 0

    mutating func add(_ input: Simplex.Event, for epoch: Epoch) {
        precondition(inputs.count < Self.inputLimit, "agreement asks without end")
        inputs.append((epoch, input))
    }

    mutating func takeInput() -> (Epoch, Simplex.Event)? {
        guard nextInput < inputs.count else {
            inputs.removeAll(keepingCapacity: true)
            nextInput = 0
            return nil
        }
        defer { nextInput += 1 }
        return inputs[nextInput]
    }
}
