import Chain
import Consensus
import Primitives
import Wire

/// I5: a final block carries the nullifications of the views between its parent's and its own.
struct SkippedViewsNullified: NetworkLaw {
    static let name: StaticString = "I5"

    mutating func note(_ sight: Sight) -> String? {
        guard case .reference(let block, _) = sight else { return nil }
        let header = block.header
        let gap = header.view.number - min(header.view.number, header.parentView.number + 1)
        let expected = min(gap, UInt64(Simplex.BuildRequest.skippedLimit))
        let views = block.body.nullifications.compactMap { try? Certificate(wire: $0).view }
        let wanted = (0..<expected).map { header.view.number - 1 - $0 }
        return views.map(\.number) == wanted
            ? nil : "block \(header.height) skips views \(wanted) and proves \(views)"
    }
}
