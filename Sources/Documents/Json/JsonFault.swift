/// Why a text is no JSON document that is accepted, and where.
public struct JsonFault: Error, Equatable, Sendable {
    public enum Reason: Equatable, Sendable {
        case truncated
        case textAfterEnd
        case notAValue
        case noName
        case noColon
        case noComma
        case nameTwice(String)
        case notUTF8
        case controlCharacter
        case badEscape
        case halfSurrogate
        case tooManyBytes(limit: Int)
        case tooDeep(limit: Int)
        case tooManyMembers(limit: Int)
        case tooManyElements(limit: Int)
        case tooManyValues(limit: Int)
        case textTooLong(limit: Int)
        case numberTooLong(limit: Int)
    }

    public let reason: Reason
    /// Counted in bytes from the first one.
    public let offset: Int
    /// Counted from 1.
    public let line: Int

    init(_ reason: Reason, at offset: Int, in bytes: [UInt8]) {
        self.reason = reason
        self.offset = offset
        line = 1 + bytes.prefix(offset).count { $0 == 0x0a }
    }
}

extension JsonFault: CustomStringConvertible {
    public var description: String { "line \(line): \(sentence)" }

    private var sentence: String {
        switch reason {
        case .truncated: "the document ends too early"
        case .textAfterEnd: "there is text after the end of the document"
        case .notAValue: "here is no value of JSON"
        case .noName: "a member begins with its name in double quotes"
        case .noColon: "a colon is missing after the name of a member"
        case .noComma: "a comma or the end of the list or object is missing"
        case .nameTwice(let name): "the member `\(name.prefix(64))` occurs twice in its object"
        case .notUTF8: "the text is not UTF-8"
        case .controlCharacter: "a control character stands in a text without being escaped"
        case .badEscape: "an escape is unknown"
        case .halfSurrogate: "an escape names half of a surrogate pair"
        case .tooManyBytes(let limit): "the document has more than \(limit) bytes"
        case .tooDeep(let limit): "values lie more than \(limit) levels deep"
        case .tooManyMembers(let limit): "an object has more than \(limit) members"
        case .tooManyElements(let limit): "a list has more than \(limit) elements"
        case .tooManyValues(let limit): "the document has more than \(limit) values"
        case .textTooLong(let limit): "a text has more than \(limit) bytes"
        case .numberTooLong(let limit): "a number has more than \(limit) characters"
        }
    }
}
