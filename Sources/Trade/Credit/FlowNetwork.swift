/// Pipes between places, and how much can run through them (Edmonds and Karp 1972).
struct FlowNetwork {
    static let unbounded = UInt64.max / 4
    /// Paths that are filled at most; a rest counts for nobody.
    static let pathLimit = 20_000

    private var heads: [[Int]]
    /// By pipe; a pipe and its way back stand beside each other.
    private var targets: [Int] = []
    private var rooms: [UInt64] = []

    init(count: Int) { heads = Array(repeating: [], count: count) }

    /// Lays a pipe, and says which one it is.
    @discardableResult
    mutating func connect(_ from: Int, _ to: Int, room: UInt64, back: UInt64 = 0) -> Int {
        let pipe = targets.count
        heads[from].append(pipe)
        heads[to].append(pipe + 1)
        targets += [to, from]
        rooms += [min(room, Self.unbounded), min(back, Self.unbounded)]
        return pipe
    }

    /// What runs through a pipe that was laid without a way back.
    func flow(over pipe: Int) -> UInt64 { rooms[pipe ^ 1] }

    /// Lets as much run as can, by the shortest ways first.
    mutating func fill(from source: Int, to sink: Int) {
        for _ in 0..<Self.pathLimit {
            guard let path = path(from: source, to: sink),
                let least = path.map({ rooms[$0] }).min()
            else { return }
            for pipe in path {
                rooms[pipe] -= least
                // At most twice the unbounded, which is a half of what fits.
                rooms[pipe ^ 1] += least
            }
        }
    }

    private func path(from source: Int, to sink: Int) -> [Int]? {
        var arrivals = [Int?](repeating: nil, count: heads.count)
        var queue = [source]
        var next = 0
        while next < queue.count {
            let place = queue[next]
            next += 1
            for pipe in heads[place] where rooms[pipe] > 0 {
                let target = targets[pipe]
                guard target != source, arrivals[target] == nil else { continue }
                arrivals[target] = pipe
                queue.append(target)
                guard target == sink else { continue }
                var path: [Int] = []
                var step = sink
                while step != source, let pipe = arrivals[step] {
                    path.append(pipe)
                    step = targets[pipe ^ 1]
                }
                return path
            }
        }
        return nil
    }
}
