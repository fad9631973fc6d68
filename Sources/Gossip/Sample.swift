import Primitives

extension Array {
    /// A random part of the array, of at most `count` elements, in random order.
    func sample(_ count: Int, using chance: inout Chance) -> [Element] {
        guard count > 0 else { return [] }
        var rest = self
        for index in 0..<Swift.min(count, rest.count) {
            rest.swapAt(index, Int.random(in: index..<rest.count, using: &chance))
        }
        return Array(rest.prefix(count))
    }
}
