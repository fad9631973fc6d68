package import Primitives

/// A view of an epoch, in the order in which a chain goes through them.
package struct Slot: Hashable, Comparable, Sendable {
    package let epoch: Epoch
    package let view: View

    package init(epoch: Epoch, view: View) {
        self.epoch = epoch
        self.view = view
    }

    package static func < (left: Slot, right: Slot) -> Bool {
        (left.epoch, left.view) < (right.epoch, right.view)
    }
}

extension Vote {
    package var slot: Slot { Slot(epoch: epoch, view: view) }
}

extension Certificate {
    package var slot: Slot { Slot(epoch: epoch, view: view) }
}

extension BlockHeader {
    package var slot: Slot { Slot(epoch: epoch, view: view) }
}
