import Primitives

extension Digest {
    /// Reads a hash of a command line, given for an option such as `--report`, which the error names.
    ///
    /// - Throws: ``CommandError`` that says how one is written.
    init(_ text: String, of option: String) throws {
        guard let hash = Digest(hex: text) else {
            throw CommandError("\(option) is 64 hexadecimal digits.")
        }
        self = hash
    }
}
