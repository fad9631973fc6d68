public import Primitives

extension Simplex {
    /// What the machine waits for, for those who watch that it does not wait for ever.
    public struct Vigil: Hashable, Sendable {
        public let view: View
        public let finalizedView: View
        /// Whether its own word can lead out of the view.
        public let mayVote: Bool
        /// Whether it has not begun, or its epoch has ended.
        public let isOver: Bool
        /// When the first of the view's own timers runs out: something becomes due, the leader or the
        /// view is given up, our word is said again, or listening ends; `nil` when none is set.
        public let viewTimer: Instant?
        /// When everything is said again because nothing becomes final.
        public let standstill: Instant?
        /// The wake-up that the driver was asked for.
        public let wake: Instant?
    }

    public var vigil: Vigil {
        let deadlines = pacemaker.deadlines
        let timers = [
            deadlines.due, deadlines.leader, deadlines.advance, deadlines.retry,
            safeguard.listensUntil?.instant,
        ]
        return Vigil(
            view: position.view, finalizedView: position.finalizedView,
            mayVote: safeguard.mayVote, isOver: position.view == View(0) || position.hasEnded,
            // A deadline that has passed stays as a mark, and wakes nobody.
            viewTimer: timers.compactMap(\.self).filter { $0 < Instant(.max) }.min(),
            standstill: deadlines.standstill, wake: pacemaker.armed)
    }
}
