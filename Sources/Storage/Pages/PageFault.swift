/// A page of a data file that is not what the engine wrote.
public struct PageFault: Equatable, Sendable {
    public enum Reason: String, Equatable, Sendable {
        /// The file is no longer than its two first pages, or is no whole number of pages.
        case fileSize = "the file is no whole number of pages"
        /// One of the two first pages does not say what such a page says.
        case head = "it is no first page"
        /// The two first pages are not of two successive transactions.
        case generation = "it is not of the transaction that it names"
        case kind = "it is of another kind than its place"
        case number = "it names another page"
        case bounds = "an entry lies outside it"
        case order = "its keys are out of order"
        case depth = "its tree has another depth"
        case entryCount = "its tree has another number of entries"
        case usedTwice = "it belongs to two places"
        case beyondEnd = "a place names it, and the file ends before it"
        case unused = "it belongs to no place"
        case record = "a record's checksum does not match"
    }

    public let page: UInt64
    public let reason: Reason

    public init(page: UInt64, reason: Reason) {
        self.page = page
        self.reason = reason
    }
}

extension PageFault: CustomStringConvertible {
    public var description: String { "page \(page): \(reason.rawValue)" }
}
