/// Reads comma-separated values, one record at a time.
///
/// - Source: RFC 4180: fields in double quotes may hold commas, line ends and doubled quotes. A byte
///   order mark and both kinds of line end are accepted.
public struct CSVReader {
    /// The longest field.
    public static let fieldByteLimit = 65_536
    /// The most fields of a record.
    public static let fieldLimit = 256

    public struct Record: Equatable, Sendable {
        public let fields: [String]
        /// The line on which the record starts, counted from 1.
        public let line: Int
    }

    /// Why reading cannot go on.
    public enum Fault: Error, Equatable, Sendable {
        case notUTF8(line: Int)
        case openQuote(line: Int)
        case textAfterQuote(line: Int)
        case fieldTooLong(line: Int)
        case tooManyFields(line: Int)
    }

    private let bytes: [UInt8]
    private var offset = 0
    private var line = 1

    public init(_ bytes: [UInt8]) {
        self.bytes = bytes
        if bytes.starts(with: [0xef, 0xbb, 0xbf]) { offset = 3 }
    }

    /// The next record that is not an empty line, or `nil` at the end.
    public mutating func next() throws(Fault) -> Record? {
        while offset < bytes.count, bytes[offset] == .newline || bytes[offset] == .carriageReturn {
            if bytes[offset] == .newline { line += 1 }
            offset += 1
        }
        guard offset < bytes.count else { return nil }
        let start = line
        var fields: [String] = []
        while true {
            guard fields.count < Self.fieldLimit else { throw .tooManyFields(line: start) }
            let raw = try field()
            guard let text = String(validating: raw, as: UTF8.self) else {
                throw .notUTF8(line: start)
            }
            fields.append(text)
            guard offset < bytes.count, bytes[offset] == .comma else { break }
            offset += 1
        }
        return Record(fields: fields, line: start)
    }

    private mutating func field() throws(Fault) -> [UInt8] {
        guard offset < bytes.count, bytes[offset] == .quote else { return try plainField() }
        let start = line
        offset += 1
        var value: [UInt8] = []
        while offset < bytes.count {
            let byte = bytes[offset]
            offset += 1
            if byte == .quote {
                guard offset < bytes.count, bytes[offset] == .quote else {
                    try checkEnd(of: start)
                    return value
                }
                offset += 1
            }
            if byte == .newline { line += 1 }
            guard value.count < Self.fieldByteLimit else { throw .fieldTooLong(line: start) }
            value.append(byte)
        }
        throw .openQuote(line: start)
    }

    private func checkEnd(of start: Int) throws(Fault) {
        guard offset < bytes.count else { return }
        switch bytes[offset] {
        case .comma, .newline, .carriageReturn: return
        default: throw .textAfterQuote(line: start)
        }
    }

    private mutating func plainField() throws(Fault) -> [UInt8] {
        let start = offset
        while offset < bytes.count {
            switch bytes[offset] {
            case .comma, .newline, .carriageReturn: return Array(bytes[start..<offset])
            default: offset += 1
            }
            guard offset - start <= Self.fieldByteLimit else { throw .fieldTooLong(line: line) }
        }
        return Array(bytes[start..<offset])
    }
}

extension UInt8 {
    fileprivate static let newline: UInt8 = 0x0a
    fileprivate static let carriageReturn: UInt8 = 0x0d
    fileprivate static let comma: UInt8 = 0x2c
    fileprivate static let quote: UInt8 = 0x22
}
