import Chain
import Primitives

extension Block {
    /// Whether the body is the one that the header commits to.
    var bodyMatchesHeader: Bool {
        header.bodyByteCount == UInt32(clamping: body.byteCount)
            && header.transactionsRoot == body.transactionsRoot
            && header.evidenceRoot == body.evidenceRoot
    }
}
